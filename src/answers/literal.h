// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace drp::answers {

// An unsigned number as written: 1234, 1,234, 1{,}234, 1,\!234, 1\,234, 12 345, .5, 3.50, 3.2e4,
// 0.\overline{45}, 1.1\bar6, 0.(3), 0.333\ldots, 0.4545...
struct Literal {
  std::size_t end = 0;        // byte after the literal
  std::string digits;         // all digits without grouping and point
  int decimals = 0;           // digits after the point
  int exponent = 0;           // of the e4 form
  bool comma_groups = false;  // grouped with plain commas, so it may also be a list
  std::string repeating;      // digits that go on for ever behind the others
};

// The text with decimal commas as points and thousands dots left out: "1.234,5" is "1234.5".
std::string with_decimal_points(std::string_view text);

// Digits beyond these are refused: `digits` stays empty then and `end` is still right.
inline constexpr std::size_t kLiteralDigitsMax = 10'000;
inline constexpr int kExponentMax = 10'000;

// Whether a literal starts at text[at]: a digit, or a point and a digit.
bool starts_literal(std::string_view text, std::size_t at);
// The literal at text[at]; starts_literal(text, at) must hold. Reads on as far as the form allows.
Literal scan_literal(std::string_view text, std::size_t at);

}  // namespace drp::answers
