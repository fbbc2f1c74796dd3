// SPDX-License-Identifier: Apache-2.0
#include "path/arithmetic.h"

#include <algorithm>
#include <cmath>

namespace drp::path {

bool is_operator(TokenKind kind) {
  return kind == TokenKind::kPlus || kind == TokenKind::kMinus || kind == TokenKind::kTimes ||
         kind == TokenKind::kDivide || kind == TokenKind::kPower || kind == TokenKind::kOf;
}
bool is_link(TokenKind kind) { return kind == TokenKind::kEquals || kind == TokenKind::kIs; }

Value combine(TokenKind op, const Value& left, const Value& right) {
  if (op == TokenKind::kDivide) {
    return {left.number / right.number, left.raw / right.raw, left.percent, true};
  }
  if (op == TokenKind::kTimes) {
    return {left.number * right.number, left.raw * right.raw, false, true};
  }
  const double sign = op == TokenKind::kPlus ? 1 : -1;
  return {left.number + sign * right.number, left.raw + sign * right.raw,
          left.percent && right.percent, true};
}

double apply_verb(TokenKind verb, const std::vector<double>& numbers, bool reversed) {
  double value = 0;
  switch (verb) {
    case TokenKind::kSubtractVerb:
      return reversed ? numbers[1] - numbers[0] : numbers[0] - numbers[1];
    case TokenKind::kMultiplyVerb:
      return numbers[0] * numbers[1];
    case TokenKind::kDivideVerb:
      return numbers[1] == 0 ? 0 : numbers[0] / numbers[1];
    default:
      for (const double number : numbers) {
        value += number;
      }
      return value;
  }
}

bool same_value(double a, double b, bool approximate) {
  const double gap = std::abs(a - b);
  if (gap <= 1e-6 * std::max(1.0, std::abs(b))) {
    return true;
  }
  const bool whole = a == std::floor(a) && b == std::floor(b);
  if (whole && !approximate) {
    return false;
  }
  // A rounded figure: half a unit of a whole number, half a percent of another.
  return b == std::floor(b) && std::abs(b) >= 1 ? gap < 1
                                                : gap <= 0.006 * std::max(0.5, std::abs(b));
}

}  // namespace drp::path
