// SPDX-License-Identifier: Apache-2.0
#include "evaluate/multiple_tests.h"

#include <gmock/gmock.h>

#include "evaluate/reference_values.h"

namespace drp::evaluate {
namespace {

TEST(MultipleTests, HolmAdjusted) {
  for (const auto& row : reference_values("holm")) {
    const auto adjusted = holm_adjusted(row["p"].get<std::vector<double>>());
    ASSERT_EQ(adjusted.size(), row["adjusted"].size());
    for (std::size_t i = 0; i < adjusted.size(); ++i) {
      EXPECT_NEAR(adjusted[i], row["adjusted"][i].get<double>(), 1e-12) << row;
    }
  }
  EXPECT_TRUE(holm_adjusted({}).empty());
}

// The formula is an approximation: the reference values have the true power of the exact test.
TEST(MultipleTests, DetectableDifferenceHasThePowerItSays) {
  for (const auto& row : reference_values("mcnemar_power")) {
    EXPECT_NEAR(detectable_difference(row["pairs"], row["discordant"]),
                row["difference"].get<double>(), 1e-9);
    EXPECT_NEAR(row["power"].get<double>(), 0.8, 0.04) << row;
  }
}

TEST(MultipleTests, FewProblemsShowNothing) {
  EXPECT_EQ(detectable_difference(3, 0), 1);
  EXPECT_EQ(detectable_difference(0, 0), 1);
  EXPECT_LT(detectable_difference(1319, 0), 0.01);
  EXPECT_GT(detectable_difference(30, 0), 0.1);
}

}  // namespace
}  // namespace drp::evaluate
