// SPDX-License-Identifier: Apache-2.0
#include "train/shares.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <numeric>

#include "base/random.h"
#include "train/rows_for_tests.h"

namespace drp::train {
namespace {

TEST(Shares, SplitDealsWholeSegmentsEvenly) {
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

// `count` rows that answer one prompt of `prompt` tokens; lengths differ a little.
void add_group(std::vector<TrainingRow>& rows, std::size_t count, std::size_t prompt,
               std::size_t response) {
  const auto name = static_cast<std::int32_t>(rows.size());
  for (std::size_t i = 0; i < count; ++i) {
    TrainingRow row;
    row.prompt_ids.assign(prompt, name);
    row.response_ids.assign(response + i, static_cast<std::int32_t>(100 + rows.size()));
    rows.push_back(row);
  }
}

PackedBatch pack_all(const std::vector<TrainingRow>& rows) {
  std::vector<std::size_t> all(rows.size());
  std::iota(all.begin(), all.end(), std::size_t{0});
  return pack(rows, all, Prompts::kShared);
}

// Of each row what the model sees of it: tokens with the prompt before them, labels, position.
std::vector<std::vector<std::int64_t>> rows_of(const PackedBatch& batch) {
  std::vector<std::vector<std::int64_t>> rows;
  for (std::size_t segment = 0; segment < batch.segments(); ++segment) {
    const bool is_prompt = segment + 1 < batch.segments() &&
                           batch.prompts[segment + 1] == static_cast<std::int64_t>(segment);
    if (is_prompt) continue;
    std::vector<std::int64_t> row = {batch.position(segment), -7};
    const auto add = [&](std::size_t from) {
      for (std::int64_t i = batch.starts[from]; i < batch.starts[from + 1]; ++i) {
        row.push_back(batch.tokens[static_cast<std::size_t>(i)]);
        row.push_back(batch.labels[static_cast<std::size_t>(i)]);
      }
    };
    if (batch.prompts[segment] >= 0) add(static_cast<std::size_t>(batch.prompts[segment]));
    add(segment);
    rows.push_back(row);
  }
  std::sort(rows.begin(), rows.end());
  return rows;
}

std::size_t tokens_of(const std::vector<PackedBatch>& parts) {
  std::size_t tokens = 0;
  for (const PackedBatch& part : parts) tokens += part.tokens.size();
  return tokens;
}

TEST(Shares, APromptGoesWithItsRowsAndIsCopiedOnlyWhereThatIsSooner) {
  std::vector<TrainingRow> rows;
  add_group(rows, 4, 21, 30);
  add_group(rows, 4, 21, 30);
  const PackedBatch two = pack_all(rows);
  EXPECT_EQ(tokens_of(split(two, 2)), two.tokens.size()) << "a group each";
  rows.resize(4);
  const PackedBatch one = pack_all(rows);
  const std::vector<PackedBatch> halves = split(one, 2);
  ASSERT_EQ(halves.size(), 2U);
  EXPECT_EQ(tokens_of(halves), one.tokens.size() + 20) << "the prompt once more";
  EXPECT_EQ(halves[0].tokens.size(), halves[1].tokens.size());
  rows.clear();
  add_group(rows, 2, 1001, 3);  // two threads would both take as long as one
  EXPECT_EQ(split(pack_all(rows), 2).size(), 1U);
}

TEST(Shares, RowsOfSharedPromptsStayWhatTheyAre) {
  Random random(4);
  for (int round = 0; round < 50; ++round) {
    std::vector<TrainingRow> rows;
    for (int group = 0; group < 4; ++group) {
      add_group(rows, static_cast<std::size_t>(random.between(1, 6)),
                static_cast<std::size_t>(random.between(1, 60)),
                static_cast<std::size_t>(random.between(1, 60)));
    }
    const PackedBatch whole = pack_all(rows);
    for (const std::size_t count : {1, 2, 3, 7, 64}) {
      const std::vector<PackedBatch> parts = split(whole, count);
      EXPECT_LE(parts.size(), std::min(count, rows.size()));
      std::vector<std::vector<std::int64_t>> seen;
      std::size_t longest = 0;
      for (const PackedBatch& part : parts) {
        ASSERT_EQ(part.starts.size(), part.segments() + 1);
        ASSERT_EQ(part.starts.back(), std::ssize(part.tokens));
        ASSERT_EQ(part.labels.size(), part.tokens.size());
        const auto own = rows_of(part);
        EXPECT_FALSE(own.empty());
        seen.insert(seen.end(), own.begin(), own.end());
        longest = std::max(longest, part.tokens.size());
      }
      std::sort(seen.begin(), seen.end());
      EXPECT_EQ(seen, rows_of(whole));
      if (count == 1) {
        EXPECT_EQ(longest, whole.tokens.size());
      }
      EXPECT_LE(tokens_of(parts) - whole.tokens.size(), 2 * (whole.tokens.size() - longest))
          << "copies that shorten nothing";
    }
  }
}

TEST(Shares, CountIsBoundByThreadsSizeAndTheirGradients) {
  EXPECT_EQ(share_count(4096, {.threads = 4, .trained_values = 1000, .part_tokens = 128}), 4U);
  EXPECT_EQ(share_count(300, {.threads = 4, .trained_values = 1000, .part_tokens = 128}), 2U);
  EXPECT_EQ(share_count(3, {.threads = 4, .trained_values = 1000, .part_tokens = 128}), 1U);
  EXPECT_EQ(share_count(4096, {.threads = 4, .trained_values = 200 << 20, .part_tokens = 128}), 2U);
}

}  // namespace
}  // namespace drp::train
