// SPDX-License-Identifier: Apache-2.0
#include "train/show_masks.h"

#include <gtest/gtest.h>

namespace drp::train {
namespace {

std::string letters(std::span<const std::int32_t> ids) {
  std::string text;
  for (const std::int32_t id : ids) text += static_cast<char>('a' + id);
  return text;
}

TEST(ShowMasks, P12MarksEachSupervisedToken) {
  TrainingRow row;
  row.id = "gsm8k/1/0";
  row.prompt_ids = {0, 1, 2};
  row.response_ids = {3, 4, 25};
  EXPECT_EQ(show_masks(row, letters), "row gsm8k/1/0: 6 tokens, 3 supervised\nabc⟦d│e│z⟧\n");
  row.prompt_ids = {7};
  row.response_ids = {8};
  EXPECT_EQ(show_masks(row, letters), "row gsm8k/1/0: 2 tokens, 1 supervised\nh⟦i⟧\n");
}

}  // namespace
}  // namespace drp::train
