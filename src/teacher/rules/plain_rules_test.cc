// SPDX-License-Identifier: Apache-2.0
// The rules without skills: steps tile the trace, have one fate, and the gates let the path
// through.
#include "teacher/rules/plain_rules.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "base/error.h"
#include "path/apply_plan.h"
#include "path/import_trace.h"
#include "path/try_plan.h"

namespace drp::teacher {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

const Problem kProblem{"p", "Ann has 3 jars of 5 plums. How many plums?", "15", "math", {}};

constexpr const char* kReasoning =
    "Okay, let me think. Ann has 3 jars of 5 plums.\n\n"
    "I will multiply two numbers here.\n\n"
    "Well, the jars hold 3 * 5 = 15 plums. Yes.\n\n"
    "Let me check that: 15 / 5 = 3. Good.\n\n"
    "So there are 15 plums.";

Trace trace_of(const std::string& reasoning) {
  return path::make_trace({"p", 0, FinishReason::kStop, ""},
                          "<think>\n" + reasoning + "\n</think>\n\nThe answer is \\boxed{15}.");
}

void expect_tiles(const Trace& trace, const Plan& plan) {
  EXPECT_FALSE(path::check_plan(trace.reasoning_text(), plan));
  std::string text;
  for (const Step& step : plan.steps) text += slice(trace.reasoning_text(), step.span);
  EXPECT_EQ(text, trace.reasoning_text()) << "no byte is lost";
}

TEST(PlainRules, AParagraphHasOneFateAndNoSkill) {
  const Trace trace = trace_of(kReasoning);
  const auto teacher = plain_rules_teacher(PlainSplit::kParagraphs, {});
  const auto plan = teacher->plan(kProblem, trace);
  ASSERT_TRUE(plan);
  expect_tiles(trace, *plan);
  ASSERT_EQ(plan->steps.size(), 5U);
  for (const Step& step : plan->steps) EXPECT_EQ(step.skill, "");
  EXPECT_EQ(plan->steps[1].action, Action::kDelete);
  EXPECT_EQ(plan->steps[1].pass, "plan");
  EXPECT_NE(plan->steps[2].action, Action::kDelete);
  EXPECT_EQ(plan->steps[3].action, Action::kDelete);
  EXPECT_EQ(plan->steps[4].pass, "after_answer");
  const auto path = path::try_plan(kProblem, trace, *plan);
  ASSERT_TRUE(path) << path.error().detail;
  EXPECT_THAT(path->reasoning, HasSubstr("3 * 5 = 15"));
  EXPECT_THAT(path->reasoning, Not(HasSubstr("15 / 5")));
}

TEST(PlainRules, ASingleParagraphIsCutIntoSentences) {
  const Trace trace = trace_of("Okay. The jars hold 3 * 5 = 15 plums. So 15 plums it is.");
  const auto plan = plain_rules_teacher(PlainSplit::kParagraphs, {})->plan(kProblem, trace);
  ASSERT_TRUE(plan);
  expect_tiles(trace, *plan);
  EXPECT_EQ(plan->steps.size(), 3U);
}

TEST(PlainRules, WithoutStepsThePlanIsOneStepWithTheTextThatIsLeft) {
  const Trace trace = trace_of(kReasoning);
  const auto plan = plain_rules_teacher(PlainSplit::kNone, {})->plan(kProblem, trace);
  ASSERT_TRUE(plan);
  expect_tiles(trace, *plan);
  ASSERT_EQ(plan->steps.size(), 1U);
  ASSERT_TRUE(plan->steps[0].text.has_value());
  const std::string& text = *plan->steps[0].text;
  EXPECT_THAT(text, HasSubstr("Ann has 3 jars of 5 plums.")) << "it knows no restatement";
  EXPECT_THAT(text, HasSubstr("3 * 5 = 15"));
  EXPECT_THAT(text, Not(HasSubstr("Okay, let me think.")));
  EXPECT_THAT(text, Not(HasSubstr("check")));
  const auto path = path::try_plan(kProblem, trace, *plan);
  ASSERT_TRUE(path) << path.error().detail;
}

TEST(PlainRules, WithoutStepsSentencesInTheSameWordsGo) {
  const Trace trace =
      trace_of("There are 3 jars. There are 3 jars! Each holds 5 plums. That is 3 * 5 = 15.");
  const auto plan = plain_rules_teacher(PlainSplit::kNone, {})->plan(kProblem, trace);
  ASSERT_TRUE(plan && plan->steps[0].text);
  EXPECT_EQ(*plan->steps[0].text, "There are 3 jars. Each holds 5 plums. That is 3 * 5 = 15.");
}

TEST(PlainRules, WhatNeedsNothingStaysWhole) {
  const Trace trace = trace_of("That is 3 * 5 = 15.");
  const auto plan = plain_rules_teacher(PlainSplit::kNone, {})->plan(kProblem, trace);
  ASSERT_TRUE(plan);
  EXPECT_EQ(plan->steps[0].action, Action::kKeep);
}

TEST(PlainRules, WhereTheGatesSayNoOnlyTheGentleGoes) {
  // The second paragraph opens as a check and is the only one that computes.
  const Trace trace = trace_of(
      "Ann has 3 jars of 5 plums.\n\nLet me check what that makes: 3 * 5 = 15.\n\nGood, 15.");
  const auto plan = plain_rules_teacher(PlainSplit::kParagraphs, {})->plan(kProblem, trace);
  ASSERT_TRUE(plan);
  const auto path = path::try_plan(kProblem, trace, *plan);
  ASSERT_TRUE(path) << path.error().detail;
  EXPECT_THAT(path->reasoning, HasSubstr("3 * 5 = 15"));
}

TEST(PlainRules, AreOtherTeachersThanTheRules) {
  const auto steps = plain_rules_teacher(PlainSplit::kParagraphs, {});
  const auto none = plain_rules_teacher(PlainSplit::kNone, {});
  EXPECT_NE(steps->identity(), none->identity());
  EXPECT_NE(steps->identity(), RulesTeacher().identity());
  EXPECT_THROW(plain_rules_teacher(PlainSplit::kNone, {.disabled = {"fillers"}}), Error);
  EXPECT_FALSE(none->plan(kProblem, trace_of("")));
}

TEST(PlainRules, ADisabledPassDecidesNothing) {
  const Trace trace = trace_of(kReasoning);
  const auto plan =
      plain_rules_teacher(PlainSplit::kParagraphs, {.disabled = {"plan", "after_answer", "check"}})
          ->plan(kProblem, trace);
  ASSERT_TRUE(plan);
  for (const Step& step : plan->steps) {
    EXPECT_NE(step.pass, "plan");
    EXPECT_NE(step.pass, "after_answer");
  }
}

}  // namespace
}  // namespace drp::teacher
