// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <span>

#include "records/likelihood.h"

namespace drp::evaluate {

// The drop of log P(answer) a token that a path should not exceed, in nats.
inline constexpr double kAnswerDropLimit = 0.1;

// Sums up how likely a student finds its pruned paths. A path is kept by a threshold as the student
// as judge would keep it (teacher.keep_answer_prob). Intervals of means are normal approximations
// over paths: of no width for one path. Paths that were not judged are counted and nothing else.
Learnability summarise_likelihoods(std::span<const PathLikelihood> paths);

}  // namespace drp::evaluate
