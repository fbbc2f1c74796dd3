// SPDX-License-Identifier: Apache-2.0
#include "report/lengths.h"

#include <gmock/gmock.h>

#include <numeric>
#include <utility>

#include "base/random.h"

namespace drp::report {
namespace {

using testing::DoubleNear;
using testing::ElementsAre;

Scored row(const char* arm, std::int64_t tokens, bool correct,
           FinishReason finish = FinishReason::kStop) {
  Scored scored;
  scored.arm = arm;
  scored.response_tokens = tokens;
  scored.correct = correct;
  scored.finish = finish;
  return scored;
}

double area(const LengthSeries& series, double bin_tokens) {
  double sum = 0;
  for (std::size_t i = 1; i < series.density_x.size(); ++i) {
    sum += (series.density_x[i] - series.density_x[i - 1]) *
           (series.density_y[i] + series.density_y[i - 1]) / 2;
  }
  return sum / bin_tokens;
}

TEST(Lengths, NoRowsNoFigures) {
  const LengthFigures figures = LengthCollector().figures({.order = {"base"}});
  EXPECT_TRUE(figures.lengths.empty());
  EXPECT_TRUE(figures.capture.empty());
}

TEST(Lengths, MassIsOneWithTheCutOffResponses) {
  LengthCollector collector;
  Random random(5);
  for (int i = 0; i < 900; ++i) collector.add(row("base", random.between(1, 400), true));
  // Many short ones: a density that is not reflected would lose mass below 0.
  for (int i = 0; i < 900; ++i) collector.add(row("tuned", random.between(0, 12), true));
  for (int i = 0; i < 100; ++i) collector.add(row("tuned", 512, false, FinishReason::kLength));
  const LengthFigures figures = collector.figures({.order = {"base", "tuned"}});
  ASSERT_EQ(figures.lengths.size(), 2U);
  EXPECT_EQ(figures.limit, 512);
  EXPECT_EQ(figures.axis_end, 512);
  EXPECT_EQ(figures.bin_tokens, 1) << "the short ones end at 12";
  const double cut[] = {0, 0.1};
  for (std::size_t i = 0; i < 2; ++i) {
    const LengthSeries& series = figures.lengths[i];
    EXPECT_DOUBLE_EQ(series.share_cut, cut[i]);
    EXPECT_NEAR(std::accumulate(series.histogram.begin(), series.histogram.end(), 0.0), 1 - cut[i],
                1e-9);
    EXPECT_NEAR(area(series, figures.bin_tokens), 1 - cut[i], 0.01) << series.arm;
  }
}

TEST(Lengths, OrderAndSummary) {
  LengthCollector collector;
  for (const int tokens : {10, 20, 30, 40, 50}) collector.add(row("tuned", tokens, true));
  collector.add(row("other", 7, false, FinishReason::kLoop));
  collector.add(row("base", 100, true));
  const LengthFigures figures =
      collector.figures({.limit = 200, .order = {"base", "tuned", "control"}});
  ASSERT_EQ(figures.lengths.size(), 3U);
  EXPECT_EQ(figures.lengths[0].arm, "base");
  EXPECT_EQ(figures.lengths[1].arm, "tuned");
  EXPECT_EQ(figures.lengths[2].arm, "other");
  EXPECT_EQ(figures.limit, 200);
  EXPECT_DOUBLE_EQ(figures.lengths[1].mean, 30);
  EXPECT_DOUBLE_EQ(figures.lengths[1].median, 30);
  EXPECT_DOUBLE_EQ(figures.lengths[1].p90, 46);
  EXPECT_EQ(figures.lengths[1].max, 50);
  EXPECT_DOUBLE_EQ(figures.lengths[2].share_loop, 1);
}

TEST(Lengths, EachSetHasItsOwnAxisAndAllHaveOne) {
  LengthCollector collector;
  for (const auto& [set, tokens] : {std::pair("gsm8k", 200), std::pair("aime24", 9000)}) {
    for (const char* arm : {"base", "tuned"}) {
      for (int i = 0; i < 10; ++i) {
        Scored one = row(arm, tokens + i, i % 2 == 0);
        one.tags["set"] = set;
        collector.add(one);
      }
    }
  }
  EXPECT_THAT(collector.sets(), ElementsAre("aime24", "gsm8k"));
  const LengthFigures small = collector.figures({.set = "gsm8k"});
  EXPECT_EQ(small.set, "gsm8k");
  EXPECT_EQ(small.axis_end, 209);
  EXPECT_EQ(small.bin_tokens, 20);
  EXPECT_EQ(small.lengths.at(0).responses, 10);
  EXPECT_EQ(small.capture.at(0).right, 5);
  const LengthFigures all = collector.figures({});
  EXPECT_EQ(all.axis_end, 9009);
  EXPECT_EQ(all.lengths.at(1).responses, 20);
}

TEST(Lengths, CaptureCountsRightAnswersOnly) {
  LengthCollector collector;
  for (const int tokens : {40, 10, 20, 20}) collector.add(row("base", tokens, true));
  collector.add(row("base", 5, false));
  const CaptureSeries capture = collector.figures({}).capture.at(0);
  EXPECT_EQ(capture.responses, 5);
  EXPECT_EQ(capture.right, 4);
  EXPECT_THAT(capture.tokens, ElementsAre(10, 20, 40));
  EXPECT_THAT(capture.captured, ElementsAre(0.25, 0.75, 1));
  EXPECT_EQ(capture.tokens_50, 20);
  EXPECT_EQ(capture.tokens_90, 40);
}

TEST(Lengths, CaptureOfNothingRight) {
  LengthCollector collector;
  collector.add(row("base", 5, false));
  EXPECT_TRUE(collector.figures({}).capture.at(0).tokens.empty());
}

TEST(Lengths, CaptureOfManyIsThinnedAndMonotone) {
  LengthCollector collector;
  Random random(3);
  for (int i = 0; i < 50000; ++i) collector.add(row("base", random.between(1, 30000), true));
  const CaptureSeries capture = collector.figures({}).capture.at(0);
  EXPECT_LE(capture.tokens.size(), 300U);
  EXPECT_TRUE(std::is_sorted(capture.captured.begin(), capture.captured.end()));
  EXPECT_DOUBLE_EQ(capture.captured.back(), 1);
  EXPECT_THAT(double(capture.tokens_50), DoubleNear(15000, 400));
}

}  // namespace
}  // namespace drp::report
