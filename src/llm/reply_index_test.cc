// SPDX-License-Identifier: Apache-2.0
#include "llm/reply_index.h"

#include <gtest/gtest.h>
#include <malloc.h>

#include "base/fingerprint.h"

namespace drp::llm {
namespace {

std::uint64_t spread(std::uint64_t i) { return (i + 1) * 0x9E3779B97F4A7C15U; }

TEST(ReplyIndex, FindsWhatWasAdded) {
  ReplyIndex index;
  EXPECT_EQ(index.find(1), std::nullopt);
  for (std::uint64_t i = 0; i < 1000; ++i) {
    EXPECT_TRUE(index.add(spread(i), {static_cast<std::uint32_t>(i % 5), i << 20U}));
  }
  EXPECT_FALSE(index.add(spread(7), {1, 1}));
  index.put(spread(8), {4, 5});
  for (std::uint64_t i = 0; i < 1000; ++i) {
    const ReplyIndex::Place expected =
        i == 8 ? ReplyIndex::Place{4, 5}
               : ReplyIndex::Place{static_cast<std::uint32_t>(i % 5), i << 20U};
    EXPECT_EQ(index.find(spread(i)), expected);
  }
  EXPECT_EQ(index.size(), 1000U);
}

TEST(ReplyIndex, ReadsHashesOfKeys) {
  EXPECT_EQ(ReplyIndex::hash("00000000000000ffzzzz"), 0xFFU);
  EXPECT_EQ(ReplyIndex::hash("00000000000000f"), std::nullopt);
  EXPECT_EQ(ReplyIndex::hash("00000000000000gg"), std::nullopt);
  EXPECT_NE(ReplyIndex::hash(sha256("a")), ReplyIndex::hash(sha256("b")));
}

// 100,000 replies in at most 3 MiB of heap.
TEST(ReplyIndex, StaysSmall) {
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
  GTEST_SKIP() << "the sanitizers' allocator counts for itself";
#endif
  const auto before = ::mallinfo2();
  ReplyIndex index;
  for (std::uint64_t i = 0; i < 100'000; ++i) index.add(spread(i), {0, i});
  const auto after = ::mallinfo2();
  const auto used = (after.uordblks + after.hblkhd) - (before.uordblks + before.hblkhd);
  EXPECT_GT(used, 100'000U);
  EXPECT_LE(used, std::size_t{3} << 20U);
}

}  // namespace
}  // namespace drp::llm
