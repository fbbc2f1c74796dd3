// SPDX-License-Identifier: Apache-2.0
#include "path/equation.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace drp::path {
namespace {

using ::testing::DoubleEq;
using ::testing::ElementsAre;
using ::testing::Pointwise;

struct EquationCase {
  const char* text;
  std::vector<double> operands;
  double result;
  bool holds;
};

class FindEquations : public ::testing::TestWithParam<EquationCase> {};

TEST_P(FindEquations, ReadsTheFirst) {
  const EquationCase& row = GetParam();
  const std::vector<Equation> found = find_equations(row.text, find_numbers(row.text));
  ASSERT_FALSE(found.empty()) << row.text;
  EXPECT_THAT(found.front().operands, Pointwise(DoubleEq(), row.operands));
  EXPECT_DOUBLE_EQ(found.front().result, row.result);
  EXPECT_EQ(found.front().holds, row.holds);
}

INSTANTIATE_TEST_SUITE_P(
    Rows, FindEquations,
    ::testing::Values(EquationCase{"3 + 4 = 7", {3, 4}, 7, true},
                      EquationCase{"3 + 4 = 8", {3, 4}, 8, false},
                      EquationCase{"60 girls plus 120 boys is 180 pupils.", {60, 120}, 180, true},
                      EquationCase{"6 multiplied by 4 is 24.", {6, 4}, 24, true},
                      EquationCase{"50 minus 30, which equals 20", {50, 30}, 20, true},
                      EquationCase{"Dividing 180 by 5 gives me 36 teachers.", {180, 5}, 36, true},
                      EquationCase{"Subtracting 2 from 14 gives me 12.", {2, 14}, 12, true},
                      EquationCase{"adding 3, 5 and 6 gives 14", {3, 5, 6}, 14, true},
                      EquationCase{"30% of 50 is 15", {30, 50}, 15, true},
                      EquationCase{"half of 3000 is 1500", {0.5, 3000}, 1500, true},
                      EquationCase{"One-fourth of 40 kilos is 10 kilos", {0.25, 40}, 10, true},
                      EquationCase{"three-fourths of 40 is 30", {0.75, 40}, 30, true},
                      EquationCase{"twenty-five minus five is 20", {25, 5}, 20, true},
                      EquationCase{"two hundred divided by 4 is 50", {200, 4}, 50, true},
                      EquationCase{"\\[ \\frac{120}{20} = 6 \\]", {120, 20}, 6, true},
                      EquationCase{"3 \\times \\$4 = \\$12", {3, 4}, 12, true},
                      EquationCase{"2 * (3 + 4) = 14", {2, 3, 4}, 14, true},
                      EquationCase{"2(3 + 4) = 14", {2, 3, 4}, 14, true},
                      EquationCase{"\\$2.50/\\text{day} \\times 30 = 75", {2.5, 30}, 75, true},
                      EquationCase{"24 = 6 × 4", {6, 4}, 24, true},
                      EquationCase{"100 / 3 \u2248 33.33", {100, 3}, 33.33, true},
                      EquationCase{"7 / 2 = 4", {7, 2}, 4, true},
                      EquationCase{"2^5 = 32", {2, 5}, 32, true},
                      EquationCase{"5 x 3 = 15", {5, 3}, 15, true}),
    [](const auto& row) { return "Row" + std::to_string(row.index); });

TEST(FindEquations, ReadsAChain) {
  const std::string text = "12 + 8 = 20 = 4 × 5";
  const std::vector<Equation> found = find_equations(text, find_numbers(text));
  ASSERT_EQ(found.size(), 2U);
  EXPECT_DOUBLE_EQ(found[0].result, 20);
  EXPECT_THAT(found[1].operands, ElementsAre(4, 5));
}

TEST(FindEquations, ReadsWhatGoesOnFromAResult) {
  for (const char* text : {"70 plus 40 is 110, and then plus 5 more is 115.",
                           "12 divided by 3 is 4 dollars, then multiplied by 2 gives 8.",
                           "12 plus 12 is 24, times 2 would be 48."}) {
    const std::vector<Equation> found = find_equations(text, find_numbers(text));
    ASSERT_EQ(found.size(), 2U) << text;
    EXPECT_DOUBLE_EQ(found[1].operands.front(), found[0].result) << text;
    EXPECT_TRUE(found[1].holds) << text;
  }
  const std::string wrong = "70 plus 40 is 110, and then plus 5 more is 125.";
  ASSERT_EQ(find_equations(wrong, find_numbers(wrong)).size(), 2U);
  EXPECT_FALSE(find_equations(wrong, find_numbers(wrong))[1].holds);
  // Not joined to it, or not said what it comes to.
  for (const char* text : {"70 plus 40 is 110. Plus 5 is what she gets.",
                           "70 plus 40 is 110, and then plus 5 more for the bag."}) {
    EXPECT_EQ(find_equations(text, find_numbers(text)).size(), 1U) << text;
  }
}

TEST(FindEquations, LeavesUnknownsAlone) {
  for (const char* text : {"4 + 24 + W = 41", "2S + 5 + D = 339", "S = 4D - 13", "x + 3 + 4 = 9",
                           "\u03c6(30) = 30 \u00d7 (1 - 1/2)", "5 apples and 3 pears",
                           "between 3 and 4", "Adding 5 to the total gives 12"}) {
    EXPECT_TRUE(find_equations(text, find_numbers(text)).empty()) << text;
  }
}

TEST(StatedResults, AreWhatFollowsAnEqualsSignOrItsWord) {
  const auto results = [](const std::string& text) {
    return stated_results(read_tokens(text, find_numbers(text)));
  };
  EXPECT_THAT(results("So W = 13."), ElementsAre(13));
  EXPECT_THAT(results("That gives me a total of 75 dollars."), ElementsAre(75));
  EXPECT_THAT(results("x = 3 + y"), ElementsAre());
  EXPECT_THAT(results("That would be 45 miles."), ElementsAre(45));
  EXPECT_THAT(results("That adds up to $2400."), ElementsAre(2400));
  EXPECT_THAT(results("She adds 5 to them."), ElementsAre());
  EXPECT_THAT(results("Her speed needs to be 6 miles an hour."), ElementsAre());
  // Worked with behind its unit.
  EXPECT_THAT(results("That would be 4 hours per week times 6 weeks."), ElementsAre());
  EXPECT_THAT(results("That's 48 inches divided by 6 inches."), ElementsAre());
}

TEST(FindNumbers, ReadsHowPeopleWriteThem) {
  const auto values = [](const std::string& text) {
    std::vector<double> result;
    for (const Number& number : find_numbers(text)) {
      result.push_back(number.value);
    }
    return result;
  };
  EXPECT_THAT(values("1,234 and 5{,}000"), ElementsAre(1234, 5000));
  EXPECT_THAT(values("3,5"), ElementsAre(3, 5));
  EXPECT_THAT(values(".25"), ElementsAre(0.25));
  EXPECT_THAT(values("3/4"), ElementsAre(3, 4, 0.75));
  EXPECT_THAT(values("\\frac{1}{4}"), ElementsAre(1, 4, 0.25));
  EXPECT_THAT(values("twenty-five"), ElementsAre(20, 5, 25));
  EXPECT_THAT(values("two hundred"), ElementsAre(2, 100, 200));
  EXPECT_THAT(values("twice, a dozen"), ElementsAre(2, 12));
  EXPECT_THAT(values("\uff11\uff12"), ElementsAre(12));
  EXPECT_THAT(values("often weight"), ElementsAre());
}

}  // namespace
}  // namespace drp::path
