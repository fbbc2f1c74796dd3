// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <ostream>
#include <string>
#include <string_view>
#include <vector>

#include "answers/grade.h"
#include "base/error.h"

namespace drp::answers {

void PrintTo(const Comparison& comparison, std::ostream* out) {
  *out << verdict_name(comparison.verdict) << " (" << comparison.reason << ")";
}

namespace {

struct Pair {
  std::string_view gold;
  std::string_view pred;
};

void expect_all(const std::vector<Pair>& pairs, Verdict verdict) {
  for (const Pair& pair : pairs) {
    const Comparison comparison = compare(pair.gold, pair.pred);
    EXPECT_EQ(comparison.verdict, verdict)
        << pair.gold << " | " << pair.pred << ": " << testing::PrintToString(comparison);
  }
}

TEST(CompareNumbers, Equal) {
  expect_all({{"7", "007"},
              {"1,234", "1234"},
              {"1234", "1{,}234"},
              {"10,\\!000", "10000"},
              {"9/4", "2\\frac14"},
              {"9/4", "2 1/4"},
              {"3\\frac{1}{2}", "7/2"},
              {"-3\\frac{1}{2}", "-7/2"},
              {"\\frac{1}{2}", ".5"},
              {"27.0", "27"},
              {"+5", "5"},
              {"0.59", "59\\times10^{-2}"},
              {"3.2e4", "32000"},
              {"10!", "3628800"},
              {"\\binom{5}{2}", "10"},
              {"2:3", "2/3"},
              {"-5",
               "\xe2\x88\x92"
               "5"},
              {"12", "\xef\xbc\x91\xef\xbc\x92"},
              {"\\frac1{72}", "1/72"},
              {"\\dfrac{1}{29,\\!322,\\!216}", "\\frac{1}{29322216}"},
              {"8^{2/3}", "4"}},
             Verdict::kEqual);
}

TEST(CompareNumbers, Unequal) {
  expect_all({{"18014398509481985", "18014398509481984"},
              {"2^{-70}", "2^{-71}"},
              {"4,9", "49"},
              {"35", "0.35"},
              {"52639", "52641"},
              {"\\frac15", "\\frac16"},
              {"6", "6\\sqrt(3)"},
              {"5", "five"},
              {"1/3", "0.333"},
              {"1/3", "0.333334"},
              {"1", "-1"}},
             Verdict::kUnequal);
}

TEST(CompareNumbers, ReferenceDecimalAsksForItsDigits) {
  expect_all({{"3.14", "\\pi"},
              {"0.33", "1/3"},
              {"2.5", "2.46"},
              {"1/3", "0.333333"},
              {"\\pi", "3.14159"},
              {"\\sqrt{2}", "1.414214"}},
             Verdict::kEqual);
  expect_all({{"3.14159", "3.14"}, {"\\pi", "3.14"}, {"\\pi", "3.14160"}, {"0.5", "0.45 + 0.2"}},
             Verdict::kUnequal);
}

TEST(CompareNumbers, Bases) {
  expect_all({{"31_7", "31"}, {"31_7", "31_{7}"}}, Verdict::kEqual);
  expect_all({{"31_7", "317"}, {"31_7", "31_8"}, {"31_7", "22"}}, Verdict::kUnequal);
}

TEST(CompareUnits, OneSideMayLeaveThemOut) {
  expect_all({{"35\\%", "35"},
              {"35\\%", "0.35"},
              {"0.35", "35%"},
              {"75", "75^\\circ"},
              {"336^\\circ", "336"},
              {"$18", "18 dollars"},
              {"18", "\\$18.00"},
              {"12\\text{ cm}^2", "12 square centimeters"},
              {"3 m", "3"},
              {"12 apples", "12"},
              {"88.7", "88.7\\text{ percent}"},
              {"5 miles/hour", "5 miles per hour"},
              {"20 \\text{ dollars}", "\\$20"},
              {"7", "7 \\text{ pounds of butter}"}},
             Verdict::kEqual);
  expect_all({{"3 m", "3 cm"},
              {"$5", "5 euros"},
              {"2 hours", "2 days"},
              {"35\\%", "0.0035"},
              {"12 apples", "12 oranges"}},
             Verdict::kUnequal);
}

TEST(CompareExpressions, ByValue) {
  expect_all({{"\\frac{\\pi}{16}", "\\dfrac{\\pi}{16}"},
              {"2\\sqrt{3}", "\\sqrt{12}"},
              {"\\sqrt{5+2\\sqrt6}", "\\sqrt2+\\sqrt3"},
              {"e^{3}-2", "exp(3) - 2"},
              {"\\frac{3}{4}\\pi", "3\\pi/4"},
              {"6+9i", "9i+6"},
              {"-4+8i", "-4 + 8 i"},
              {"\\log 9", "2\\log 3"},
              {"x^2+2x+1", "(x+1)^2"},
              {"(x^2-1)/(x-1)", "x+1"},
              {"6xy", "6yx"},
              {"\\sin 60^\\circ", "\\frac{\\sqrt3}{2}"},
              {"\\sqrt[3]{-8}", "-2"},
              {"\\log_{2} 8", "3"},
              {"\\sin^2 x + \\cos^2 x", "1"},
              {"2^-1", "\\frac12"}},
             Verdict::kEqual);
  expect_all({{"|x|", "x"},
              {"x", "-x"},
              {"\\sqrt2", "\\sqrt3"},
              {"x^2", "x^3"},
              {"n=3k", "3"},
              {"\\pi", "3"},
              {"6\\sqrt{2}", "6"}},
             Verdict::kUnequal);
}

TEST(CompareCollections, ListsSetsAndTuples) {
  expect_all({{"4,6,9", "9, 4, 6"},
              {"4, 9", "\\boxed{4} and \\boxed{9}"},
              {"\\{2,5\\}", "\\{5, 2\\}"},
              {"(1,2)", "1, 2"},
              {"\\pm 3", "3, -3"},
              {"x=\\pm 3", "-3 or 3"},
              {"\\begin{pmatrix}1\\\\2\\end{pmatrix}", "(1,2)"},
              {"\\{1\\pm\\sqrt5,-2\\}", "\\{-2, 1-\\sqrt5, 1+\\sqrt5\\}"},
              {"3,512", "3, 512"},
              {"\\left(\\frac{1}{2},\\infty\\right)", "(0.5, \\infty)"},
              {"2, 2", "2"},
              {"\\begin{bmatrix}1&2\\\\3&4\\end{bmatrix}",
               "\\begin{pmatrix} 1 & 2 \\\\ 3 & 4 \\\\ \\end{pmatrix}"}},
             Verdict::kEqual);
  expect_all({{"8 and 27", "27"},
              {"\\{2,5\\}", "(2,5)"},
              {"(1,2)", "(2,1)"},
              {"(1,2)", "[1,2]"},
              {"1,2,3", "1,2"},
              {"(1,2)", "2, 1"},
              {"\\begin{pmatrix}1&2\\end{pmatrix}", "\\begin{pmatrix}1\\\\2\\end{pmatrix}"}},
             Verdict::kUnequal);
}

TEST(CompareRelations, AssignmentsEquationsAndIntervals) {
  expect_all({{"x=9", "9"},
              {"9", "x = 9"},
              {"y=2x+3", "2x+3"},
              {"3x+6y=9", "y=\\frac{3-x}{2}"},
              {"m \\ge 2", "m \\in [2,\\infty)"},
              {"m \\in [2,\\infty)", "m \\ge 2"},
              {"(0,4)", "0<t<4"},
              {"12", "3 \\times 4 = 12"},
              {"5/3", "x = 5/3 \\approx 1.67"}},
             Verdict::kEqual);
  expect_all({{"x=9", "y=9"},
              {"2x-y+5=0", "x+y-1=0"},
              {"m > 2", "m \\ge 2"},
              {"0<x<4", "[0,4]"},
              {"(-\\infty,2)\\cup(2,\\infty)", "\\mathbb R"},
              {"2x+1=0", "0"}},
             Verdict::kUnequal);
}

TEST(CompareWords, AsText) {
  expect_all({{"\\text{Evelyn}", "Evelyn"},
              {"Evelyn", "evelyn."},
              {"E", "\\text{E: the last}"},
              {"\\text{(B)}", "B"},
              {"\\text{no solution}", "\\emptyset"},
              {"does not exist", "undefined"},
              {"\\mathbb{R}", "(-\\infty,\\infty)"}},
             Verdict::kEqual);
  expect_all({{"about four", "3"}, {"east", "west"}, {"B", "because"}, {"4", "no solution"}},
             Verdict::kUnequal);
}

TEST(CompareGold, WholeSolutionsAndErrors) {
  expect_all({{"She has 3 + 4 = <<3+4=7>>7.\n#### 7", "7"},
              {"The total is $\\boxed 9$", "9"},
              {"So \\boxed{12}.", "12"},
              {"1,000 + 234\n#### 1,234", "\\boxed{1234}"}},
             Verdict::kEqual);
  expect_all({{"", "3"}, {"  ", "3"}, {"...", "3"}}, Verdict::kGoldError);
  EXPECT_EQ(read_gold("a\n#### 1,234\n"), "1,234");
}

TEST(CompareLimits, BoundTheWork) {
  const std::string tower = "7^{7^{7^{7}}}";
  EXPECT_NE(compare("3", tower).verdict, Verdict::kEqual);
  std::string nested;
  for (int i = 0; i < 400; ++i) nested += "\\frac{1}{1+";
  nested += "x";
  nested.append(400, '}');
  EXPECT_NE(compare("1", nested).verdict, Verdict::kEqual);
  EXPECT_NE(compare("1", std::string(2000, '(') + "1" + std::string(2000, ')')).verdict,
            Verdict::kGoldError);
  EXPECT_EQ(compare("1", std::string(70'000, '1')).verdict, Verdict::kUndecided);
  EXPECT_EQ(compare("1", "99999999!").verdict, Verdict::kUnequal);
  for (std::string_view series :
       {"\\sum_{k=1}^{10000} k^{1000}", "\\prod_{k=1}^{10000} k^k", "\\sum_{k=1}^{10000} \\sqrt k",
        "\\sum_{i=1}^{9999}\\sum_{j=1}^{9999}\\sum_{k=1}^{i} j \\cdot k"}) {
    EXPECT_EQ(compare("1", series).verdict, Verdict::kUndecided) << series;
  }
  EXPECT_EQ(compare("1", std::string("1\0", 2)).verdict, Verdict::kUnequal);
  EXPECT_EQ(compare("1", "\xff\xfe").verdict, Verdict::kUnequal);
  EXPECT_EQ(compare("2", "__import__('os')").verdict, Verdict::kUnequal);
}

TEST(CompareDomains, ChoiceAndText) {
  const CompareOptions choice{.domain = "choice"};
  EXPECT_TRUE(compare("C", "(C)", choice).equal());
  EXPECT_TRUE(compare("C", "C: the third", choice).equal());
  EXPECT_TRUE(compare("B", "Option B", choice).equal());
  EXPECT_FALSE(compare("D", "Doubtful", choice).equal());
  EXPECT_FALSE(compare("A", "a car", choice).equal());
  const CompareOptions text{.domain = "text"};
  EXPECT_TRUE(compare("The Nile", "the  nile.", text).equal());
  EXPECT_FALSE(compare("The Nile", "Nile", text).equal());
  EXPECT_EQ(compare("x", "y", {.domain = "code"}).verdict, Verdict::kUndecided);
  EXPECT_THROW(compare("x", "y", {.domain = "poetry"}), Error);
}

TEST(CompareSymmetry, EveryReadableGoldEqualsItself) {
  for (std::string_view gold : {"7", "\\frac{1}{2}", "x^2+1", "(1,2)", "\\{1,2\\}", "x=3", "3 m",
                                "35\\%", "\\pi", "31_7", "east", "[0,1)", "x>2", "1,234"}) {
    EXPECT_TRUE(compare(gold, gold).equal()) << gold;
    EXPECT_TRUE(compare(gold, " " + std::string(gold) + " ").equal()) << gold;
  }
}

}  // namespace
}  // namespace drp::answers
