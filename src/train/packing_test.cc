// SPDX-License-Identifier: Apache-2.0
#include "train/packing.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <numeric>

#include "base/random.h"

namespace drp::train {
namespace {

TrainingRow row(std::vector<std::int32_t> prompt, std::vector<std::int32_t> response) {
  TrainingRow out;
  out.id = "row " + std::to_string(prompt.empty() ? 0 : prompt[0]);
  out.prompt_ids = std::move(prompt);
  out.response_ids = std::move(response);
  return out;
}

std::vector<TrainingRow> random_rows(std::size_t count, std::int64_t tokens_max) {
  Random random(count);
  std::vector<TrainingRow> rows;
  for (std::size_t i = 0; i < count; ++i) {
    rows.push_back(
        row(std::vector<std::int32_t>(1, 1),
            std::vector<std::int32_t>(static_cast<std::size_t>(random.between(1, tokens_max)), 2)));
  }
  return rows;
}

TEST(Packing, P5LaysRowsEndToEnd) {
  const std::vector<TrainingRow> rows = {row({5, 6}, {7, 2}), row({8}, {9, 10, 2})};
  const std::vector<std::size_t> chosen = {1, 0};
  const PackedBatch batch = pack(rows, chosen);
  EXPECT_THAT(batch.tokens, testing::ElementsAre(8, 9, 10, 5, 6, 7));
  EXPECT_THAT(batch.labels, testing::ElementsAre(9, 10, 2, -1, 7, 2));
  EXPECT_THAT(batch.starts, testing::ElementsAre(0, 3, 6));
  EXPECT_EQ(batch.supervised(), 5);
  EXPECT_THAT(pack(rows, {}).starts, testing::ElementsAre(0));
}

TEST(Packing, SplitDealsWholeSegmentsEvenly) {
  const std::vector<TrainingRow> rows = random_rows(23, 60);
  std::vector<std::size_t> all(rows.size());
  std::iota(all.begin(), all.end(), std::size_t{0});
  const PackedBatch whole = pack(rows, all);
  for (const std::size_t count : {1, 2, 3, 16, 23, 64}) {
    const std::vector<PackedBatch> parts = split(whole, count);
    ASSERT_EQ(parts.size(), std::min<std::size_t>(count, 23));
    std::vector<std::int64_t> lengths;
    std::size_t longest = 0;
    for (const PackedBatch& part : parts) {
      ASSERT_EQ(part.labels.size(), part.tokens.size());
      ASSERT_EQ(part.starts.back(), static_cast<std::int64_t>(part.tokens.size()));
      EXPECT_GE(part.starts.size(), 2U) << "an empty part";
      for (std::size_t i = 0; i + 1 < part.starts.size(); ++i) {
        lengths.push_back(part.starts[i + 1] - part.starts[i]);
      }
      longest = std::max(longest, part.tokens.size());
    }
    std::vector<std::int64_t> wanted;
    wanted.reserve(rows.size());
    for (const TrainingRow& one : rows) wanted.push_back(packed_tokens(one));
    std::sort(lengths.begin(), lengths.end());
    std::sort(wanted.begin(), wanted.end());
    EXPECT_EQ(lengths, wanted);
    // Longest first is at most a third over the best possible (Graham 1969).
    EXPECT_LE(longest, 4 *
                           std::max(whole.tokens.size() / parts.size() + 1,
                                    static_cast<std::size_t>(wanted.back())) /
                           3);
  }
  EXPECT_TRUE(split(pack(rows, {}), 4).empty());
}

TEST(Packing, P30BinsHoldEachRowOnceWithinTheBudget) {
  for (const std::int64_t budget : {1, 7, 64, 65, 129, 257, 4097, 100000}) {
    const std::vector<TrainingRow> rows = random_rows(97, 60);
    std::vector<std::size_t> all(rows.size());
    std::iota(all.begin(), all.end(), std::size_t{0});
    std::vector<std::size_t> seen;
    for (const Bin& bin : make_bins(rows, all, budget)) {
      std::int64_t tokens = 0;
      for (const std::size_t index : bin) tokens += packed_tokens(rows[index]);
      EXPECT_TRUE(tokens <= budget || bin.size() == 1);
      EXPECT_FALSE(bin.empty());
      seen.insert(seen.end(), bin.begin(), bin.end());
    }
    std::sort(seen.begin(), seen.end());
    EXPECT_EQ(seen, all);
  }
}

TEST(Packing, P30BinsAreFew) {
  const std::vector<TrainingRow> rows = random_rows(200, 60);
  std::vector<std::size_t> all(rows.size());
  std::iota(all.begin(), all.end(), std::size_t{0});
  std::int64_t tokens = 0;
  for (const TrainingRow& one : rows) tokens += packed_tokens(one);
  // First fit decreasing needs at most 11/9 of the fewest possible, and one.
  const double fewest = static_cast<double>(tokens) / 257;
  EXPECT_LE(static_cast<double>(make_bins(rows, all, 257).size()), 11.0 / 9 * (fewest + 1) + 1);
}

TEST(Packing, P37EpochDependsOnSeedAndEpochAlone) {
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

}  // namespace
}  // namespace drp::train
