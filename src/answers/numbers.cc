// SPDX-License-Identifier: Apache-2.0
#include "answers/numbers.h"

#include <array>
#include <cstdint>
#include <numeric>
#include <optional>

#include "answers/literal.h"
#include "answers/rational.h"

namespace drp::answers {
namespace {

struct Piece {
  std::size_t end = 0;
  std::optional<Rational> value;
  bool integer = false;  // written as digits alone
};

Piece read_piece(std::string_view text, std::size_t at) {
  const Literal literal = scan_literal(text, at);
  return {literal.end, Rational::from(literal),
          literal.decimals == 0 && literal.exponent == 0 && !literal.digits.empty()};
}

// "\frac" or one of its kin right before `at`, which is at a brace; its first byte, else nothing.
std::optional<std::size_t> fraction_start(std::string_view text, std::size_t at) {
  for (std::string_view name : {"\\dfrac", "\\tfrac", "\\cfrac", "\\frac"}) {
    if (at >= name.size() && text.substr(at - name.size(), name.size()) == name) {
      return at - name.size();
    }
  }
  return std::nullopt;
}

// The denominator of {a}{b} or a/b whose numerator ended at `at`; `braced` tells the form.
std::optional<Piece> denominator(std::string_view text, std::size_t at, bool braced) {
  const std::string_view between = braced ? "}{" : "/";
  if (!text.substr(at).starts_with(between)) return std::nullopt;
  const std::size_t first = at + between.size();
  if (first >= text.size() || !is_digit(text[first])) return std::nullopt;
  Piece piece = read_piece(text, first);
  if (!piece.integer || !piece.value || piece.value->sign() == 0) return std::nullopt;
  if (braced) {
    if (piece.end >= text.size() || text[piece.end] != '}') return std::nullopt;
    ++piece.end;
  } else if (piece.end < text.size() && text[piece.end] == '/') {
    return std::nullopt;  // a date
  }
  return piece;
}

// A minus before `begin` (behind a currency sign at most) that no operand stands before.
std::optional<std::size_t> sign_start(std::string_view text, std::size_t begin) {
  std::size_t at = begin;
  if (at > 0 && text[at - 1] == '$') --at;
  if (at > 0 && text[at - 1] == '\\') --at;
  if (at == 0 || text[at - 1] != '-') return std::nullopt;
  std::size_t before = --at;
  const bool spaced = before > 0 && is_space(text[before - 1]);
  while (before > 0 && is_space(text[before - 1])) --before;
  if (before == 0) return at;
  const char previous = text[before - 1];
  if (previous == '=' || previous == '(' || previous == '{' || previous == '[' || previous == ',' ||
      previous == ':' || previous == '*' || previous == '$') {
    return at;
  }
  // "is -7" is a sign, "x -7" and "12 -7" may be a subtraction.
  const bool word = spaced && before >= 2 && is_letter(previous) && is_letter(text[before - 2]);
  return word ? std::optional(at) : std::nullopt;
}

bool percent_follows(std::string_view text, std::size_t end) {
  while (end < text.size() && (text[end] == '\\' || text[end] == ' ')) ++end;
  return end < text.size() && text[end] == '%';
}

bool inside_word(std::string_view text, std::size_t at) {
  if (at == 0) return false;
  const char before = text[at - 1];
  if (!is_letter(before) && before != '_') return false;
  // A command such as \cdot5 or \times3 ends before the digit.
  std::size_t first = at;
  while (first > 0 && is_letter(text[first - 1])) --first;
  return first == 0 || text[first - 1] != '\\';
}

constexpr std::array<bool, 256> kDigitTable = [] {
  std::array<bool, 256> table{};
  for (char c = '0'; c <= '9'; ++c) table[static_cast<unsigned char>(c)] = true;
  return table;
}();

// The number whose first digit is at `at`.
std::optional<NumberInText> read_number(std::string_view text, std::size_t at) {
  std::size_t begin = at;
  if (begin > 0 && text[begin - 1] == '.' && (begin == 1 || !is_digit(text[begin - 2]))) {
    const bool sentence = begin > 1 && is_letter(text[begin - 2]);
    if (!sentence) --begin;
  }
  Piece piece = read_piece(text, begin);
  const bool braced = begin > 0 && text[begin - 1] == '{';
  const auto fraction = braced ? fraction_start(text, begin - 1) : std::nullopt;
  if (piece.value && piece.integer) {
    if (fraction || (begin == 0 || text[begin - 1] != '/')) {
      if (auto under = denominator(text, piece.end, fraction.has_value())) {
        piece.value = *piece.value / *under->value;
        piece.end = under->end;
        if (fraction) begin = *fraction;
      }
    }
  }
  NumberInText number;
  if (const auto sign = sign_start(text, begin)) {
    begin = *sign;
    if (piece.value) piece.value = -*piece.value;
  }
  number.span = {begin, piece.end};
  if (piece.value) number.value = piece.value->text();
  number.percent = percent_follows(text, piece.end);
  return number;
}

}  // namespace

std::vector<NumberInText> numbers_in(std::string_view text) {
  std::vector<NumberInText> numbers;
  std::size_t at = 0;
  while (true) {
    while (at < text.size() && !kDigitTable[static_cast<unsigned char>(text[at])]) ++at;
    if (at == text.size()) return numbers;
    if (inside_word(text, at)) {
      while (at < text.size() && is_digit(text[at])) ++at;
      continue;
    }
    auto number = read_number(text, at);
    at = number->span.end;
    if (!number->value.empty()) numbers.push_back(std::move(*number));
  }
}

}  // namespace drp::answers
