// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/text.h"

namespace drp::answers {

// A number written in digits in a text: 24, -7, 1,234, 1{,}234, .5, 3.50, 2/3, \frac{2}{3}.
struct NumberInText {
  // The exact value: "24", "-7", "7/2"; two numbers are equal where these strings are. A percent
  // sign does not change it.
  std::string value;
  Span span;  // of the number with its sign, without currency, percent sign or unit
  bool percent = false;
};

// The numbers of `text` from left to right, without overlap. A minus is a sign only where it cannot
// be a binary operator. Digits inside a word ("x2", "H2O") are not numbers. Linear time.
std::vector<NumberInText> numbers_in(std::string_view text);

}  // namespace drp::answers
