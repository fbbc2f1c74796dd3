// SPDX-License-Identifier: Apache-2.0
#include "report/pruning.h"

#include <gtest/gtest.h>

#include <string>

namespace drp::report {
namespace {

PrunedExample accepted(std::int64_t before, std::int64_t after) {
  PrunedExample example;
  example.path.tokens_before = before;
  example.path.tokens_after = after;
  return example;
}

PrunedExample rejected(Reason reason, std::int64_t before) {
  PrunedExample example = accepted(before, 0);
  example.path.rejection = Rejection{reason, ""};
  return example;
}

TEST(Pruning, RejectedRightTracesCountAtFullLength) {
  PruningCollector collector;
  collector.add(accepted(100, 20));
  collector.add(rejected(Reason::kDangling, 60));
  collector.add(rejected(Reason::kWrongAnswer, 500));
  const PruningSummary summary = collector.summary();
  EXPECT_EQ(summary.traces, 3);
  EXPECT_EQ(summary.right.traces, 2);
  EXPECT_DOUBLE_EQ(summary.right.mean_before(), 80);
  EXPECT_DOUBLE_EQ(summary.right.mean_after(), 40);
  EXPECT_DOUBLE_EQ(summary.accepted.mean_before(), 100);
  EXPECT_DOUBLE_EQ(summary.accepted.mean_after(), 20);
}

TEST(Pruning, CorrectedAnswersStandApartFromRightTraces) {
  PruningCollector collector;
  collector.add(accepted(100, 20));
  PrunedExample path = accepted(80, 30);
  path.path.corrected = Corrected::kPath;
  collector.add(path);
  PrunedExample answer = accepted(90, 45);
  answer.path.corrected = Corrected::kAnswer;
  answer.plan = Plan{"t", "p", "paper", {{{0, 90}, "sum", Action::kSingleStepCompress}}};
  collector.add(answer);
  PrunedExample refused = rejected(Reason::kUngroundedNumber, 70);
  refused.path.corrected = Corrected::kAnswer;
  collector.add(refused);
  const PruningSummary summary = collector.summary();
  EXPECT_EQ(summary.traces, 4);
  EXPECT_EQ(summary.right.traces, 2);
  EXPECT_EQ(summary.accepted.traces, 2);
  EXPECT_EQ(summary.from_wrong.traces, 1);
  EXPECT_DOUBLE_EQ(summary.from_wrong.mean_after(), 45);
  EXPECT_EQ(summary.corrected_paths.corrected, 1);
  EXPECT_EQ(summary.corrected_paths.accepted, 1);
  EXPECT_EQ(summary.corrected_answers.corrected, 2);
  EXPECT_EQ(summary.corrected_answers.accepted, 1);
  EXPECT_EQ(summary.total.steps, 0) << "steps are those of right traces";
  EXPECT_EQ(summary.rejections.size(), 1U);
}

TEST(Pruning, TheTraceSaysTokensWhereThePathDoesNot) {
  PrunedExample example = rejected(Reason::kDangling, 0);
  example.trace.response_tokens = 70;
  PruningCollector collector;
  collector.add(example);
  EXPECT_DOUBLE_EQ(collector.summary().right.mean_before(), 70);
}

TEST(Pruning, StepsOfAcceptedPathsBySkillAndRule) {
  PrunedExample example = accepted(100, 20);
  example.plan = Plan{"t",
                      "p",
                      "rules",
                      {{{0, 40}, "setup", Action::kDelete, std::nullopt, "filler", ""},
                       {{40, 60}, "sum", Action::kKeep, std::nullopt, "", ""},
                       {{60, 80}, "sum", Action::kSingleStepCompress, "short", "tighten", ""},
                       {{80, 90}, "", Action::kMultiStepCompress, std::nullopt, "merge", ""},
                       {{90, 99}, "", Action::kMultiStepCompress, "one", "merge", ""}}};
  PruningCollector collector;
  collector.add(example);
  example.path.rejection = Rejection{Reason::kDangling, ""};
  collector.add(example);
  const PruningSummary summary = collector.summary();
  EXPECT_EQ(summary.total.steps, 5);
  EXPECT_EQ(summary.total.bytes, 99);
  EXPECT_EQ(summary.total.bytes_after, 20 + 5 + 3);
  // 100 tokens over 99 bytes, 80 saved over 71: 40 deleted, 15 compressed, 16 merged.
  EXPECT_DOUBLE_EQ(summary.total.tokens, 100);
  EXPECT_DOUBLE_EQ(summary.total.saved(), 80);
  EXPECT_DOUBLE_EQ(summary.total.saved_by_action[action_index(Action::kKeep)], 0);
  EXPECT_DOUBLE_EQ(summary.total.saved_by_action[action_index(Action::kDelete)], 80.0 * 40 / 71);
  EXPECT_DOUBLE_EQ(summary.total.saved_by_action[action_index(Action::kSingleStepCompress)],
                   80.0 * 15 / 71);
  EXPECT_DOUBLE_EQ(summary.skills[0].saved(), 80.0 * 40 / 71);
  EXPECT_DOUBLE_EQ(summary.skills[0].tokens, 100.0 * 40 / 99);
  ASSERT_EQ(summary.skills.size(), 3U);
  EXPECT_EQ(summary.skills[0].label, "setup");
  EXPECT_EQ(summary.skills[1].label, "sum");
  EXPECT_EQ(summary.skills[1].bytes_by_action[action_index(Action::kKeep)], 20);
  EXPECT_EQ(summary.skills[2].label, "(none)");
  ASSERT_EQ(summary.passes.size(), 3U);
  EXPECT_EQ(summary.passes[0].label, "filler");
  EXPECT_EQ(summary.passes[2].label, "merge");
  EXPECT_EQ(summary.passes[2].bytes_after, 3);
}

TEST(Pruning, ManySkillsAreSummedUp) {
  PrunedExample example = accepted(10, 5);
  example.plan = Plan{};
  for (std::size_t i = 0; i < 40; ++i) {
    const std::size_t size = 100 - i;
    example.plan->steps.push_back(
        {{0, size}, "skill " + std::to_string(i), Action::kKeep, {}, "", ""});
  }
  PruningCollector collector;
  collector.add(example);
  const PruningSummary summary = collector.summary();
  ASSERT_EQ(summary.skills.size(), 16U);
  EXPECT_EQ(summary.skills.front().label, "skill 0");
  EXPECT_EQ(summary.skills.back().label, "25 others");
  std::int64_t bytes = 0;
  for (const StepShare& skill : summary.skills) bytes += skill.bytes;
  EXPECT_EQ(bytes, summary.total.bytes);
}

TEST(Pruning, GatesAndRejectionsAreCounted) {
  PrunedExample example = rejected(Reason::kAnswerLost, 5);
  example.path.gates = {{"order", true, ""}, {"answer", false, "none"}};
  PruningCollector collector;
  collector.add(example);
  collector.add(rejected(Reason::kLoop, 5));
  collector.add(rejected(Reason::kLoop, 5));
  const PruningSummary summary = collector.summary();
  ASSERT_EQ(summary.gates.size(), 2U);
  EXPECT_EQ(summary.gates[0].gate, "answer");
  EXPECT_EQ(summary.gates[0].failed, 1);
  ASSERT_EQ(summary.rejections.size(), 2U);
  EXPECT_EQ(summary.rejections[0].reason, Reason::kLoop);
  EXPECT_EQ(summary.rejections[0].count, 2);
}

TEST(Pruning, EveryReasonHasAMeaning) {
  for (int i = 0; i <= static_cast<int>(Reason::kTooLong); ++i) {
    EXPECT_FALSE(reason_meaning(static_cast<Reason>(i)).empty());
  }
  EXPECT_FALSE(is_right_trace(Reason::kLoop));
  EXPECT_TRUE(is_right_trace(Reason::kTooLong));
}

}  // namespace
}  // namespace drp::report
