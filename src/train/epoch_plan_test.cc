// SPDX-License-Identifier: Apache-2.0
#include "train/epoch_plan.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <numeric>

#include "base/random.h"
#include "train/rows_for_tests.h"

namespace drp::train {
namespace {

TEST(EpochPlan, P37EpochDependsOnSeedAndEpochAlone) {
  const std::vector<TrainingRow> rows = random_rows(21, 30);
  const EpochOptions options{.seed = 3, .batch_rows = 8, .budget_tokens = 50};
  const auto plan = plan_epoch(rows, 1, options);
  EXPECT_EQ(plan.size(), 3U);
  EXPECT_EQ(plan, plan_epoch(rows, 1, options));
  EXPECT_NE(plan, plan_epoch(rows, 2, options));
  EXPECT_NE(plan, plan_epoch(rows, 1, {.seed = 4, .batch_rows = 8, .budget_tokens = 50}));
  std::vector<std::size_t> seen;
  for (const auto& step : plan) {
    std::size_t count = 0;
    for (const Bin& bin : step) {
      count += bin.size();
      seen.insert(seen.end(), bin.begin(), bin.end());
    }
    EXPECT_LE(count, 8U);
  }
  std::sort(seen.begin(), seen.end());
  EXPECT_EQ(seen.size(), 21U);
  EXPECT_EQ(std::unique(seen.begin(), seen.end()), seen.end());
}

// `sizes[i]` rows of prompt i.
std::vector<TrainingRow> rows_of_sizes(const std::vector<std::size_t>& sizes) {
  std::vector<TrainingRow> rows;
  for (std::size_t group = 0; group < sizes.size(); ++group) {
    for (std::size_t i = 0; i < sizes[group]; ++i) {
      TrainingRow row;
      row.prompt_ids = {static_cast<std::int32_t>(group), 1, 1};
      row.response_ids.assign(3 + i, 2);
      rows.push_back(row);
    }
  }
  return rows;
}

std::vector<Bin> rows_of_steps(const std::vector<std::vector<Bin>>& plan) {
  std::vector<Bin> steps;
  for (const std::vector<Bin>& bins : plan) {
    Bin& step = steps.emplace_back();
    for (const Bin& bin : bins) step.insert(step.end(), bin.begin(), bin.end());
  }
  return steps;
}

// In how many steps each prompt's rows are.
std::map<std::int32_t, std::size_t> steps_of_prompts(const std::vector<TrainingRow>& rows,
                                                     const std::vector<Bin>& steps) {
  std::map<std::int32_t, std::size_t> counts;
  for (const Bin& step : steps) {
    std::map<std::int32_t, bool> here;
    for (const std::size_t row : step) here[rows[row].prompt_ids[0]] = true;
    for (const auto& [prompt, there] : here) ++counts[prompt];
  }
  return counts;
}

// Shuffled, cut, packed: what the order was before prompts could be shared, and must stay.
TEST(EpochPlan, P37WithoutEqualPromptsSharingChangesNothing) {
  const std::vector<TrainingRow> rows = rows_of_sizes(std::vector<std::size_t>(45, 1));
  for (std::int64_t epoch = 0; epoch < 3; ++epoch) {
    std::vector<std::size_t> order(rows.size());
    std::iota(order.begin(), order.end(), std::size_t{0});
    Random random(derive_seed(3, "epoch", static_cast<std::uint64_t>(epoch)));
    random.shuffle(order);
    std::vector<std::vector<Bin>> expected;
    for (std::size_t begin = 0; begin < order.size(); begin += 8) {
      const std::size_t count = std::min<std::size_t>(8, order.size() - begin);
      expected.push_back(make_bins(rows, std::span(order).subspan(begin, count), 20));
    }
    for (const Prompts prompts : {Prompts::kApart, Prompts::kShared}) {
      EXPECT_EQ(plan_epoch(rows, epoch, {3, 8, 20, prompts}), expected);
    }
  }
}

TEST(EpochPlan, EachStepHasItsRowsAndEachRowAStep) {
  Random random(8);
  for (int round = 0; round < 60; ++round) {
    std::vector<std::size_t> sizes;
    for (int i = 0; i < 12; ++i) sizes.push_back(static_cast<std::size_t>(random.between(1, 11)));
    const std::vector<TrainingRow> rows = rows_of_sizes(sizes);
    const EpochOptions options{static_cast<std::uint64_t>(round), 8, 4096, Prompts::kShared};
    const auto plan = plan_epoch(rows, 1, options);
    EXPECT_EQ(plan, plan_epoch(rows, 1, options));
    EXPECT_NE(plan, plan_epoch(rows, 2, options));
    std::vector<std::size_t> seen;
    const std::vector<Bin> steps = rows_of_steps(plan);
    EXPECT_EQ(steps.size(), (rows.size() + 7) / 8);
    for (std::size_t i = 0; i < steps.size(); ++i) {
      if (i + 1 < steps.size()) {
        EXPECT_EQ(steps[i].size(), 8U);
      }
      seen.insert(seen.end(), steps[i].begin(), steps[i].end());
    }
    std::sort(seen.begin(), seen.end());
    EXPECT_EQ(seen.size(), rows.size());
    EXPECT_EQ(std::unique(seen.begin(), seen.end()), seen.end());
  }
}

TEST(EpochPlan, APromptCrossesAStepOnlyWhereItMust) {
  const auto crossings = [](const std::vector<std::size_t>& sizes, std::uint64_t seed) {
    const std::vector<TrainingRow> rows = rows_of_sizes(sizes);
    const auto plan = plan_epoch(rows, 0, {seed, 8, 4096, Prompts::kShared});
    std::size_t sum = 0;
    for (const auto& [prompt, steps] : steps_of_prompts(rows, rows_of_steps(plan))) {
      sum += steps - 1;
    }
    return sum;
  };
  std::vector<std::size_t> mixed(24, 3);
  mixed.insert(mixed.end(), 24, 1);
  for (std::uint64_t seed = 0; seed < 20; ++seed) {
    EXPECT_EQ(crossings(std::vector<std::size_t>(10, 4), seed), 0U) << "two a step";
    EXPECT_LE(crossings(mixed, seed), 2U) << "others fill the steps as long as there are some";
    EXPECT_LE(crossings(std::vector<std::size_t>(16, 3), seed), 5U) << "one a step at most";
    EXPECT_EQ(crossings({8, 8, 4, 4}, seed), 0U);
    EXPECT_LE(crossings({20, 4}, seed), 2U) << "20 rows are more than two steps hold";
  }
}

TEST(EpochPlan, PromptsOfManyRowsComeNoEarlier) {
  std::vector<std::size_t> sizes(56, 1);
  sizes.push_back(8);
  const std::vector<TrainingRow> rows = rows_of_sizes(sizes);
  double places = 0;
  constexpr int kRounds = 400;
  for (std::uint64_t seed = 0; seed < kRounds; ++seed) {
    const auto steps = rows_of_steps(plan_epoch(rows, 0, {seed, 8, 4096, Prompts::kShared}));
    for (std::size_t i = 0; i < steps.size(); ++i) {
      const bool here = std::find(steps[i].begin(), steps[i].end(), 56U) != steps[i].end();
      if (here) places += static_cast<double>(i) / kRounds;
    }
  }
  EXPECT_NEAR(places, 3.5, 0.5);  // of the steps 0 to 7
}

}  // namespace
}  // namespace drp::train
