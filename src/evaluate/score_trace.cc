// SPDX-License-Identifier: Apache-2.0
#include "evaluate/evaluator.h"

namespace drp::evaluate {
namespace {

answers::GradeRequest request_of(const Problem& problem, const Trace& trace,
                                 const answers::ProgramJudge* judge) {
  answers::GradeRequest request;
  request.gold = problem.answer;
  request.response = trace.response;
  request.domain = problem.domain;
  request.cut = trace.finish == FinishReason::kLength || trace.finish == FinishReason::kLoop;
  request.judge = judge;
  return request;
}

}  // namespace

Scored score_trace(const std::string& arm, const Problem& problem, const Trace& trace,
                   const answers::ProgramJudge* judge) {
  const answers::GradeRequest request = request_of(problem, trace, judge);
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
  for (const answers::Method method : answers::right_by(request, graded)) {
    scored.right_by.emplace_back(answers::method_name(method));
  }
  scored.finish = trace.finish;
  scored.response_tokens = trace.response_tokens;
  scored.reasoning_tokens = trace.reasoning_tokens;
  scored.tags = problem.tags;
  return scored;
}

std::string score_reason(const Problem& problem, const Trace& trace,
                         const answers::ProgramJudge* judge) {
  return answers::grade(request_of(problem, trace, judge)).reason;
}

}  // namespace drp::evaluate
