// SPDX-License-Identifier: Apache-2.0
#include "decompose/decompose.h"

#include <algorithm>

#include "base/text.h"
#include "path/answer_view.h"
#include "path/apply_plan.h"
#include "path/reference_answer.h"

namespace drp::decompose {
namespace {

constexpr std::size_t kLoopPeriodMax = 400;  // bytes of the longest repeated piece looked for
constexpr std::size_t kLoopPeriodMin = 8;
constexpr std::size_t kLoopRepeats = 4;     // how often it must stand at the end
constexpr std::size_t kLoopBytesMin = 160;  // and over how much text

std::optional<Rejection> refuse_answer(const Problem& problem, const Trace& trace,
                                       const DecomposeOptions& options) {
  if (trim(problem.answer).empty()) {
    return Rejection{Reason::kGoldError, "problem " + problem.id + " has no reference answer"};
  }
  const answers::Graded graded = answers::grade({.gold = problem.answer,
                                                 .response = trace.response,
                                                 .domain = problem.domain,
                                                 .cut = trace.finish == FinishReason::kLength,
                                                 .judge = options.judge});
  const std::string found = graded.extracted.text.substr(0, 80);
  switch (graded.verdict) {
    case answers::Verdict::kEqual:
      return std::nullopt;
    case answers::Verdict::kUnequal:
      if (found.empty()) {
        return Rejection{Reason::kNoAnswer, "no answer could be read out of the response"};
      }
      return Rejection{Reason::kWrongAnswer,
                       "answer is " + found + ", the reference is " + problem.answer};
    case answers::Verdict::kUndecided:
      return Rejection{Reason::kUndecided, graded.reason};
    case answers::Verdict::kGoldError:
      return Rejection{Reason::kGoldError, graded.reason};
  }
  return std::nullopt;
}

// The plan with its names set, unless its steps do not tile the reasoning, or it leaves a wrong
// trace at its answer.
expected<Plan, Rejection> checked(const Problem& problem, const Trace& trace,
                                  expected<Plan, Rejection> plan, const std::string& teacher,
                                  const DecomposeOptions& options) {
  if (!plan) {
    return plan;
  }
  if (options.admit == Admit::kCorrected && plan->corrected != Corrected::kAnswer) {
    if (std::optional<Rejection> wrong = refuse_answer(problem, trace, options)) {
      return unexpected<Rejection>(*std::move(wrong));
    }
  }
  plan->trace_id = trace.id;
  plan->problem_id = trace.problem_id;
  plan->teacher = teacher;
  if (std::optional<Rejection> fault = path::check_plan(trace.reasoning_text(), *plan)) {
    return unexpected<Rejection>(*std::move(fault));
  }
  return plan;
}

}  // namespace

bool gave_up(const Rejection& rejection) { return rejection.reason == Reason::kTeacherFailed; }

bool gave_up(const PlanOutcome& outcome) {
  return outcome.rejection && gave_up(*outcome.rejection);
}

bool ends_in_loop(std::string_view reasoning) {
  const std::string_view text = trim(reasoning);
  for (std::size_t period = kLoopPeriodMin; period <= kLoopPeriodMax; ++period) {
    const std::size_t needed = std::max(period * kLoopRepeats, kLoopBytesMin);
    if (text.size() < needed + period) {
      break;
    }
    const std::string_view tail = text.substr(text.size() - needed);
    const std::string_view shifted = text.substr(text.size() - needed - period, needed);
    const bool white = trim(tail.substr(0, period)).empty();
    if (!white && tail == shifted) {
      return true;
    }
  }
  return false;
}

std::optional<Rejection> refuse_trace(const Problem& problem, const Trace& trace,
                                      const DecomposeOptions& options) {
  if (trim(trace.reasoning_text()).empty()) {
    return Rejection{Reason::kNoReasoning, "the response has no reasoning to prune"};
  }
  if (trace.finish == FinishReason::kLoop || ends_in_loop(trace.reasoning_text())) {
    return Rejection{Reason::kLoop, "the reasoning ends in a repeating tail"};
  }
  if (trace.finish == FinishReason::kLength) {
    return Rejection{Reason::kCutOff, "the response hit the token limit"};
  }
  if (!trace.reasoning_closed) {
    return Rejection{Reason::kCutOff, "the reasoning never closed"};
  }
  if (options.admit == Admit::kAnswered) {
    const bool answered = !path::final_answer(trace.response, problem.domain).empty();
    return answered ? std::nullopt
                    : std::optional<Rejection>(
                          {Reason::kNoAnswer, "no answer could be read out of the response"});
  }
  std::optional<Rejection> refused = refuse_answer(problem, trace, options);
  const bool corrected = options.admit == Admit::kCorrected && refused &&
                         refused->reason == Reason::kWrongAnswer &&
                         path::misses_reference(problem, trace);
  return corrected ? std::nullopt : refused;
}

expected<Plan, Rejection> decompose_trace(const Problem& problem, const Trace& trace,
                                          teacher::Teacher& teacher,
                                          const DecomposeOptions& options) {
  if (std::optional<Rejection> refused = refuse_trace(problem, trace, options)) {
    return unexpected<Rejection>(std::move(*refused));
  }
  return checked(problem, trace, teacher.plan(problem, trace), teacher.identity(), options);
}

void decompose_traces(const teacher::Teacher::Source& next, const teacher::Teacher::Sink& done,
                      teacher::Teacher& teacher, const OptionsOf& options, int threads,
                      const StopFlag& stop) {
  const std::string identity = teacher.identity();
  teacher::RunOptions run;
  run.threads = threads;
  run.refuse = [&](const Problem& problem, const Trace& trace) {
    return refuse_trace(problem, trace, options(problem));
  };
  teacher.run(
      next,
      [&](teacher::PlanJob job, expected<Plan, Rejection> plan) {
        plan = checked(job.problem, job.trace, std::move(plan), identity, options(job.problem));
        done(std::move(job), std::move(plan));
      },
      run, stop);
}

}  // namespace drp::decompose
