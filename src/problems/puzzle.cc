// SPDX-License-Identifier: Apache-2.0
#include "problems/puzzle.h"

#include <array>

#include "base/check.h"

namespace drp::problems {

const std::vector<PuzzleFamily>& puzzle_families() {
  static const std::vector<PuzzleFamily> kAll = {{"liars", draw_liars},
                                                 {"queue", draw_queue},
                                                 {"ranking", draw_ranking},
                                                 {"weekday", draw_weekday},
                                                 {"word_list", draw_word_list}};
  return kAll;
}

void choose_frame(Puzzle& puzzle, Random& random, bool held_out_frames) {
  puzzle.wording = random.index(held_out_frames ? kFrames : kMainFrames);
  puzzle.held_out = puzzle.wording >= kMainFrames;
}

std::string_view ordinal(std::size_t place) {
  static constexpr std::array<std::string_view, 6> kWords = {"first",  "second", "third",
                                                             "fourth", "fifth",  "sixth"};
  DRP_CHECK(place < kWords.size(), "no word for this place");
  return kWords[place];
}

std::string either(const std::vector<std::string>& items) {
  std::string out;
  for (std::size_t i = 0; i < items.size(); ++i) {
    if (i > 0) out += i + 1 == items.size() ? " or " : ", ";
    out += items[i];
  }
  return out;
}

std::string in_row(const std::vector<std::string>& items) {
  std::string out;
  for (const std::string& item : items) out += (out.empty() ? "" : ", ") + item;
  return out;
}

}  // namespace drp::problems
