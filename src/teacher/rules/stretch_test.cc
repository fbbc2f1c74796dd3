// SPDX-License-Identifier: Apache-2.0
#include "teacher/rules/stretch.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "path/import_trace.h"

namespace drp::teacher {
namespace {

constexpr const char* kBefore = "Okay, let me think. Hmm, the trays hold 6 * 8 = 48 pears. ";
constexpr const char* kAfter = "\n\nHmm, so without the bad ones there are 48 - 5 = 43 pears.";

// The text of each stretch between what is computed before it and the answer.
std::vector<std::string> stretches(const std::string& between) {
  const Problem problem{
      "p", "A crate holds 6 trays with 8 pears. 5 are bad. How many are good?", "43", "math", {}};
  const Trace trace = path::make_trace(
      {"p", 0, FinishReason::kStop, ""},
      "<think>\n" + (kBefore + between) + kAfter + "\n</think>\n\nThe answer is \\boxed{43}.");
  const Draft draft = make_draft(problem, trace, KeepChecks::kMending);
  std::vector<std::string> texts;
  for (const Stretch& stretch : draft.stretches) {
    std::string text;
    for (std::size_t i = stretch.begin; i < stretch.end; ++i) {
      text += (text.empty() ? "" : " ") + std::string(draft.units[i].text);
    }
    texts.push_back(text);
  }
  return texts;
}

using Texts = std::vector<std::string>;

TEST(Stretch, EndsWhereADoubtIsSettled) {
  EXPECT_EQ(stretches("Wait, are the trays full? The problem says so. So each has 8 pears."),
            Texts{"Wait, are the trays full? The problem says so. So each has 8 pears."});
  EXPECT_EQ(stretches("Wait, is that all? Yes, that makes sense. The bad ones are 5."),
            Texts{"Wait, is that all? Yes, that makes sense."});
}

TEST(Stretch, GoesOnWhereItIsTakenUpAgain) {
  EXPECT_EQ(stretches("Wait, are the trays full? So each has 8 pears. But maybe one has fewer? "
                      "So it is 8 in each."),
            Texts{"Wait, are the trays full? So each has 8 pears. But maybe one has fewer? So it "
                  "is 8 in each."});
}

TEST(Stretch, ACheckEndsInItsVerdictOrBeforeANewValue) {
  EXPECT_EQ(stretches("Let me check that. 48 pears in 6 trays are 8 a tray. That's correct. The "
                      "bad ones are 5."),
            Texts{"Let me check that. 48 pears in 6 trays are 8 a tray. That's correct."});
  EXPECT_EQ(stretches("Let me check that. 48 pears in 6 trays. Half of them is 48 / 2 = 24."),
            Texts{"Let me check that. 48 pears in 6 trays."});
}

TEST(Stretch, ASentenceThatSeesSomethingOpensNone) {
  EXPECT_EQ(stretches("Wait, so the pears are in trays of 8. The bad ones are 5."), Texts{});
}

}  // namespace
}  // namespace drp::teacher
