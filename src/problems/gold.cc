// SPDX-License-Identifier: Apache-2.0
#include "problems/gold.h"

#include "base/text.h"

namespace drp::problems {
namespace {

std::optional<std::string> after_hashes(std::string_view text) {
  const std::size_t at = text.rfind("####");
  if (at == std::string_view::npos) return std::nullopt;
  return std::string(trim(text.substr(at + 4)));
}

// The content of the braces that open at `open`; nothing where they never close.
std::optional<std::string_view> braced(std::string_view text, std::size_t open) {
  int depth = 0;
  for (std::size_t i = open; i < text.size(); ++i) {
    if (text[i] == '\\') {
      ++i;  // \{ and \} are no braces
    } else if (text[i] == '{') {
      ++depth;
    } else if (text[i] == '}' && --depth == 0) {
      return text.substr(open + 1, i - open - 1);
    }
  }
  return std::nullopt;
}

}  // namespace

std::string gold_answer(std::string_view text) {
  if (auto answer = after_hashes(text)) return *answer;
  return std::string(trim(text));
}

std::string gold_from_solution(std::string_view text) {
  if (auto answer = after_hashes(text)) return *answer;
  for (const std::string_view macro : {"\\boxed{", "\\fbox{"}) {
    const std::size_t at = text.rfind(macro);
    if (at == std::string_view::npos) continue;
    if (const auto content = braced(text, at + macro.size() - 1))
      return std::string(trim(*content));
  }
  return std::string(trim(text));
}

}  // namespace drp::problems
