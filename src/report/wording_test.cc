// SPDX-License-Identifier: Apache-2.0
#include "report/wording.h"

#include <gtest/gtest.h>

namespace drp::report {
namespace {

TEST(Wording, CountsHaveTheirNumber) {
  EXPECT_EQ(counted(0, "problem", "problems"), "0 problems");
  EXPECT_EQ(counted(1, "problem", "problems"), "1 problem");
  EXPECT_EQ(counted(1319, "problem", "problems"), "1,319 problems");
}

TEST(Wording, AChangeOfTokensHasADirection) {
  struct Row {
    Estimate cut;
    const char* change;
    const char* interval;
  };
  const Row rows[] = {
      {{0.66, 0.647, 0.673}, "66.0 % fewer", "64.7 to 67.3 %"},
      {{-0.3, -0.4, -0.2}, "30.0 % more", "20.0 to 40.0 %"},
      {{0.01, -0.02, 0.04}, "1.0 % fewer", "2.0 % more to 4.0 % fewer"},
      {{-0.01, -0.04, 0.02}, "1.0 % more", "4.0 % more to 2.0 % fewer"},
      {{0.02, -0.0001, 0.04}, "2.0 % fewer", "0.0 to 4.0 %"},
      {{-0.02, -0.04, 0.0001}, "2.0 % more", "0.0 to 4.0 %"},
      {{0, 0, 0}, "as many", "0.0 to 0.0 %"},
      {{-0.0002, -0.0003, 0.0001}, "as many", "0.0 to 0.0 %"},
      {{0.0002, -0.01, 0.012}, "as many", "1.0 % more to 1.2 % fewer"},
      {{0.0004, 0, 0.012}, "as many", "0.0 % to 1.2 % fewer"},
      {{1, 1, 1}, "100.0 % fewer", "100.0 to 100.0 %"},
  };
  for (const Row& row : rows) {
    EXPECT_EQ(token_change(row.cut), row.change);
    EXPECT_EQ(token_change_interval(row.cut), row.interval);
  }
}

TEST(Wording, ATestIsNamedWithItsValue) {
  PairedComparison pair;
  pair.accuracy_p = 0.00002;
  EXPECT_EQ(accuracy_test(pair), "exact McNemar test, p < 0.001");
  pair.accuracy_test = "paired permutation test";
  pair.accuracy_p = 1;
  EXPECT_EQ(accuracy_test(pair), "paired permutation test, p = 1.00");
}

TEST(Wording, SeveralSamplesAreSeenByTheCounts) {
  ArmSummary arm;
  arm.problems = 28;
  arm.gold_errors = 2;
  arm.responses = 30;
  EXPECT_FALSE(has_several_samples({{arm}, {}}));
  arm.responses = 120;
  EXPECT_TRUE(has_several_samples({{arm}, {}}));
  arm.problems = 0;  // an evaluation that does not say
  EXPECT_FALSE(has_several_samples({{arm}, {}}));
}

}  // namespace
}  // namespace drp::report
