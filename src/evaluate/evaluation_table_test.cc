// SPDX-License-Identifier: Apache-2.0
#include "evaluate/evaluation_table.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/text.h"
#include "base/text_layout.h"
#include "evaluate/evaluator.h"

namespace drp::evaluate {
namespace {

using ::testing::HasSubstr;
using ::testing::Le;

// 40 problems of two groups, `samples` each, answered by students of these names.
Evaluation evaluation_of(const std::vector<std::string>& arms, int samples) {
  Evaluator evaluator;
  for (std::size_t arm = 0; arm < arms.size(); ++arm) {
    for (int problem = 0; problem < 40; ++problem) {
      for (int sample = 0; sample < samples; ++sample) {
        Scored row;
        row.arm = arms[arm];
        row.problem_id = "p" + std::to_string(problem);
        row.sample = sample;
        row.correct = (problem + sample) % 5 != 0;
        row.verdict = row.correct ? "equal" : "unequal";
        row.finish = FinishReason::kStop;
        row.response_tokens = 12'000 - 5'000 * static_cast<int>(arm) + 37 * problem;
        if (row.correct) row.right_by = {"box", "number"};
        row.tags = {{"set", problem < 20 ? "a-long-name-of-a-benchmark" : "math500"}};
        evaluator.add(row);
      }
    }
  }
  EvaluateOptions options;
  options.before = arms.front();
  options.tags = {"set"};
  return evaluator.summarise(options);
}

void expect_narrow(const std::string& text) {
  for (const std::string_view line : split(text, '\n')) {
    EXPECT_THAT(columns_of(line), Le(kTextColumns)) << line;
  }
}

TEST(EvaluationTable, FitsATerminalAndLosesNoFigure) {
  const Evaluation evaluation = evaluation_of({"base", "tuned"}, 4);
  ASSERT_EQ(evaluation.comparisons.size(), 3u);
  const std::string text = evaluation_table(evaluation, "tokens");
  expect_narrow(text);
  EXPECT_THAT(text, HasSubstr("\nbase -> tuned, on the problems that both answered\n"));
  for (const PairedComparison& pair : evaluation.comparisons) {
    EXPECT_THAT(text, HasSubstr(pair.group));
    EXPECT_THAT(text, HasSubstr(format_fixed(pair.tokens_before, 1) + " -> " +
                                format_fixed(pair.tokens_after, 1)));
    EXPECT_THAT(text, HasSubstr(format_fixed(pair.token_ratio.value, 3)));
  }
  for (const ArmSummary& arm : evaluation.arms) {
    EXPECT_THAT(text, HasSubstr(format_fixed(arm.tokens_mean, 1)));
    EXPECT_FALSE(arm.at_k.empty());
  }
}

TEST(EvaluationTable, FitsWithSeveralStudentsOfLongNames) {
  const Evaluation evaluation = evaluation_of(
      {"deepseek-r1-distill-qwen-7b", "deepseek-r1-distill-qwen-7b-pruned", "a student, tuned"}, 1);
  const std::string text = evaluation_table(evaluation, "characters");
  expect_narrow(text);
  EXPECT_THAT(text, HasSubstr("\nEach paired with deepseek-r1-distill-qwen-7b, on"));
  EXPECT_THAT(text, HasSubstr("\ndeepseek-r1-distill-qwen-7b-pruned  set=a-long-name-of-a-"));
}

}  // namespace
}  // namespace drp::evaluate
