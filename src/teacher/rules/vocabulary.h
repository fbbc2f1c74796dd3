// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

namespace drp::teacher {

// What a word does in reasoning: `kContent` names a thing of the problem; `kTalk` speaks of the
// reasoning itself (let, check, step, carefully); `kFunction` is grammar.
enum class WordClass { kContent, kTalk, kFunction };
WordClass word_class(std::string_view lower_case_word);

// The words of a lower-case text: hashes of the content words (a plural counts as its singular),
// sorted without repeats, and how many words there were in all and how many were content.
struct Words {
  std::vector<std::uint32_t> content;
  std::size_t count = 0;
  std::size_t content_count = 0;
};
Words read_words(std::string_view lower_case_text);

// Share of `part` (sorted) that `whole` (sorted) holds; 1 for an empty part.
double share_within(const std::vector<std::uint32_t>& part,
                    const std::vector<std::uint32_t>& whole);

// What the words of a sentence announce.
struct Cues {
  bool checks = false;    // verify, make sure, ...; all that rechecks
  bool rechecks = false;  // double-check, recompute: does again what was done before
  bool alternative = false;
  bool corrects = false;
  bool approves = false;
  bool hedges = false;
  bool announces = false;  // the answer
  bool gives_up = false;   // leaves what was begun: a dead end, start over, scrap that
};
Cues read_cues(std::string_view lower_case_text);

// Looks at the start only.
bool opens_with_plan(std::string_view lower_core);

// Length of a lead-in at the start that says only that something is said ("the problem says that ",
// "I know that "), 0 where there is none.
std::size_t lead_in_size(std::string_view lower_core);

}  // namespace drp::teacher
