// SPDX-License-Identifier: Apache-2.0
#include "answers/literal.h"

#include <algorithm>
#include <array>

#include "base/text.h"

namespace drp::answers {
namespace {

// The ways to set a thousands separator; the longer ones first.
constexpr std::array<std::string_view, 6> kSeparators = {"{,}\\!", "{,}", ",\\!",
                                                         "\\,",    "\\!", ","};

std::size_t digits_end(std::string_view text, std::size_t at) {
  while (at < text.size() && is_digit(text[at])) ++at;
  return at;
}

// The byte after "SEPARATOR ddd" at `at`, or npos; a fourth digit makes it no group.
std::size_t group_end(std::string_view text, std::size_t at, bool& comma) {
  for (std::string_view separator : kSeparators) {
    if (!text.substr(at).starts_with(separator)) continue;
    const std::size_t first = at + separator.size();
    if (digits_end(text.substr(0, std::min(text.size(), first + 4)), first) != first + 3) continue;
    comma = separator == ",";
    return first + 3;
  }
  return std::string_view::npos;
}

std::size_t exponent_end(std::string_view text, std::size_t at) {
  if (at >= text.size() || (text[at] != 'e' && text[at] != 'E')) return at;
  std::size_t first = at + 1;
  if (first < text.size() && (text[first] == '+' || text[first] == '-')) ++first;
  const std::size_t end = digits_end(text, first);
  const bool whole = end > first && (end == text.size() || !is_letter(text[end]));
  return whole ? end : at;
}

}  // namespace

bool starts_literal(std::string_view text, std::size_t at) {
  if (at >= text.size()) return false;
  return is_digit(text[at]) || (text[at] == '.' && at + 1 < text.size() && is_digit(text[at + 1]));
}

Literal scan_literal(std::string_view text, std::size_t at) {
  Literal literal;
  std::size_t end = digits_end(text, at);
  literal.digits = text.substr(at, std::min(end - at, kLiteralDigitsMax + 1));
  if (end - at >= 1 && end - at <= 3) {
    bool comma = false;
    std::size_t next = 0;
    while ((next = group_end(text, end, comma)) != std::string_view::npos) {
      if (literal.digits.size() <= kLiteralDigitsMax) literal.digits += text.substr(next - 3, 3);
      literal.comma_groups = literal.comma_groups || comma;
      end = next;
    }
  }
  if (end + 1 < text.size() && text[end] == '.' && is_digit(text[end + 1])) {
    const std::size_t last = digits_end(text, end + 1);
    if (last - end - 1 <= kLiteralDigitsMax) {
      literal.digits += text.substr(end + 1, last - end - 1);
      literal.decimals = static_cast<int>(last - end - 1);
    } else {
      literal.digits.assign(kLiteralDigitsMax + 1, '0');
    }
    end = last;
  }
  const std::size_t power = exponent_end(text, end);
  if (power > end) {
    std::string_view written = text.substr(end + 1, power - end - 1);
    if (written.front() == '+') written.remove_prefix(1);
    const auto value = parse_int(written);
    literal.exponent =
        value ? static_cast<int>(std::clamp<std::int64_t>(*value, -kExponentMax, kExponentMax)) : 0;
    end = power;
  }
  literal.end = end;
  if (literal.digits.size() > kLiteralDigitsMax) literal.digits.clear();
  return literal;
}

}  // namespace drp::answers
