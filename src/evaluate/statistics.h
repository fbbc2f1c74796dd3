// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <span>

#include "records/evaluation.h"

// The statistics of an evaluation: pure functions, the same figures on every machine for the same
// seed. All intervals are two-sided at 95 %.
namespace drp::evaluate {

// Score interval of a proportion (Wilson 1927, without continuity correction). `share` in [0, 1];
// `size` >= 0 may be an effective size and need not be whole. Size 0 gives 0 in [0, 1].
Estimate wilson_interval(double share, double size);

// The discordant cells of a paired 2 x 2 table, as shares of all pairs: right only before, right
// only after. Both >= 0, together <= 1.
struct Discordance {
  double only_before = 0;
  double only_after = 0;
};

// Difference after - before of two paired proportions with the score interval of Tango (1998,
// Statistics in Medicine 17, 891-908). `size` as above. Size 0 gives 0 in [-1, 1].
Estimate paired_difference(const Discordance& shares, double size);

// How many independent observations a clustered mean is worth: `problems` times the variance that
// one observation a problem would have, over the variance of the problem means (the design effect
// of Kish 1965), held between the number of problems and of `observations`. Where one observation
// does not vary at all, nothing is known about the clustering: the number of problems.
double effective_size(double variance_single, double variance_clustered, double problems,
                      double observations);

// Exact two-sided McNemar test: the binomial probability of a split at least as uneven as this one
// among the discordant pairs. 1 where there are none.
double mcnemar_exact(std::int64_t only_before, std::int64_t only_after);

// Quantile of ascending values, linear between neighbours (type 7 of Hyndman and Fan 1996);
// `probability` in [0, 1]. 0 for no values.
double quantile(std::span<const double> ascending, double probability);

}  // namespace drp::evaluate
