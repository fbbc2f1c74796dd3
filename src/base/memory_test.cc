// SPDX-License-Identifier: Apache-2.0
#include "base/memory.h"

#include <gtest/gtest.h>

#include <vector>

namespace drp {
namespace {

TEST(Memory, ThePeakFollowsWhatIsTaken) {
  constexpr std::size_t kBytes = std::size_t{64} << 20U;
  EXPECT_GT(available_memory_bytes(), kBytes);
  EXPECT_GT(process_memory_bytes(), 0U);
  if (!reset_process_memory_peak()) GTEST_SKIP() << "the peak cannot be reset here";
  const std::uint64_t before = process_memory_peak_bytes();
  {
    const std::vector<char> taken(kBytes, 'x');
    EXPECT_EQ(taken.back(), 'x');
    EXPECT_GE(process_memory_bytes(), before + kBytes * 9 / 10);
  }
  EXPECT_GE(process_memory_peak_bytes(), before + kBytes * 9 / 10);
  EXPECT_TRUE(reset_process_memory_peak());
  EXPECT_LT(process_memory_peak_bytes(), before + kBytes / 2);
}

}  // namespace
}  // namespace drp
