// SPDX-License-Identifier: Apache-2.0
#include "evaluate/permutation.h"

#include <bit>
#include <cmath>
#include <vector>

#include "base/check.h"
#include "base/random.h"

namespace drp::evaluate {
namespace {

// All signs but that of the first difference, which would count everything twice. One sign changes
// a step (Gray code).
double exact_share(const std::vector<double>& values, double least) {
  double sum = 0;
  for (const double value : values) sum += value;
  std::vector<bool> negative(values.size(), false);
  const std::uint64_t count = std::uint64_t{1} << (values.size() - 1);
  std::uint64_t hits = std::fabs(sum) >= least ? 1 : 0;
  for (std::uint64_t step = 1; step < count; ++step) {
    const auto at = static_cast<std::size_t>(std::countr_zero(step)) + 1;
    sum += negative[at] ? 2 * values[at] : -2 * values[at];
    negative[at] = !negative[at];
    hits += std::fabs(sum) >= least ? 1 : 0;
  }
  return static_cast<double>(hits) / static_cast<double>(count);
}

double drawn_share(const std::vector<double>& values, double least,
                   const PermutationOptions& options) {
  constexpr std::size_t kBits = 64;
  Random random(options.seed);
  int hits = 0;
  for (int draw = 0; draw < options.draws; ++draw) {
    double sum = 0;
    std::uint64_t signs = 0;
    for (std::size_t i = 0; i < values.size(); ++i) {
      if (i % kBits == 0) signs = random.next();
      sum += (signs & 1U) != 0 ? values[i] : -values[i];
      signs >>= 1U;
    }
    hits += std::fabs(sum) >= least ? 1 : 0;
  }
  return (1.0 + hits) / (1.0 + options.draws);
}

}  // namespace

double paired_permutation(std::span<const double> differences, const PermutationOptions& options) {
  DRP_CHECK(options.draws > 0, "a permutation test needs draws");
  std::vector<double> values;
  double sum = 0;
  double size = 0;
  for (const double difference : differences) {
    if (difference == 0) continue;
    values.push_back(difference);
    sum += difference;
    size += std::fabs(difference);
  }
  if (values.empty()) return 1;
  const double least = std::fabs(sum) - 1e-9 * size;  // equal but for rounding is as far
  return values.size() <= kExactDifferences ? exact_share(values, least)
                                            : drawn_share(values, least, options);
}

}  // namespace drp::evaluate
