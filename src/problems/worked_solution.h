// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "base/random.h"
#include "problems/generator.h"

namespace drp::problems {

// A verbose solution in the form of a reasoning model's response:
//   <think>\n...\n</think>\n\nThe answer is \boxed{N}.
// A regular core (one computing sentence an operation, in order, each with its equation) inside
// varied moves: taking in the problem, plan, doubts, dropped ideas, checks. Goals: a small model
// can learn to compute by it; every equation is right but those in `slips`, and each slip is found
// and mended in the text before the answer. Not goals: style beyond grade school.
struct WorkedSolution {
  struct Slip {
    std::string wrong;  // the equation as first written
    std::string right;  // the equation that replaces it, later in the text
  };
  std::string text;
  std::vector<Slip> slips;
  // Moves told in a wording that is set aside.
  int held_out_moves = 0;
};

struct SolutionOptions {
  // Share of solutions with a slip.
  double slip_share = 0.18;
  // Aimed-at size of the whole response in bytes: uniform in [low, high] by number of operations.
  std::int64_t bytes_low[4] = {380, 470, 540, 600};
  std::int64_t bytes_high[4] = {580, 660, 710, 740};
};

// The same text for the same problem and random state.
WorkedSolution worked_solution(const GeneratedProblem& problem, Random& random,
                               const SolutionOptions& options = {});

}  // namespace drp::problems
