// SPDX-License-Identifier: Apache-2.0
#include <gmock/gmock.h>

#include "base/error.h"
#include "evaluate/evaluator.h"

namespace drp::evaluate {
namespace {

TEST(ScoreTrace, GradesTheResponse) {
  struct Row {
    const char* what;
    const char* gold;
    const char* response;
    FinishReason finish;
    const char* verdict;
    bool correct, strict;
  };
  const auto stop = FinishReason::kStop;
  for (const Row& row : std::vector<Row>{
           {"box", "12", "<think>3 * 4 = 12</think>So \\boxed{12}.", stop, "equal", true, true},
           {"hash", "12", "3 * 4 = 12\n#### 12", stop, "equal", true, true},
           {"phrase", "12", "3 * 4 = 12. The final answer is 12.", stop, "equal", true, false},
           {"wrong", "13", "So \\boxed{12}.", stop, "unequal", false, false},
           {"cut with a number only", "12", "3 * 4 = 12 and then", FinishReason::kLength, "unequal",
            false, false},
           {"cut after its box", "12", "3 * 4, so \\boxed{12}. Now let me", FinishReason::kLength,
            "equal", true, true},
           {"loop with a number only", "12", "it is 12. it is 12. it is 12.", FinishReason::kLoop,
            "unequal", false, false}}) {
    Problem problem{.id = "p1", .question = "?", .answer = row.gold};
    problem.tags["operations"] = "1";
    Trace trace;
    trace.problem_id = "p1";
    trace.sample = 2;
    trace.response = row.response;
    trace.finish = row.finish;
    trace.response_tokens = 40;
    trace.reasoning_tokens = 30;
    const Scored scored = score_trace("tuned", problem, trace);
    EXPECT_EQ(scored.verdict, row.verdict) << row.what;
    EXPECT_EQ(scored.correct, row.correct) << row.what;
    EXPECT_EQ(scored.correct_strict, row.strict) << row.what;
    EXPECT_EQ(scored.arm, "tuned");
    EXPECT_EQ(scored.problem_id, "p1");
    EXPECT_EQ(scored.sample, 2);
    EXPECT_EQ(scored.gold, row.gold);
    EXPECT_EQ(scored.finish, row.finish);
    EXPECT_EQ(scored.response_tokens, 40);
    EXPECT_EQ(scored.reasoning_tokens, 30);
    EXPECT_EQ(scored.tags, problem.tags);
  }
}

TEST(ScoreTrace, SaysHowTheAnswerWasFound) {
  const Problem problem{.id = "p1", .question = "?", .answer = "12"};
  Trace trace;
  trace.response = "So \\boxed{12}.";
  const Scored scored = score_trace("base", problem, trace);
  EXPECT_EQ(scored.answer, "12");
  EXPECT_EQ(scored.method, "box");
}

TEST(ScoreTrace, MarksAnUnreadableReference) {
  const Problem problem{.id = "p1", .question = "?", .answer = ""};
  Trace trace;
  trace.response = "So \\boxed{12}.";
  const Scored scored = score_trace("base", problem, trace);
  EXPECT_EQ(scored.verdict, "gold_error");
  EXPECT_FALSE(scored.correct);
}

}  // namespace
}  // namespace drp::evaluate
