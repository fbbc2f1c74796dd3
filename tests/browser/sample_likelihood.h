// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <vector>

#include "records/likelihood.h"

namespace drp::report {

// Figures of judged paths as a run sums them up, from a seed. They obey no model, but agree with
// each other: percentiles rise, the share kept falls and the tokens rise with the threshold.
Learnability sample_learnability(std::uint64_t seed);

// As many judged paths with such means, and one that was not judged.
std::vector<PathLikelihood> sample_likelihoods(std::uint64_t seed);

}  // namespace drp::report
