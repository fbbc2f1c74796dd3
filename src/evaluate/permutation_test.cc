// SPDX-License-Identifier: Apache-2.0
#include "evaluate/permutation.h"

#include <gtest/gtest.h>

#include <vector>

#include "evaluate/reference_values.h"
#include "evaluate/statistics.h"

namespace drp::evaluate {
namespace {

TEST(Permutation, PairedTest) {
  for (const auto& row : reference_values("permutation")) {
    const auto differences = row["differences"].get<std::vector<double>>();
    const double p = paired_permutation(differences, {.draws = 100'000, .seed = 3});
    const bool drawn = differences.size() > kExactDifferences;
    EXPECT_NEAR(p, row["p"].get<double>(), drawn ? 0.004 : 1e-12) << row["name"];
  }
}

TEST(Permutation, OfSingleAnswersIsTheExactMcnemarTest) {
  std::vector<double> differences(40, 0.0);
  for (int i = 0; i < 10; ++i) differences.push_back(1);
  for (int i = 0; i < 3; ++i) differences.push_back(-1);
  EXPECT_NEAR(paired_permutation(differences, {}), mcnemar_exact(3, 10), 1e-12);
}

TEST(Permutation, NeverSaysThatChanceIsImpossible) {
  const std::vector<double> all_shorter(500, -1.0);
  EXPECT_NEAR(paired_permutation(all_shorter, {.draws = 999}), 0.001, 1e-12);
  EXPECT_EQ(paired_permutation({}, {}), 1);
}

}  // namespace
}  // namespace drp::evaluate
