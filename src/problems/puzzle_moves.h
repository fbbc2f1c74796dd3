// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string_view>
#include <vector>

namespace drp::problems {

// The moves of a puzzle's told solution that surround its steps. Slots: {givens} all clues, {given}
// one of them, {goal}, {conclusion}, {answer}.
enum class PuzzleMove {
  kOpen,        // takes in the puzzle
  kGivens,      // restates the clues
  kGoal,        // restates the question
  kDoubtGiven,  // reads a clue again
  kMusing,      // says that it thinks
  kMethod,      // says how it goes about it
  kNext,        // leads to the next step
  kSlip,        // takes back a hasty verdict
  kConclude,    // says the result
  kRecheck,     // opens the check of the clues
  kApprove,     // closes it
  kFinal,       // states the answer
};
inline constexpr int kPuzzleMoveCount = static_cast<int>(PuzzleMove::kFinal) + 1;

std::vector<std::string_view> main_wordings(PuzzleMove move);
// A fifth of them all, set aside for those who test on other texts than they learn from.
std::vector<std::string_view> held_out_wordings(PuzzleMove move);

}  // namespace drp::problems
