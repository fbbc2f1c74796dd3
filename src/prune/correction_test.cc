// SPDX-License-Identifier: Apache-2.0
// Paths of wrong traces whose answer the teacher corrected.
#include <gtest/gtest.h>

#include "path/import_trace.h"
#include "prune/prune.h"

namespace drp::prune {
namespace {

const Problem kProblem{"p",
                       "Iva packs 4 crates with 6 jars each and takes 5 out. How many are left?",
                       "19",
                       "math",
                       {}};

Trace wrong_trace(const std::string& answer_section) {
  return path::make_trace(
      {"p", 0, FinishReason::kStop, ""},
      "<think>Okay, let me see. 4 * 6 = 24. Then 24 - 5 = 20. So 20 are left.</think>" +
          answer_section);
}

PrunedPath pruned(const Trace& trace, const std::string& synthesis,
                  std::optional<Corrected> corrected = Corrected::kAnswer) {
  Plan plan;
  plan.trace_id = trace.id;
  plan.steps = {
      {.span = {0, trace.reasoning_text().size()}, .action = Action::kSingleStepCompress}};
  plan.synthesis = synthesis;
  plan.corrected = corrected;
  return prune_trace(kProblem, trace, plan, {},
                     [](std::string_view text) { return static_cast<std::int64_t>(text.size()); });
}

TEST(CorrectedAnswer, TheReferenceStandsInTheStudentsStatement) {
  const Trace trace = wrong_trace("\n\nFirst 24. Then 20 remain.\n\n**Answer:** \\boxed{20}");
  const PrunedPath path = pruned(trace, "4 * 6 = 24. Then 24 - 5 = 19. So 19 are left.");
  EXPECT_TRUE(path.accepted()) << path.rejection->detail;
  EXPECT_EQ(path.corrected, Corrected::kAnswer);
  EXPECT_EQ(path.answer, "**Answer:** \\boxed{19}");
  EXPECT_EQ(path.tokens_before, static_cast<std::int64_t>(trace.response.size()));
  EXPECT_TRUE(path.completed) << "the trace's reasoning never came to 19";
}

TEST(CorrectedAnswer, TheGatesJudgeTheCorrection) {
  const Trace trace = wrong_trace("\n\n\\boxed{20}");
  // The answer section alone would come to 19; the path does not, or only says so.
  const auto reason = [&](const std::string& synthesis) {
    const PrunedPath path = pruned(trace, synthesis);
    EXPECT_EQ(path.corrected, Corrected::kAnswer);
    return path.rejection ? path.rejection->reason : Reason::kOverlap;
  };
  EXPECT_EQ(reason("The answer is 19. Since 4 * 6 = 24 and 24 - 5 = 19."), Reason::kEarlyAnswer);
  EXPECT_EQ(reason("4 * 6 = 24. Then 24 - 5 = 19, as 17 * 311 = 5287."), Reason::kUngroundedNumber);
  EXPECT_EQ(reason("4 * 6 = 24. Then 24 - 6 = 19. So 19 are left."), Reason::kUngroundedEquation);
  EXPECT_EQ(reason("4 * 6 = 24. I KEEP this. Then 24 - 5 = 19. So 19 are left."), Reason::kLeak);
  std::string long_one;
  for (int i = 0; i < 10; ++i) long_one += "4 * 6 = 24 jars. ";
  EXPECT_EQ(reason(long_one + "Then 24 - 5 = 19. So 19 are left."), Reason::kNotShorter);
}

TEST(CorrectedAnswer, AWrongTraceWithoutACorrectionIsNotAccepted) {
  const Trace trace = wrong_trace("\n\n\\boxed{20}");
  EXPECT_FALSE(
      pruned(trace, "4 * 6 = 24. Then 24 - 5 = 19. So 19 are left.", std::nullopt).accepted());
  const PrunedPath path = pruned(wrong_trace("\n\nNobody can tell."), "24 - 5 = 19.");
  ASSERT_TRUE(path.rejection);
  EXPECT_EQ(path.rejection->reason, Reason::kAnswerLost);
}

}  // namespace
}  // namespace drp::prune
