// SPDX-License-Identifier: Apache-2.0
#include "report/likelihoods.h"

#include <gtest/gtest.h>

namespace drp::report {
namespace {

PathLikelihood judged(double trace, double path) {
  PathLikelihood one;
  one.reasoning_log_prob_trace = trace;
  one.reasoning_log_prob_path = path;
  return one;
}

TEST(Likelihoods, ShowTraceAndPathOnOneAxis) {
  LikelihoodCollector collector;
  for (int i = 0; i < 100; ++i) collector.add(judged(-0.3 - 0.001 * i, -0.6 - 0.002 * i));
  PathLikelihood skipped;
  skipped.not_judged = "too long";
  collector.add(skipped);
  const LikelihoodFigures figures = collector.figures();
  EXPECT_EQ(figures.low, -1);
  ASSERT_EQ(figures.series.size(), 2U);
  EXPECT_EQ(figures.series[0].text, "trace");
  EXPECT_NEAR(figures.series[0].median, -0.3495, 1e-9);
  EXPECT_NEAR(figures.series[1].median, -0.699, 1e-9);
  for (const LikelihoodSeries& series : figures.series) {
    EXPECT_EQ(series.density.x.front(), -1);
    EXPECT_EQ(series.density.x.back(), 0);
  }
}

TEST(Likelihoods, TooFewShowNothing) {
  LikelihoodCollector collector;
  collector.add(judged(-0.3, -0.6));
  EXPECT_TRUE(collector.figures().series.empty());
}

}  // namespace
}  // namespace drp::report
