// SPDX-License-Identifier: Apache-2.0
#include "llm/repeat_detector.h"

#include <gtest/gtest.h>

#include "base/random.h"

namespace drp::llm {
namespace {

// Number of tokens pushed when the detector first says so; 0 when it never does.
std::size_t detected_at(const std::vector<std::int32_t>& tokens, RepeatOptions options = {}) {
  RepeatDetector detector(options);
  for (std::size_t i = 0; i < tokens.size(); ++i) {
    if (detector.push(tokens[i])) return i + 1;
  }
  return 0;
}

std::vector<std::int32_t> distinct(std::int32_t first, std::size_t count) {
  std::vector<std::int32_t> out;
  for (std::size_t i = 0; i < count; ++i) out.push_back(first + static_cast<std::int32_t>(i));
  return out;
}

std::vector<std::int32_t> repeated(std::size_t period, std::size_t tokens) {
  std::vector<std::int32_t> out;
  for (std::size_t i = 0; i < tokens; ++i) out.push_back(static_cast<std::int32_t>(i % period));
  return out;
}

struct Row {
  std::size_t period;
  std::size_t expected;  // tokens of the repeating part before it counts
};

TEST(RepeatDetector, Fault32FindsBlocksOfEachLengthAfterEnoughTokensAndCopies) {
  for (const Row& row : {Row{1, 64}, Row{2, 64}, Row{3, 64}, Row{15, 64}, Row{16, 64}, Row{17, 68},
                         Row{40, 160}, Row{100, 400}, Row{512, 2048}}) {
    std::vector<std::int32_t> tokens = distinct(100000, 333);
    const std::vector<std::int32_t> tail = repeated(row.period, 3000);
    tokens.insert(tokens.end(), tail.begin(), tail.end());
    EXPECT_EQ(detected_at(tokens), 333 + row.expected) << "period " << row.period;
  }
}

TEST(RepeatDetector, TellsTheShortestPeriod) {
  RepeatDetector detector;
  EXPECT_EQ(detector.period(), 0U);
  bool found = false;
  for (const std::int32_t token : repeated(6, 64)) found = detector.push(token);
  EXPECT_TRUE(found);
  EXPECT_EQ(detector.period(), 6U);
}

TEST(RepeatDetector, LeavesTextAloneThatDoesNotRepeat) {
  EXPECT_EQ(detected_at(distinct(0, 5000)), 0U);
  // Three copies of a paragraph, then on.
  std::vector<std::int32_t> tokens = repeated(60, 180);
  const std::vector<std::int32_t> more = distinct(1000, 500);
  tokens.insert(tokens.end(), more.begin(), more.end());
  EXPECT_EQ(detected_at(tokens), 0U);
  // A count in every line breaks the repetition.
  tokens.clear();
  for (std::int32_t line = 0; line < 200; ++line) {
    for (std::int32_t token = 0; token < 9; ++token) tokens.push_back(token);
    tokens.push_back(1000 + line);
  }
  EXPECT_EQ(detected_at(tokens), 0U);
  // Random text over few tokens.
  Random random(7);
  tokens.clear();
  for (int i = 0; i < 20000; ++i) tokens.push_back(static_cast<std::int32_t>(random.between(0, 3)));
  EXPECT_EQ(detected_at(tokens), 0U);
}

TEST(RepeatDetector, APeriodOverTheMaximumIsNoRepeat) {
  EXPECT_EQ(detected_at(repeated(9, 1000), {.period_max = 8}), 0U);
  EXPECT_EQ(detected_at(repeated(8, 1000), {.period_max = 8}), 64U);
}

TEST(RepeatDetectorDeath, NeedsABlockAndACopy) {
  EXPECT_DEATH(RepeatDetector({.repeats_min = 1}), "a repeat needs a block and a copy");
}

}  // namespace
}  // namespace drp::llm
