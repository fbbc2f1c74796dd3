// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/text.h"
#include "path/equation_token.h"
#include "path/number.h"

namespace drp::path {

// A computation written out with numbers alone: "3 × 4 = 12", "60 girls plus 120 boys is 180",
// "dividing 180 by 5 gives me 36", "half of 3000 is 1500", "\frac{120}{20} = 6".
struct Equation {
  Span span;
  std::vector<double> operands;
  double result = 0;
  Span result_span;
  // Whether the arithmetic is right, up to the rounding that the text allows itself.
  bool holds = true;
};

// The same text for the same computation, whatever the order of its operands: 3 + 5 = 8 repeats
// 5 + 3 = 8.
std::string equation_key(const Equation& equation);

// The computations of `text` in order; `numbers` are find_numbers(text). What holds a letter for an
// unknown is not evaluated. A chain a = b = c gives one equation for each equals sign.
std::vector<Equation> find_equations(std::string_view text, const std::vector<Number>& numbers);
// The same where the tokens are at hand.
std::vector<Equation> find_equations(const std::vector<Token>& tokens);

// The numbers that stand right after an equals sign or its word ("W = 13", "equals 13", "gives me
// 13"), whether or not what stands before could be evaluated.
std::vector<double> stated_results(const std::vector<Token>& tokens);

// "10 E + 5 B - 25": whether the number at byte `at` stands behind an operator, and so is no
// result.
bool ends_a_sum(std::string_view text, std::size_t at);

}  // namespace drp::path
