// SPDX-License-Identifier: Apache-2.0
#include "answers/numbers.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace drp::answers {
namespace {

struct Row {
  const char* name;
  std::string text;
  std::vector<std::string> values;
  std::vector<std::string> written;
};

class NumbersIn : public testing::TestWithParam<Row> {};

TEST_P(NumbersIn, FindsValuesAndSpans) {
  const Row& row = GetParam();
  std::vector<std::string> values;
  std::vector<std::string> written;
  for (const NumberInText& number : numbers_in(row.text)) {
    values.push_back(number.value);
    written.emplace_back(slice(row.text, number.span));
  }
  EXPECT_EQ(values, row.values);
  EXPECT_EQ(written, row.written);
}

INSTANTIATE_TEST_SUITE_P(
    Forms, NumbersIn,
    testing::Values(
        Row{"sentence", "15 apples, overall.", {"15"}, {"15"}},
        Row{"final_dot", "It costs $31.00.", {"31"}, {"31.00"}},
        Row{"money_sum", "$180 + $350 = $530", {"180", "350", "530"}, {"180", "350", "530"}},
        Row{"thousands",
            "1,234 and 5{,}678 and 9,\\!876",
            {"1234", "5678", "9876"},
            {"1,234", "5{,}678", "9,\\!876"}},
        Row{"list_of_numbers", "1, 2,3", {"1", "2", "3"}, {"1", "2", "3"}},
        Row{"decimals", ".5 and 2.50", {"1/2", "5/2"}, {".5", "2.50"}},
        Row{"fraction", "3/4 of \\frac{6}{8}", {"3/4", "3/4"}, {"3/4", "\\frac{6}{8}"}},
        Row{"date", "on 1/2/2024", {"1", "2", "2024"}, {"1", "2", "2024"}},
        Row{"division_by_zero", "3/0", {"3", "0"}, {"3", "0"}},
        Row{"sign", "x = -7, then it is -8", {"-7", "-8"}, {"-7", "-8"}},
        Row{"subtraction", "10 - 3 and 10-4", {"10", "3", "10", "4"}, {"10", "3", "10", "4"}},
        Row{"inside_words", "x2 and H2O and \\cdot5", {"5"}, {"5"}},
        Row{"large",
            "123456789012345678901234567890",
            {"123456789012345678901234567890"},
            {"123456789012345678901234567890"}},
        Row{"scientific", "3.2e4", {"32000"}, {"3.2e4"}},
        Row{"none", "no number, only words.", {}, {}}),
    [](const auto& test) { return std::string(test.param.name); });

TEST(NumbersInText, KnowsPercents) {
  const auto numbers = numbers_in("20% of 50 is 40\\%");
  ASSERT_EQ(numbers.size(), 3U);
  EXPECT_TRUE(numbers[0].percent);
  EXPECT_FALSE(numbers[1].percent);
  EXPECT_TRUE(numbers[2].percent);
}

}  // namespace
}  // namespace drp::answers
