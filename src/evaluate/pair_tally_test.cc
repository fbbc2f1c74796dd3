// SPDX-License-Identifier: Apache-2.0
#include "evaluate/pair_tally.h"

#include <gmock/gmock.h>

#include "base/random.h"
#include "evaluate/reference_values.h"

namespace drp::evaluate {
namespace {

bool covers(const Estimate& interval, double truth) {
  return interval.low <= truth && truth <= interval.high;
}

// Problems of two difficulties, right with probability 0.9 or 0.3 before and 0.05 less after: the
// intervals must hold the truth about 95 times in 100, however many samples a problem has.
TEST(PairTally, IntervalsCoverTheTruth) {
  constexpr int kTrials = 1500;
  struct Row {
    int samples, problems;
  };
  for (const Row& row : std::vector<Row>{{1, 30}, {1, 200}, {4, 30}, {4, 200}, {16, 30}}) {
    Random random(9);
    int difference = 0;
    int accuracy = 0;
    for (int trial = 0; trial < kTrials; ++trial) {
      PairTally pairs;
      AccuracyTally before;
      for (int problem = 0; problem < row.problems; ++problem) {
        const double chance = random.chance(0.5) ? 0.9 : 0.3;
        ProblemScore left{.samples = row.samples, .tokens = 1};
        ProblemScore right{.samples = row.samples, .tokens = 1};
        for (int sample = 0; sample < row.samples; ++sample) {
          left.right += random.chance(chance) ? 1 : 0;
          right.right += random.chance(chance - 0.05) ? 1 : 0;
        }
        pairs.add(left, right);
        before.add(left.share(), row.samples);
      }
      difference +=
          covers(pairs.result({.resamples = 1, .seed = 1}).accuracy_difference, -0.05) ? 1 : 0;
      accuracy += covers(before.estimate(), 0.6) ? 1 : 0;
    }
    const auto near = testing::AllOf(testing::Ge(0.93 * kTrials), testing::Le(0.98 * kTrials));
    EXPECT_THAT(difference, near) << row.samples << " samples of " << row.problems;
    EXPECT_THAT(accuracy, near) << row.samples << " samples of " << row.problems;
  }
}

TEST(PairTally, SeveralSamplesAsAClusterRobustVarianceHasThem) {
  for (const auto& row : reference_values("clustered")) {
    const int samples = row["samples"];
    PairTally pairs;
    AccuracyTally before;
    for (std::size_t i = 0; i < row["before"].size(); ++i) {
      const ProblemScore left{.samples = samples, .right = row["before"][i], .tokens = samples};
      const ProblemScore right{.samples = samples, .right = row["after"][i], .tokens = samples};
      pairs.add(left, right);
      before.add(left.share(), samples);
    }
    const Estimate accuracy = before.estimate();
    EXPECT_NEAR(accuracy.value, row["share"].get<double>(), 1e-12);
    EXPECT_NEAR(accuracy.low, row["low"].get<double>(), 1e-9) << samples;
    EXPECT_NEAR(accuracy.high, row["high"].get<double>(), 1e-9) << samples;
    const Estimate difference = pairs.result({.resamples = 1, .seed = 1}).accuracy_difference;
    EXPECT_NEAR(difference.value, row["difference"].get<double>(), 1e-12);
    EXPECT_NEAR(difference.low, row["difference_low"].get<double>(), 1e-5) << samples;
    EXPECT_NEAR(difference.high, row["difference_high"].get<double>(), 1e-5) << samples;
  }
}

TEST(PairTally, IsWideWithoutPairs) {
  const PairedComparison empty = PairTally().result({.resamples = 100});
  EXPECT_EQ(empty.pairs, 0);
  EXPECT_EQ(empty.accuracy_difference, (Estimate{0, -1, 1}));
  EXPECT_EQ(empty.mcnemar_p, 1);
  EXPECT_EQ(AccuracyTally().estimate(), (Estimate{0, 0, 1}));
}

}  // namespace
}  // namespace drp::evaluate
