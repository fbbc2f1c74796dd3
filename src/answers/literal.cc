// SPDX-License-Identifier: Apache-2.0
#include "answers/literal.h"

#include <algorithm>
#include <array>

#include "base/text.h"

namespace drp::answers {
namespace {

// The ways to set a thousands separator; the longer ones first.
constexpr std::array<std::string_view, 10> kSeparators = {
    "{,}\\!", "{,}", ",\\!", "\\,", "\\!", ",", " ", "\u00a0", "\u2009", "\u202f"};

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
    // "2 100/3" is no number of five digits.
    if (separator == " " && text.substr(first + 3).starts_with("/")) continue;
    comma = separator == ",";
    return first + 3;
  }
  return std::string_view::npos;
}

constexpr std::array<std::string_view, 4> kEllipses = {"...", "\\ldots", "\\dots", "\u2026"};

// The byte behind the dots that let digits go on ("0.333..."), or `at`.
std::size_t ellipsis_end(std::string_view text, std::size_t at) {
  for (std::string_view dots : kEllipses) {
    if (text.substr(at).starts_with(dots)) return at + dots.size();
  }
  return at;
}

// The shortest block that the digits end on at least twice, three times for a single digit.
std::string_view period(std::string_view digits) {
  constexpr std::size_t kPeriodMax = 30;
  for (std::size_t size = 1; size <= std::min(kPeriodMax, digits.size() / 2); ++size) {
    const std::string_view block = digits.substr(digits.size() - size);
    const std::size_t times = size == 1 ? 3 : 2;
    if (digits.size() < times * size) continue;
    bool repeats = true;
    for (std::size_t i = 2; i <= times; ++i) {
      repeats = repeats && digits.substr(digits.size() - i * size, size) == block;
    }
    if (repeats) return block;
  }
  return {};
}

// Reads a marked period at `at`, behind the point and its digits: \overline{45}, \bar6, (3).
std::size_t marked_period(std::string_view text, std::size_t at, bool brackets,
                          std::string& repeating) {
  std::string_view rest = text.substr(at);
  std::size_t size = 0;
  for (std::string_view mark : {"\\overline", "\\bar", "\\dot"}) {
    if (rest.starts_with(mark)) size = mark.size();
  }
  const bool round = size == 0 && brackets && rest.starts_with("(");
  if (size == 0 && !round) return at;
  const bool brace = round || rest.substr(size).starts_with("{");
  const std::size_t begin = at + size + (brace ? 1 : 0);
  const std::size_t end = brace ? digits_end(text, begin) : std::min(begin + 1, text.size());
  if (end == begin || !is_digit(text[begin]) || end - begin > kLiteralDigitsMax) return at;
  const char close = round ? ')' : '}';
  if (brace && (end == text.size() || text[end] != close)) return at;
  repeating = text.substr(begin, end - begin);
  return end + (brace ? 1 : 0);
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

std::string with_decimal_points(std::string_view text) {
  std::string out;
  for (std::size_t at = 0; at < text.size();) {
    if (!is_digit(text[at])) {
      out += text[at++];
      continue;
    }
    // One number: digits with dots and commas between digits.
    std::size_t end = at;
    std::size_t dots = 0;
    std::size_t comma = std::string_view::npos;
    while (end < text.size() &&
           (is_digit(text[end]) || ((text[end] == '.' || text[end] == ',') &&
                                    end + 1 < text.size() && is_digit(text[end + 1])))) {
      if (text[end] == ',' && comma != std::string_view::npos) break;
      dots += text[end] == '.' ? 1 : 0;
      if (text[end] == ',') comma = end;
      ++end;
    }
    const bool grouped = dots > 0 && (comma != std::string_view::npos || dots > 1);
    for (; at < end; ++at) {
      if (text[at] == ',') {
        out += '.';
      } else if (text[at] != '.' || !grouped) {
        out += text[at];
      }
    }
  }
  return out;
}

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
    end = marked_period(text, end, literal.digits.starts_with("0"), literal.repeating);
    const std::size_t dots = ellipsis_end(text, end);
    if (dots > end) {
      const auto count = static_cast<std::size_t>(literal.decimals);
      literal.repeating =
          period(std::string_view(literal.digits)
                     .substr(literal.digits.size() - std::min(count, literal.digits.size())));
      end = dots;
    }
  } else if (end + 1 < text.size() && text[end] == '.') {
    const std::size_t marked = marked_period(text, end + 1, true, literal.repeating);
    if (!literal.repeating.empty()) end = marked;
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
