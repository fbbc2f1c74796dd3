// SPDX-License-Identifier: Apache-2.0
#include "prune/prune.h"

#include <algorithm>

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

}  // namespace

PrunedPath prune_trace(const Problem& problem, const Trace& trace, const Plan& plan,
                       const PruneOptions& options, const TokenCount& count) {
  expected<path::AppliedPlan, Rejection> applied =
      path::apply_plan(trace.reasoning_text(), plan, {options.seams});
  if (!applied) {
    PrunedPath path = rejected_path(trace, applied.error(), plan.teacher, count);
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
  path.answer = std::string(trace.answer_text());
  path.response = path::rebuild_response(trace, applied->reasoning);
  path.tokens_before = count_response(trace, count);
  path.tokens_after = count(path.response);
  const path::GateInput input{
      problem, trace, plan, *applied, path.response, path.tokens_before, path.tokens_after};
  record(path, path::run_gates(input), options);
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
