// SPDX-License-Identifier: Apache-2.0
#include "answers/choice.h"

#include <array>
#include <string>

namespace drp::answers {
namespace {

bool is_option(char c) { return c >= 'A' && c <= 'J'; }

// The answer without LaTeX text commands, bold marks, dollar signs, quotes and opening brackets.
std::string_view undecorated(std::string_view text) {
  static constexpr std::array<std::string_view, 13> kOpenings = {
      "\\text{", "\\textbf{", "\\mathrm{", "\\mathbf{", "\\textrm{", "\\mbox{", "\\left",
      "**",      "$",         "\"",        "{",         "\\(",       "\\ "};
  bool changed = true;
  while (changed) {
    changed = false;
    text = trim(text);
    for (std::string_view opening : kOpenings) {
      if (!text.starts_with(opening)) continue;
      text.remove_prefix(opening.size());
      changed = true;
    }
  }
  return text;
}

// Whether what follows a letter ends the naming of an option.
bool ends_option(std::string_view rest) {
  if (rest.empty()) return true;
  const char c = rest.front();
  if (is_letter(c) || is_digit(c) || static_cast<unsigned char>(c) >= 0x80) return false;
  if (c == '\'' || c == '-' || c == '+' || c == '/' || c == '^' || c == '_' || c == '=') {
    return false;
  }
  return c != ' ' || trim(rest).empty();
}

std::size_t skip_blanks(std::string_view text, std::size_t at) {
  while (at < text.size() && (text[at] == ' ' || text[at] == ':' || text[at] == '*')) ++at;
  return at;
}

}  // namespace

std::optional<char> choice_letter(std::string_view answer) {
  std::string_view text = undecorated(answer);
  for (std::string_view word : {"option", "Option", "choice", "Choice", "answer", "Answer"}) {
    if (!text.starts_with(word)) continue;
    text = undecorated(text.substr(skip_blanks(text, word.size())));
  }
  const bool bracket = text.starts_with("(") || text.starts_with("[");
  if (bracket) text = undecorated(text.substr(1));
  if (text.empty() || !is_option(text[0])) {
    const bool alone = text.size() == 1 && text[0] >= 'a' && text[0] <= 'j';
    const bool in_bracket = bracket && text.size() == 2 && text[0] >= 'a' && text[0] <= 'j' &&
                            contains(")]", text.substr(1));
    return alone || in_bracket ? std::optional(static_cast<char>(text[0] - 'a' + 'A'))
                               : std::nullopt;
  }
  const char letter = text[0];
  const std::string_view rest = text.substr(1);
  if (bracket) {
    const bool closed = !rest.empty() && contains(")]}\\", rest.substr(0, 1));
    return closed ? std::optional(letter) : std::nullopt;
  }
  return ends_option(rest) ? std::optional(letter) : std::nullopt;
}

std::optional<ChoiceInText> last_choice(std::string_view text) {
  std::optional<ChoiceInText> found;
  for (std::size_t at = 0; at < text.size(); ++at) {
    if (!is_option(text[at])) continue;
    const bool word_before = at > 0 && (is_letter(text[at - 1]) || is_digit(text[at - 1]));
    const bool word_after =
        at + 1 < text.size() && (is_letter(text[at + 1]) || text[at + 1] == '\'');
    if (word_before || word_after) continue;
    const bool marked = at > 0 &&
                        (text[at - 1] == '(' || text[at - 1] == '{' || text[at - 1] == '*') &&
                        at + 1 < text.size() && contains(")}*", text.substr(at + 1, 1));
    const std::string before = to_lower(text.substr(at < 24 ? 0 : at - 24, at < 24 ? at : 24));
    bool named = false;
    for (std::string_view word : {"answer is ", "answer: ", "option ", "choice ", "answer is: "}) {
      named = named || before.ends_with(word);
    }
    if (marked || named) found = ChoiceInText{text[at], {at, at + 1}};
  }
  return found;
}

}  // namespace drp::answers
