// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/random.h"

namespace drp::problems {

// A puzzle is a problem that is not solved by arithmetic alone: who lies, who stands where, which
// option fits. Goals: exactly one answer, proven by trying all; every sentence of the solution
// follows from the clues. Not goals: hard puzzles, natural language beyond a few frames.

// One paragraph of a solution: a case, an option, a step. `slip` is a wrong verdict that somebody
// in a hurry reaches after `before`; what follows in `after` shows that it is wrong.
struct PuzzleStep {
  std::vector<std::string> before;
  std::string slip;
  std::vector<std::string> after;
};

struct Puzzle {
  std::string family;
  std::string domain;  // "text" or "choice"
  std::string question;
  std::string answer;
  // The puzzle with names left out: puzzles with the same key differ by names and wording alone.
  std::string key;
  std::size_t wording = 0;  // number of its frame
  bool held_out = false;    // the frame is set aside for the test split
  // What the solution is told from. `givens` and `conclusion` are clauses, `goal` is an indirect
  // question, `checks` are sentences that go over the clues once the answer is known.
  std::vector<std::string> givens;
  std::string goal;
  std::vector<PuzzleStep> steps;
  std::string conclusion;
  std::vector<std::string> checks;
};

struct PuzzleFamily {
  std::string_view name;
  // One draw; nothing where the clues drawn do not have exactly one answer. `held_out_frames` says
  // whether frames of the test split may be told.
  std::optional<Puzzle> (*draw)(Random& random, bool held_out_frames);
};

// Every family has kMainFrames wordings of its question and one that is set aside.
inline constexpr std::size_t kMainFrames = 4;
inline constexpr std::size_t kFrames = kMainFrames + 1;

// All families; their names are unique among all of the generator's.
const std::vector<PuzzleFamily>& puzzle_families();

// One file each: who of several people lies; who stands where in a queue; which of lettered options
// is the oldest, tallest, ...; a day of the week; a list of words that is rearranged.
std::optional<Puzzle> draw_liars(Random& random, bool held_out_frames);
std::optional<Puzzle> draw_queue(Random& random, bool held_out_frames);
std::optional<Puzzle> draw_ranking(Random& random, bool held_out_frames);
std::optional<Puzzle> draw_weekday(Random& random, bool held_out_frames);
std::optional<Puzzle> draw_word_list(Random& random, bool held_out_frames);

// Chooses a frame and notes it in `puzzle`.
void choose_frame(Puzzle& puzzle, Random& random, bool held_out_frames);
// "first", "second", ... up to "sixth", by 0-based place.
std::string_view ordinal(std::size_t place);
// "a", "a or b", "a, b or c".
std::string either(const std::vector<std::string>& items);
// "a, b, c".
std::string in_row(const std::vector<std::string>& items);

}  // namespace drp::problems
