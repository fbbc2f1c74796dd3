// SPDX-License-Identifier: Apache-2.0
#include "llm/stop_texts.h"

#include <gtest/gtest.h>

namespace drp::llm {
namespace {

TEST(StopTexts, AreFoundAcrossPieces) {
  StopTexts stops({"Q:", "\n\nProblem"});
  EXPECT_FALSE(stops.push("So 19.\n"));
  EXPECT_FALSE(stops.push("\nPro"));
  EXPECT_FALSE(stops.push("b"));
  EXPECT_TRUE(stops.push("lem 2"));
  EXPECT_EQ(stops.before("So 19.\n\nProblem 2 Q: x"), "So 19.");

  StopTexts one({"Q:"});
  EXPECT_FALSE(one.push("Q"));
  EXPECT_FALSE(one.push("uestion"));
  EXPECT_FALSE(one.push("s Q"));
  EXPECT_TRUE(one.push(":"));
}

TEST(StopTexts, NoneOrEmptyOnesEndNothing) {
  StopTexts none({"", ""});
  EXPECT_TRUE(none.empty());
  EXPECT_FALSE(none.push("anything"));
  EXPECT_EQ(none.before("anything"), "anything");
  StopTexts letter({"x"});
  EXPECT_FALSE(letter.push("ab"));
  EXPECT_TRUE(letter.push("cx"));
}

}  // namespace
}  // namespace drp::llm
