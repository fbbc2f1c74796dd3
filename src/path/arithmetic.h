// SPDX-License-Identifier: Apache-2.0
// The arithmetic of equations in a text (equation.h): what two values and an operation come to.
#pragma once

#include <vector>

#include "path/equation_token.h"

namespace drp::path {

bool is_operator(TokenKind kind);
bool is_link(TokenKind kind);  // an equals sign or its word

struct Value {
  double number = 0;  // percent read as a fraction
  double raw = 0;     // percent read as its figure
  bool percent = false;
  bool computed = false;
};

// `op` is plus, minus, times or divided by; a right side of 0 does not divide.
Value combine(TokenKind op, const Value& left, const Value& right);

// "adding 3, 5 and 6", "subtract 2 from 14" (`reversed`): of a verb and its numbers, two of them
// but for adding.
double apply_verb(TokenKind verb, const std::vector<double>& numbers, bool reversed);

// Whether a text that comes to `a` may write `b`: up to the rounding that it allows itself, or more
// where it says "about" (`approximate`).
bool same_value(double a, double b, bool approximate);

}  // namespace drp::path
