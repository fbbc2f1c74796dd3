// SPDX-License-Identifier: Apache-2.0
#include "evaluate/evaluator.h"

namespace drp::evaluate {

Scored score_trace(const std::string& arm, const Problem& problem, const Trace& trace,
                   const answers::ProgramJudge* judge) {
  answers::GradeRequest request;
  request.gold = problem.answer;
  request.response = trace.response;
  request.domain = problem.domain;
  request.cut = trace.finish == FinishReason::kLength || trace.finish == FinishReason::kLoop;
  request.judge = judge;
  const answers::Graded graded = answers::grade(request);

  Scored scored;
  scored.arm = arm;
  scored.problem_id = problem.id;
  scored.sample = trace.sample;
  scored.gold = problem.answer;
  scored.answer = graded.extracted.text;
  scored.method = answers::method_name(graded.extracted.method);
  scored.verdict = answers::verdict_name(graded.verdict);
  scored.correct = graded.verdict == answers::Verdict::kEqual;
  scored.correct_strict = scored.correct && graded.strict();
  scored.finish = trace.finish;
  scored.response_tokens = trace.response_tokens;
  scored.reasoning_tokens = trace.reasoning_tokens;
  scored.tags = problem.tags;
  return scored;
}

}  // namespace drp::evaluate
