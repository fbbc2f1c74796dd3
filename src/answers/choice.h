// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string_view>

#include "base/text.h"

namespace drp::answers {

// The option letter (A to J) that a short answer names: "C", "(C)", "\text{C}", "C)", "C.", "C: the
// text", "option C". Never a letter inside a word, never a lower-case letter in running text, never
// the pronoun I without a mark.
std::optional<char> choice_letter(std::string_view answer);

struct ChoiceInText {
  char letter;
  Span span;
};

// The last option letter that stands apart in a longer text, with a mark such as (C) or after
// "answer", "option" or "choice".
std::optional<ChoiceInText> last_choice(std::string_view text);

}  // namespace drp::answers
