// SPDX-License-Identifier: Apache-2.0
#include "evaluate/learnability.h"

#include <gtest/gtest.h>

#include <cmath>

#include "evaluate/reference_values.h"

namespace drp::evaluate {
namespace {

// A path after which the answer, of two tokens, is `ratio` times as likely as after its trace.
PathLikelihood judged(double ratio, std::int64_t before, std::int64_t after) {
  PathLikelihood path;
  path.trace_id = "t";
  path.reasoning_log_prob_trace = -1;
  path.reasoning_log_prob_path = -1.5;
  path.answer_log_prob_trace = -0.4;
  path.answer_log_prob_path = -0.4 + std::log(ratio);
  path.answer_tokens = 2;
  path.tokens_before = before;
  path.tokens_after = after;
  return path;
}

const ThresholdEffect& at(const Learnability& sum, double keep) {
  for (const ThresholdEffect& effect : sum.thresholds) {
    if (effect.keep_answer_prob == keep) return effect;
  }
  ADD_FAILURE() << "no threshold " << keep;
  return sum.thresholds.front();
}

TEST(Learnability, MeansHaveTheNormalInterval) {
  const auto reference = reference_values("mean_interval");
  std::vector<PathLikelihood> paths;
  for (const double drop : reference["values"]) {
    paths.push_back(judged(1, 100, 40));
    paths.back().answer_tokens = 1;
    paths.back().answer_log_prob_path = paths.back().answer_log_prob_trace - drop;
  }
  const Estimate drop = summarise_likelihoods(paths).answer_drop;
  EXPECT_NEAR(drop.value, reference["mean"].get<double>(), 1e-12);
  EXPECT_NEAR(drop.low, reference["low"].get<double>(), 1e-9);
  EXPECT_NEAR(drop.high, reference["high"].get<double>(), 1e-9);
}

TEST(Learnability, AThresholdRejectsPathsAtFullLength) {
  const std::vector<PathLikelihood> paths = {judged(1.2, 100, 40), judged(0.92, 100, 30),
                                             judged(0.6, 200, 20), judged(0.1, 60, 10)};
  const Learnability sum = summarise_likelihoods(paths);
  EXPECT_EQ(sum.judged, 4);
  EXPECT_DOUBLE_EQ(sum.tokens_before, 115);
  EXPECT_DOUBLE_EQ(at(sum, 0).kept, 1);
  EXPECT_DOUBLE_EQ(at(sum, 0).tokens, 25);
  EXPECT_DOUBLE_EQ(at(sum, 0.5).kept, 0.75);
  EXPECT_DOUBLE_EQ(at(sum, 0.5).tokens, (40 + 30 + 20 + 60) / 4.0);
  EXPECT_DOUBLE_EQ(at(sum, 0.9).kept, 0.5);
  EXPECT_DOUBLE_EQ(at(sum, 0.95).tokens, (40 + 100 + 200 + 60) / 4.0);
  EXPECT_DOUBLE_EQ(at(sum, 1).kept, 0.25) << "a likelier answer passes the strictest threshold";
}

TEST(Learnability, TheCurveFallsAndMeetsTheTable) {
  std::vector<PathLikelihood> paths;
  for (int i = 0; i < 57; ++i) paths.push_back(judged(0.02 * (i + 1), 100 + i, 30 + i));
  const Learnability sum = summarise_likelihoods(paths);
  ASSERT_EQ(sum.curve.size(), 101U);
  for (std::size_t i = 1; i < sum.curve.size(); ++i) {
    EXPECT_LE(sum.curve[i].kept, sum.curve[i - 1].kept);
    EXPECT_GE(sum.curve[i].tokens, sum.curve[i - 1].tokens);
  }
  for (const ThresholdEffect& effect : sum.thresholds) {
    const auto place = static_cast<std::size_t>(std::lround(100 * effect.keep_answer_prob));
    EXPECT_EQ(sum.curve[place], effect);
  }
}

TEST(Learnability, DropsAreOfATokenOfTheAnswer) {
  // Two tokens: a path that leaves exp(-0.2) of the probability drops 0.1 nat a token.
  const std::vector<PathLikelihood> paths = {
      judged(std::exp(-0.19), 9, 3), judged(std::exp(-0.6), 9, 3), judged(std::exp(0.4), 9, 3)};
  const Learnability sum = summarise_likelihoods(paths);
  EXPECT_NEAR(sum.within_limit.value, 2.0 / 3, 1e-12);
  EXPECT_LT(sum.within_limit.low, 0.3);
  EXPECT_GT(sum.within_limit.high, 0.9);
  ASSERT_EQ(sum.drop_percentiles.size(), 101U);
  EXPECT_NEAR(sum.drop_percentiles.front(), -0.2, 1e-12);
  EXPECT_NEAR(sum.drop_percentiles[50], 0.095, 1e-12);
  EXPECT_NEAR(sum.drop_percentiles.back(), 0.3, 1e-12);
  EXPECT_NEAR(sum.answer_drop.value, 0.195 / 3, 1e-12);
  EXPECT_NEAR(sum.answer_log_prob_trace, -0.2, 1e-12);
  // -0.2, 0.095, 0.3: standard deviation 0.25125, mean 0.065.
  EXPECT_NEAR(sum.answer_drop.high - sum.answer_drop.value, 1.96 * 0.25125 / std::sqrt(3.0), 1e-3);
}

TEST(Learnability, SeamsAreAveragedOverThePathsThatHaveSome) {
  std::vector<PathLikelihood> paths(3, judged(1, 9, 3));
  paths[1].seam_log_prob_trace = -0.5;
  paths[1].seam_log_prob_path = -2;
  const Learnability sum = summarise_likelihoods(paths);
  EXPECT_EQ(sum.with_seams, 1);
  EXPECT_DOUBLE_EQ(sum.seam_log_prob_path, -2);
  EXPECT_DOUBLE_EQ(sum.seam_drop.value, 1.5);
  EXPECT_DOUBLE_EQ(sum.reasoning_drop.value, 0.5);
  EXPECT_DOUBLE_EQ(sum.reasoning_drop.low, 0.5);
}

TEST(Learnability, PathsWithoutFiguresAreOnlyCounted) {
  PathLikelihood unread;
  unread.not_judged = "too long";
  Learnability sum = summarise_likelihoods(std::vector{judged(0.8, 10, 5), unread});
  EXPECT_EQ(sum.judged, 1);
  EXPECT_EQ(sum.not_judged, 1);
  EXPECT_DOUBLE_EQ(sum.tokens_before, 10);
  sum = summarise_likelihoods(std::vector{unread});
  EXPECT_EQ(sum.judged, 0);
  EXPECT_TRUE(sum.curve.empty());
}

}  // namespace
}  // namespace drp::evaluate
