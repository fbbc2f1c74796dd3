// SPDX-License-Identifier: Apache-2.0
#include "evaluate/statistics.h"

#include <gmock/gmock.h>

#include "base/error.h"

namespace drp::evaluate {
namespace {

// The expected figures come from scipy 1.17.1 and statsmodels 0.15.0:
// proportion_confint(..., method="wilson"), binomtest(...).pvalue, numpy.quantile,
// stats.bootstrap(..., paired=True, method="percentile", n_resamples=200000), and for Tango's
// interval optimize.brentq over the score statistic with the constrained likelihood maximised
// numerically.

TEST(Statistics, WilsonInterval) {
  struct Row {
    double right, size, low, high;
  };
  for (const Row& row : std::vector<Row>{{0, 10, 0, 0.277532799863},
                                         {1, 1, 0.206549314377, 1},
                                         {5, 10, 0.236593090513, 0.763406909487},
                                         {7, 9, 0.452588969107, 0.936774892882},
                                         {640, 900, 0.680651692462, 0.739776023363},
                                         {899, 900, 0.993733241146, 0.999803834672},
                                         {131, 1319, 0.084321942305, 0.116640506406},
                                         {71.3, 100, 0.617758466027, 0.792482303737}}) {
    const Estimate estimate = wilson_interval(row.right / row.size, row.size);
    EXPECT_DOUBLE_EQ(estimate.value, row.right / row.size);
    EXPECT_NEAR(estimate.low, row.low, 1e-11) << row.right << "/" << row.size;
    EXPECT_NEAR(estimate.high, row.high, 1e-11) << row.right << "/" << row.size;
  }
  EXPECT_EQ(wilson_interval(0, 0), (Estimate{0, 0, 1}));
}

TEST(Statistics, PairedDifference) {
  struct Row {
    double only_before, only_after, pairs, low, high;
  };
  for (const Row& row : std::vector<Row>{{12, 2, 50, -0.3447087483, -0.0611124062},
                                         {2, 12, 50, 0.0611124062, 0.3447087483},
                                         {0, 0, 100, -0.0369934982, 0.0369934982},
                                         {1, 0, 44, -0.1180770970, 0.0593932311},
                                         {32, 28, 900, -0.0218724905, 0.0127727193},
                                         {60, 25, 900, -0.0597356531, -0.0192604341},
                                         {3, 10, 150, -0.0005141407, 0.1015616823},
                                         {0, 20, 40, 0.3519952693, 0.6480047307},
                                         {10, 0, 10, -1, -0.4449344003},
                                         {0, 10, 10, 0.4449344003, 1},
                                         {0, 5, 900, 0.0012817969, 0.0129387676}}) {
    const Estimate estimate =
        paired_difference({row.only_before / row.pairs, row.only_after / row.pairs}, row.pairs);
    const auto what = testing::PrintToString(std::vector{row.only_before, row.only_after});
    EXPECT_DOUBLE_EQ(estimate.value, row.only_after / row.pairs - row.only_before / row.pairs);
    EXPECT_NEAR(estimate.low, row.low, 2e-9) << what;
    EXPECT_NEAR(estimate.high, row.high, 2e-9) << what;
  }
  EXPECT_EQ(paired_difference({}, 0), (Estimate{0, -1, 1}));
}

TEST(Statistics, McnemarExact) {
  struct Row {
    std::int64_t only_before, only_after;
    double p;
  };
  for (const Row& row : std::vector<Row>{{0, 0, 1},
                                         {1, 0, 1},
                                         {5, 5, 1},
                                         {3, 10, 0.09228515625},
                                         {10, 3, 0.09228515625},
                                         {28, 32, 0.69888342762},
                                         {0, 20, 1.90734863281e-06},
                                         {60, 25, 0.000186799385278},
                                         {1000, 900, 0.0231088451089},
                                         {5200, 4800, 6.59351559867e-05}}) {
    EXPECT_NEAR(mcnemar_exact(row.only_before, row.only_after) / row.p, 1, 1e-9)
        << row.only_before << " against " << row.only_after;
  }
}

TEST(Statistics, EffectiveSize) {
  struct Row {
    const char* what;
    double single, clustered, problems, observations, expected;
  };
  for (const Row& row :
       std::vector<Row>{{"one response a problem", 0.25, 0.25, 100, 100, 100},
                        {"samples agree within a problem", 0.25, 0.25, 100, 400, 100},
                        {"samples are independent", 0.25, 0.0625, 100, 400, 400},
                        {"half way", 0.25, 0.125, 100, 400, 200},
                        {"never more than the responses", 0.25, 0, 100, 400, 400},
                        {"never less than the problems", 0.2, 0.25, 100, 400, 100},
                        {"all alike says nothing", 0, 0, 100, 400, 100}}) {
    EXPECT_DOUBLE_EQ(effective_size(row.single, row.clustered, row.problems, row.observations),
                     row.expected)
        << row.what;
  }
}

TEST(Statistics, Quantile) {
  const std::vector<double> values = {1, 1, 2, 3, 3.5, 4, 5, 5, 6, 9};
  const std::vector<std::pair<double, double>> rows = {
      {0, 1}, {0.025, 1}, {0.25, 2.25}, {0.5, 3.75}, {0.9, 6.3}, {0.975, 8.325}, {1, 9}};
  for (const auto& [probability, expected] : rows) {
    EXPECT_NEAR(quantile(values, probability), expected, 1e-12) << probability;
  }
  EXPECT_EQ(quantile({}, 0.5), 0);
  EXPECT_EQ(quantile(std::vector<double>{7}, 0.9), 7);
}

TEST(Statistics, TokensCut) {
  std::vector<TokenPair> problems;
  problems.reserve(60);
  for (int i = 0; i < 60; ++i) {
    problems.push_back({100 + (i * 37 % 60) * 3.0, 20 + (i * 23 % 60) * 1.5 + (i % 7) * 2.0});
  }
  const Estimate cut = tokens_cut(problems, 20000, 1);
  EXPECT_NEAR(cut.value, 0.6283819628647215, 1e-12);
  EXPECT_NEAR(cut.low, 0.56415, 0.003);
  EXPECT_NEAR(cut.high, 0.68433, 0.003);
  EXPECT_EQ(tokens_cut(problems, 500, 7), tokens_cut(problems, 500, 7));
  EXPECT_NE(tokens_cut(problems, 500, 7), tokens_cut(problems, 500, 8));

  const std::vector<TokenPair> halved(30, {80, 40});
  EXPECT_EQ(tokens_cut(halved, 100, 1), (Estimate{0.5, 0.5, 0.5}));
  const std::vector<TokenPair> longer(30, {40, 80});
  EXPECT_EQ(tokens_cut(longer, 100, 1), (Estimate{-1, -1, -1}));
  EXPECT_EQ(tokens_cut({}, 100, 1), Estimate{});
  EXPECT_EQ(tokens_cut(std::vector<TokenPair>{{0, 5}}, 100, 1), Estimate{});
}

}  // namespace
}  // namespace drp::evaluate
