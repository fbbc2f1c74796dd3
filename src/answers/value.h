// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "answers/rational.h"
#include "answers/token.h"

namespace drp::answers {

// A number that is known exactly, or only to double precision (roots, pi).
struct Quantity {
  std::optional<Rational> exact;
  double real = 0;
};

// What an answer says.
struct Value {
  enum class Kind { kQuantity, kList, kText };

  Kind kind = Kind::kText;
  Quantity quantity;
  long decimals = -1;     // digits after the point of a plain decimal, else -1
  long significant = -1;  // its significant digits
  bool percent = false;
  std::string unit;        // "degree", "$", "cm"; empty: none
  std::string variable;    // x of "x = 9"
  char open = 0;           // bracket of a list: ( [ { or 0 for a bare one
  char close = 0;
  std::vector<Value> items;
  std::string text;  // canonical spelling of the whole
  bool ambiguous = false;  // a comma may group digits or separate items
};

// Reads an answer; anything unreadable becomes text. Nothing when there is nothing in it, or more
// than 10,000 tokens.
std::optional<Value> read_value(std::string_view text);
// The same with every comma as a separator.
std::optional<Value> read_value_as_list(std::string_view text);

// The value of a formula without variables, or nothing. Nesting is limited to 200.
std::optional<Quantity> evaluate_formula(std::span<const Token> tokens);

}  // namespace drp::answers
