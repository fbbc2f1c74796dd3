// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/random.h"
#include "problems/puzzle.h"
#include "problems/worked_solution.h"

namespace drp::problems {

// The verbose solution of a puzzle, in the form of worked_solution.h: its steps in order, case by
// case, inside moves of talk, doubt and checking. `options` gives the share of slips; a slip is a
// verdict that the sentences after it take back. Sizes follow from the puzzle's steps.
WorkedSolution puzzle_solution(const Puzzle& puzzle, Random& random,
                               const SolutionOptions& options);

}  // namespace drp::problems
