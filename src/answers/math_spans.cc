// SPDX-License-Identifier: Apache-2.0
#include "answers/math_spans.h"

#include <algorithm>

namespace drp::answers {
namespace {

constexpr std::size_t kNowhere = std::string_view::npos;

// The byte of the dollar that closes the formula opened at `open`, or kNowhere. Only the next
// dollar is looked at, which keeps the scan linear.
std::size_t closing_dollar(std::string_view text, std::size_t open) {
  if (open + 1 >= text.size() || is_space(text[open + 1])) return kNowhere;
  std::size_t at = open + 1;
  while (at < text.size() && text[at] != '$') {
    if (text[at] == '\n' && at + 1 < text.size() && text[at + 1] == '\n') return kNowhere;
    at += text[at] == '\\' && at + 1 < text.size() ? 2 : 1;
  }
  if (at >= text.size() || is_space(text[at - 1])) return kNowhere;
  const bool digit_follows = at + 1 < text.size() && is_digit(text[at + 1]);
  return digit_follows ? kNowhere : at;
}

}  // namespace

std::optional<Span> last_math_span(std::string_view text) {
  std::optional<Span> last;
  bool round_open = true;   // there may be a \) ahead
  bool square_open = true;  // there may be a \] ahead
  bool double_open = true;  // there may be a $$ ahead
  for (std::size_t at = 0; at + 1 < text.size();) {
    const std::string_view rest = text.substr(at);
    std::size_t end = kNowhere;
    std::size_t skip = 1;
    if (rest.starts_with("\\(") && round_open) {
      end = text.find("\\)", at + 2);
      round_open = end != kNowhere;
      skip = 2;
    } else if (rest.starts_with("\\[") && square_open) {
      end = text.find("\\]", at + 2);
      square_open = end != kNowhere;
      skip = 2;
    } else if (rest.starts_with("$$") && double_open) {
      end = text.find("$$", at + 2);
      double_open = end != kNowhere;
      skip = 2;
    } else if (text[at] == '$') {
      end = closing_dollar(text, at);
    } else {
      // Nothing opens between here and the next dollar or backslash.
      at = text[at] == '\\' ? at + 2 : std::min(text.find_first_of("\\$", at), text.size());
      continue;
    }
    if (end == kNowhere) {
      at += skip;
      continue;
    }
    if (!trim(text.substr(at + skip, end - at - skip)).empty()) last = Span{at + skip, end};
    at = end + skip;
  }
  return last;
}

std::string_view last_right_side(std::string_view formula) {
  int depth = 0;
  std::size_t begin = 0;
  for (std::size_t at = 0; at < formula.size(); ++at) {
    const char c = formula[at];
    if (c == '{' || c == '(' || c == '[') ++depth;
    if (c == '}' || c == ')' || c == ']') --depth;
    const bool equals = c == '=' && at > 0 && formula[at - 1] != '<' && formula[at - 1] != '>' &&
                        formula[at - 1] != '!';
    if (equals && depth == 0) begin = at + 1;
  }
  return trim(formula.substr(begin));
}

}  // namespace drp::answers
