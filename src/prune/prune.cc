// SPDX-License-Identifier: Apache-2.0
#include "prune/prune.h"

#include <algorithm>

#include "base/error.h"
#include "path/answer_statement.h"
#include "path/answer_view.h"
#include "path/reference_answer.h"

namespace drp::prune {
namespace {

std::int64_t count_response(const Trace& trace, const TokenCount& count) {
  return count(trace.response);
}

void record(PrunedPath& path, const std::vector<path::Verdict>& verdicts,
            const PruneOptions& options) {
  std::vector<path::Verdict> binding;
  for (const path::Verdict& verdict : verdicts) {
    path.gates.push_back(verdict.result);
    const bool advisory = std::find(options.advisory.begin(), options.advisory.end(),
                                    verdict.result.gate) != options.advisory.end();
    if (!advisory) {
      binding.push_back(verdict);
    }
  }
  path.rejection = path::first_rejection(binding);
}

// The answer section of the path. Where the reasoning never comes to the answer, the section holds
// the only derivation and stays.
std::string answer_of(const Problem& problem, const Trace& trace, std::string_view reasoning,
                      const PruneOptions& options) {
  const std::string_view section = trace.answer_text();
  if (options.answer_section == AnswerSection::kWhole || section.empty()) {
    return std::string(section);
  }
  const path::AnswerView view =
      path::view_answer(path::final_answer(trace.response, problem.domain), problem);
  const bool reached = view.found() && path::mentions_answer(reasoning, view);
  return reached ? path::answer_statement(section, problem.domain) : std::string(section);
}

// Whether the path comes to the answer and the trace's own reasoning never did: then it adds
// arithmetic rather than leaving some out.
bool completes(const Problem& problem, const Trace& trace, std::string_view reasoning) {
  const path::AnswerView view =
      path::view_answer(path::final_answer(trace.response, problem.domain), problem);
  const auto mentions = [&view](std::string_view text) {
    return path::mentions_answer(text, view);
  };
  return view.found() && mentions(reasoning) && !mentions(trace.reasoning_text());
}

PrunedPath refused_path(const Trace& trace, const Plan& plan, const TokenCount& count,
                        Rejection rejection) {
  PrunedPath path = rejected_path(trace, std::move(rejection), plan.teacher, count);
  path.corrected = plan.corrected;
  return path;
}

}  // namespace

AnswerSection answer_section_from(std::string_view name) {
  if (name == "statement") return AnswerSection::kStatement;
  if (name == "whole") return AnswerSection::kWhole;
  throw Error(ErrorKind::kConfig, "the answer section is \"" + std::string(name) + "\"",
              "it is one of statement, whole");
}

PrunedPath prune_trace(const Problem& problem, const Trace& given, const Plan& plan,
                       const PruneOptions& options, const TokenCount& count) {
  std::optional<Trace> mended;
  if (plan.corrected == Corrected::kAnswer) {
    mended = path::with_reference(problem, given);
    if (!mended) {
      return refused_path(given, plan, count,
                          {Reason::kAnswerLost, "the answer section cannot state the reference"});
    }
  }
  const Trace& trace = mended ? *mended : given;
  expected<path::AppliedPlan, Rejection> applied =
      path::apply_plan(trace.reasoning_text(), plan, {options.seams});
  if (!applied) {
    PrunedPath path = refused_path(given, plan, count, applied.error());
    for (const path::Verdict& verdict : path::plan_gates(trace.reasoning_text(), plan)) {
      path.gates.push_back(verdict.result);
    }
    return path;
  }
  PrunedPath path;
  path.trace_id = trace.id;
  path.problem_id = trace.problem_id;
  path.teacher = plan.teacher;
  path.reasoning = applied->reasoning;
  path.answer = answer_of(problem, trace, applied->reasoning, options);
  path.response = path::rebuild_response(trace, applied->reasoning, path.answer);
  path.tokens_before = count_response(given, count);
  path.tokens_after = count(path.response);
  path.corrected = plan.corrected;
  const path::GateInput input{
      problem, trace, plan, *applied, path.response, path.tokens_before, path.tokens_after};
  record(path, path::run_gates(input), options);
  path.completed = completes(problem, trace, path.reasoning);
  return path;
}

PrunedPath rejected_path(const Trace& trace, Rejection rejection, std::string_view teacher,
                         const TokenCount& count) {
  PrunedPath path;
  path.trace_id = trace.id;
  path.problem_id = trace.problem_id;
  path.teacher = std::string(teacher);
  path.reasoning = std::string(trace.reasoning_text());
  path.answer = std::string(trace.answer_text());
  path.response = trace.response;
  path.tokens_before = count_response(trace, count);
  path.tokens_after = path.tokens_before;
  path.rejection = std::move(rejection);
  return path;
}

}  // namespace drp::prune
