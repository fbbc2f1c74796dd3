// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

namespace drp::path {

// A formula without white space (compact_math) in one of the notations that mean the same, so that
// texts can be compared: fractions as a/b, (a+b)/c; \sqrt{a}; x^2; \pi; * for every product sign.
//   "\frac{\pi}{16}" and "π/16" -> "\pi/16";  "\frac{1+\sqrt5}{2}" and "(1+√5)/2" ->
//   "(1+\sqrt{5})/2"
std::string one_notation(std::string_view formula);

// Whether `text` holds `formula`, both in one notation, and not as a part of longer numbers: "1/2"
// is in "x=1/2", not in "11/2".
bool holds_formula(std::string_view text, std::string_view formula);

}  // namespace drp::path
