// SPDX-License-Identifier: Apache-2.0
#include "answers/conclusion.h"

#include "answers/numbers.h"

namespace drp::answers {
namespace {

// An equals sign with its number and the closing words stand this close together.
constexpr std::size_t kClosingBytesMax = 4'000;

std::string_view with_percent(std::string_view text, const NumberInText& number) {
  Span span = number.span;
  if (number.percent) span.end = text.find('%', span.end) + 1;
  return slice(text, span);
}

// Whether only blanks, currency and opening marks stand between an equals sign and its number.
bool follows_directly(std::string_view between) {
  return between.find_first_not_of(" $\\({\n~") == std::string_view::npos;
}

std::optional<std::string_view> restated_result(std::string_view text) {
  const std::size_t equals = text.rfind('=');
  if (equals == std::string_view::npos || text.size() - equals > kClosingBytesMax) {
    return std::nullopt;
  }
  const std::string_view rest = text.substr(equals + 1);
  const auto numbers = numbers_in(rest);
  if (numbers.empty() || !follows_directly(rest.substr(0, numbers[0].span.begin))) {
    return std::nullopt;
  }
  for (std::size_t i = numbers.size(); i > 1; --i) {
    if (numbers[i - 1].value == numbers[0].value) return with_percent(rest, numbers[i - 1]);
  }
  return std::nullopt;
}

std::optional<std::string_view> bold_number(std::string_view text) {
  const std::size_t paragraph = text.rfind("\n\n");
  const std::size_t close = text.rfind("**");
  if (close == std::string_view::npos || close == 0) return std::nullopt;
  const std::size_t open = text.rfind("**", close - 1);
  if (open == std::string_view::npos || close < open + 3) return std::nullopt;
  if (paragraph != std::string_view::npos && open < paragraph) return std::nullopt;
  const std::string_view bold = text.substr(open + 2, close - open - 2);
  if (bold.ends_with(":") || bold.find('\n') != std::string_view::npos) return std::nullopt;
  const auto numbers = numbers_in(bold);
  if (numbers.size() != 1) return std::nullopt;
  return with_percent(bold, numbers[0]);
}

}  // namespace

std::optional<std::string_view> last_number(std::string_view text) {
  while (true) {
    const std::size_t digit = text.find_last_of("0123456789");
    if (digit == std::string_view::npos) return std::nullopt;
    const std::size_t newline = text.rfind('\n', digit);
    const std::size_t begin = newline == std::string_view::npos ? 0 : newline + 1;
    const std::string_view line = text.substr(begin, text.find('\n', digit) - begin);
    const auto numbers = numbers_in(line);
    if (!numbers.empty()) return with_percent(line, numbers.back());
    text = text.substr(0, begin);
    if (begin == 0) return std::nullopt;
  }
}

std::optional<std::string_view> concluding_number(std::string_view text) {
  text = trim(text);
  if (const auto result = restated_result(text)) return result;
  if (const auto bold = bold_number(text)) return bold;
  return last_number(text);
}

}  // namespace drp::answers
