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

// A prompt for each group and rows that answer it, shuffled.
std::vector<TrainingRow> grouped_rows(std::size_t groups, std::size_t rows_max) {
  Random random(groups * rows_max);
  std::vector<TrainingRow> rows;
  for (std::size_t group = 0; group < groups; ++group) {
    std::vector<std::int32_t> prompt(static_cast<std::size_t>(random.between(1, 9)), 3);
    prompt[0] = static_cast<std::int32_t>(group);
    const auto count = static_cast<std::size_t>(random.between(1, static_cast<int>(rows_max)));
    for (std::size_t i = 0; i < count; ++i) {
      rows.push_back(row(
          prompt, std::vector<std::int32_t>(static_cast<std::size_t>(random.between(1, 40)), 2)));
    }
  }
  random.shuffle(rows);
  return rows;
}

TEST(Packing, RowsOfOnePromptHoldItOnceUpToItsLastToken) {
  const std::vector<TrainingRow> rows = {row({5, 6, 7}, {1, 2}), row({5, 6, 7}, {3}),
                                         row({8, 9}, {4}), row({5, 6, 7}, {10, 11, 12})};
  const PackedBatch batch = pack(rows, std::vector<std::size_t>{2, 1, 0, 3}, Prompts::kShared);
  EXPECT_THAT(batch.tokens, testing::ElementsAre(8, 9, /**/ 5, 6, /**/ 7, /**/ 7, 1, 7, 10, 11));
  EXPECT_THAT(batch.labels, testing::ElementsAre(-1, 4, -1, -1, 3, 1, 2, 10, 11, 12));
  EXPECT_THAT(batch.starts, testing::ElementsAre(0, 2, 4, 5, 7, 10));
  EXPECT_THAT(batch.prompts, testing::ElementsAre(-1, -1, 1, 1, 1));
  EXPECT_EQ(batch.position(1), 0);
  EXPECT_EQ(batch.position(2), 2);
  EXPECT_EQ(batch.position(4), 2);
  EXPECT_EQ(batch.supervised(), 7);
}

TEST(Packing, OnlyNeighboursOfEqualPromptsShareAndOnlyWhereAsked) {
  const std::vector<TrainingRow> rows = {row({5, 6}, {1}), row({5, 7}, {1}), row({5, 6}, {2}),
                                         row({5}, {3}), row({5}, {4})};
  const std::vector<std::size_t> order = {0, 1, 2, 3, 4};  // a prompt of one token leaves nothing
  EXPECT_THAT(pack(rows, order, Prompts::kShared).prompts, testing::Each(-1));
  const std::vector<std::size_t> beside = {0, 2, 1};
  EXPECT_THAT(pack(rows, beside).prompts, testing::ElementsAre(-1, -1, -1));
  EXPECT_THAT(pack(rows, beside, Prompts::kShared).prompts, testing::ElementsAre(-1, 0, 0, -1));
}

TEST(Packing, BinsKeepRowsOfOnePromptTogetherWithinTheBudget) {
  const std::vector<TrainingRow> rows = grouped_rows(20, 7);
  std::vector<std::size_t> all(rows.size());
  std::iota(all.begin(), all.end(), std::size_t{0});
  const std::vector<std::size_t> first = first_of_prompt(rows, all, Prompts::kShared);
  for (const std::int64_t budget : {1, 20, 64, 65, 129, 257, 4097}) {
    std::vector<std::size_t> seen;
    std::size_t copies = 0;
    for (const Bin& bin : make_bins(rows, all, budget, Prompts::kShared)) {
      const PackedBatch batch = pack(rows, bin, Prompts::kShared);
      EXPECT_TRUE(std::ssize(batch.tokens) <= budget || bin.size() == 1) << budget;
      for (std::size_t i = 0; i < bin.size(); ++i) {
        if (i == 0 || first[bin[i]] != first[bin[i - 1]]) ++copies;
      }
      seen.insert(seen.end(), bin.begin(), bin.end());
    }
    std::sort(seen.begin(), seen.end());
    EXPECT_EQ(seen, all);
    std::vector<std::size_t> prompts = first;
    std::sort(prompts.begin(), prompts.end());
    prompts.erase(std::unique(prompts.begin(), prompts.end()), prompts.end());
    if (budget == 4097) {
      EXPECT_EQ(copies, prompts.size());  // all of them fit
    }
    if (budget == 1) {
      EXPECT_EQ(copies, rows.size());
    }
  }
}

TEST(Packing, WithoutEqualPromptsSharingChangesNoBin) {
  std::vector<TrainingRow> rows = random_rows(97, 60);
  for (std::size_t i = 0; i < rows.size(); ++i) {
    rows[i].prompt_ids = {static_cast<std::int32_t>(i), 1, 1};
  }
  std::vector<std::size_t> all(rows.size());
  std::iota(all.rbegin(), all.rend(), std::size_t{0});
  for (const std::int64_t budget : {1, 64, 257}) {
    const std::vector<Bin> bins = make_bins(rows, all, budget, Prompts::kShared);
    EXPECT_EQ(bins, make_bins(rows, all, budget));
    for (const Bin& bin : bins) {
      EXPECT_EQ(pack(rows, bin, Prompts::kShared).tokens, pack(rows, bin).tokens);
    }
  }
}

}  // namespace
}  // namespace drp::train
