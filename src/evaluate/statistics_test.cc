// SPDX-License-Identifier: Apache-2.0
#include "evaluate/statistics.h"

#include <gmock/gmock.h>

#include <cmath>

#include "evaluate/reference_values.h"

namespace drp::evaluate {
namespace {

TEST(Statistics, WilsonInterval) {
  for (const auto& row : reference_values("wilson")) {
    const double size = row["size"];
    const double share = row["right"].get<double>() / size;
    const Estimate estimate = wilson_interval(share, size);
    EXPECT_DOUBLE_EQ(estimate.value, share);
    EXPECT_NEAR(estimate.low, row["low"].get<double>(), 1e-11) << row;
    EXPECT_NEAR(estimate.high, row["high"].get<double>(), 1e-11) << row;
  }
  EXPECT_EQ(wilson_interval(0, 0), (Estimate{0, 0, 1}));
}

TEST(Statistics, PairedDifference) {
  for (const auto& row : reference_values("paired_difference")) {
    const double pairs = row["pairs"];
    const Discordance shares = {row["only_before"].get<double>() / pairs,
                                row["only_after"].get<double>() / pairs};
    const Estimate estimate = paired_difference(shares, pairs);
    EXPECT_DOUBLE_EQ(estimate.value, shares.only_after - shares.only_before);
    EXPECT_NEAR(estimate.low, row["low"].get<double>(), 1e-6) << row;
    EXPECT_NEAR(estimate.high, row["high"].get<double>(), 1e-6) << row;
  }
  EXPECT_EQ(paired_difference({}, 0), (Estimate{0, -1, 1}));
}

TEST(Statistics, McnemarExact) {
  for (const auto& row : reference_values("mcnemar_exact")) {
    EXPECT_NEAR(mcnemar_exact(row["only_before"], row["only_after"]) / row["p"].get<double>(), 1,
                1e-9)
        << row;
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
  const auto rows = reference_values("quantiles");
  const auto values = rows["values"].get<std::vector<double>>();
  for (std::size_t i = 0; i < rows["at"].size(); ++i) {
    EXPECT_NEAR(quantile(values, rows["at"][i]), rows["quantiles"][i].get<double>(), 1e-12);
  }
  EXPECT_EQ(quantile({}, 0.5), 0);
  EXPECT_EQ(quantile(std::vector<double>{7}, 0.9), 7);
}

// How often an interval holds the truth is a sum over all outcomes, which the reference values
// enumerate another way: the program's intervals must have the same coverage.
double log_choose(double n, double k) {
  return std::lgamma(n + 1) - std::lgamma(k + 1) - std::lgamma(n - k + 1);
}

double binomial_chance(double hits, double size, double share) {
  return std::exp(log_choose(size, hits) + hits * std::log(share) +
                  (size - hits) * std::log1p(-share));
}

TEST(Coverage, WilsonInterval) {
  for (const auto& row : reference_values("wilson_coverage")) {
    const int size = row["size"];
    const double share = row["share"];
    double coverage = 0;
    for (int right = 0; right <= size; ++right) {
      const Estimate interval = wilson_interval(static_cast<double>(right) / size, size);
      if (interval.low <= share && share <= interval.high) {
        coverage += binomial_chance(right, size, share);
      }
    }
    EXPECT_NEAR(coverage, row["coverage"].get<double>(), 1e-3) << row;
    EXPECT_GT(coverage, 0.92) << row;
  }
}

TEST(Coverage, PairedDifference) {
  constexpr double kLeastChance = 1e-8;
  for (const auto& row : reference_values("paired_difference_coverage")) {
    const int pairs = row["pairs"];
    const Discordance truth = {row["only_before"], row["only_after"]};
    double coverage = 0;
    for (int before = 0; before <= pairs; ++before) {
      const double chance = binomial_chance(before, pairs, truth.only_before);
      if (chance < kLeastChance) continue;
      for (int after = 0; before + after <= pairs; ++after) {
        const double both = chance * binomial_chance(after, pairs - before,
                                                     truth.only_after / (1 - truth.only_before));
        if (both < kLeastChance) continue;
        const Estimate interval = paired_difference(
            {static_cast<double>(before) / pairs, static_cast<double>(after) / pairs}, pairs);
        const double difference = truth.only_after - truth.only_before;
        if (interval.low <= difference && difference <= interval.high) coverage += both;
      }
    }
    EXPECT_NEAR(coverage, row["coverage"].get<double>(), 1e-3) << row;
    EXPECT_GT(coverage, 0.93) << row;
  }
}

}  // namespace
}  // namespace drp::evaluate
