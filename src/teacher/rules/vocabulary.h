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

// Cues, asked of a lower-case text. `opens_with_*` look at its start only.
bool opens_with_plan(std::string_view lower_core);
bool has_check_cue(std::string_view lower);
// Those that do again what was done before, whatever came of it.
bool has_recheck_cue(std::string_view lower);
bool has_alternative_cue(std::string_view lower);
bool has_correction_cue(std::string_view lower);
bool has_approval_cue(std::string_view lower);
bool has_hedge_cue(std::string_view lower);
bool has_answer_cue(std::string_view lower);

// Length of a lead-in at the start that says only that something is said ("the problem says that ",
// "I know that "), 0 where there is none.
std::size_t lead_in_size(std::string_view lower_core);

}  // namespace drp::teacher
