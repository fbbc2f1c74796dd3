// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string_view>

#include "answers/token.h"

namespace drp::answers {

// What a name stands for; kind kBad with empty text: decoration that leaves no token.
struct Meaning {
  TokenKind kind;
  std::string_view text;
};

// The meaning of the LaTeX command \NAME (name without backslash), if it is known.
std::optional<Meaning> command_meaning(std::string_view name);
// Whether \NAME sets its argument as text: \text, \mathrm, \mbox, ...
bool is_text_command(std::string_view name);
// Whether \NAME only says how things look and goes with its first argument: \color, \hspace, ...
bool is_layout_command(std::string_view name);
// The meaning of a plain word in lower case: sqrt, pi, and, sin, ...
std::optional<Meaning> word_meaning(std::string_view word);
// The symbol that a phrase in lower case stands for: "no solution" is the empty set, "all real
// numbers" the reals; the word "undefined" for "does not exist".
std::optional<Meaning> phrase_meaning(std::string_view words);
// The meaning of a character outside ASCII, or of an ASCII operator or bracket.
std::optional<Meaning> character_meaning(char32_t character);

}  // namespace drp::answers
