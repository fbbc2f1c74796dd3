// SPDX-License-Identifier: Apache-2.0
#include "path/notation.h"

#include <gtest/gtest.h>

namespace drp::path {
namespace {

TEST(Notation, FormsThatMeanTheSameBecomeOne) {
  const struct {
    std::string_view a, b, one;
  } rows[] = {
      {"\\frac{\\pi}{16}", "π/16", "\\pi/16"},
      {"\\frac{1+\\sqrt{5}}{2}", "(1+√5)/2", "(1+\\sqrt{5})/2"},
      {"\\frac12", "1/2", "1/2"},
      {"3\\sqrt2", "3√2", "3\\sqrt{2}"},
      {"\\sqrt{13}", "√13", "\\sqrt{13}"},
      {"\\sqrt{a+b}", "√(a+b)", "\\sqrt{a+b}"},
      {"x^{2}+y^{10}", "x²+y^{10}", "x^2+y^{10}"},
      {"2\\cdot3^{n}", "2·3^n", "2*3^n"},
      {"-\\frac{a}{b+1}", "−a/(b+1)", "-a/(b+1)"},
      {"\\frac{\\frac{1}{2}}{3}", "(1/2)/3", "(1/2)/3"},
      {"3-2i", "3−2i", "3-2i"},
  };
  for (const auto& row : rows) {
    EXPECT_EQ(one_notation(row.a), row.one);
    EXPECT_EQ(one_notation(row.b), row.one);
  }
}

TEST(Notation, WhatIsNoFormulaStays) {
  for (const std::string_view text :
       {"", "plainwords", "\\frac", "\\frac{1", "\\frac{1}", "^", "x^", "\\sqrt", "}{", "(("}) {
    EXPECT_EQ(one_notation(text), text);
  }
}

TEST(Notation, APartOfANumberIsNoMention) {
  EXPECT_TRUE(holds_formula("x=1/2", "1/2"));
  EXPECT_TRUE(holds_formula("is1/2.", "1/2"));
  EXPECT_FALSE(holds_formula("11/2", "1/2"));
  EXPECT_FALSE(holds_formula("1/20", "1/2"));
  EXPECT_FALSE(holds_formula("1/2.5", "1/2"));
  EXPECT_TRUE(holds_formula("11/2,then1/2", "1/2"));
  EXPECT_FALSE(holds_formula("13\\pi", "3\\pi"));
  EXPECT_FALSE(holds_formula("x", ""));
}

// Groups that never close, groups in groups: neither the square of the length nor the stack.
TEST(Notation, HostileTextTakesBoundedTime) {
  for (const std::string_view part : {"\\frac{", "^{", "\\sqrt{", "√("}) {
    std::string text;
    while (text.size() < 1000000) text += part;
    EXPECT_FALSE(one_notation(text).empty());
  }
}

}  // namespace
}  // namespace drp::path
