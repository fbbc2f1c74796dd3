// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "path/apply_plan.h"
#include "records/path.h"
#include "records/plan.h"
#include "records/problem.h"
#include "records/trace.h"

namespace drp::path {

// Tokens of a text as the student counts them.
using TokenCount = std::function<std::int64_t(std::string_view)>;

// A gate's verdict and the reason that it rejects with.
struct Verdict {
  GateResult result;
  Reason reason = Reason::kBadPlan;
};

// What the gates look at. Borrowed; all must outlive the call.
struct GateInput {
  const Problem& problem;
  const Trace& trace;
  const Plan& plan;
  const AppliedPlan& applied;
  std::string_view response;  // the rebuilt response
  std::int64_t tokens_before = 0;
  std::int64_t tokens_after = 0;
};

// In this order; every gate says its verdict even where an earlier one failed.
//  coverage  the steps tile the reasoning and carry the texts that their actions need
//  order     steps and path pieces follow the order of the trace
//  merge     a multi-step group joins neighbours only
//  answer    the response still gives the trace's answer by our extraction, it equals the reference
//            where that is known and readable, and reasoning that stated the answer still states it
//  early     new text states the answer no sooner than the trace, or computes it
//  grounded  every number and equation of new text stands in the trace or the question or follows
//  leak      no new text holds words of the teacher's instructions
//  dangling  no kept piece uses a value, an unknown or a referent whose introduction was deleted
//  shorter   the response has fewer tokens than before
std::vector<Verdict> run_gates(const GateInput& input);

// Gates that only a plan fails: coverage, order, merge. All pass where check_plan finds nothing.
std::vector<Verdict> plan_gates(std::string_view reasoning, const Plan& plan);

// The rejection of the first gate that said no.
std::optional<Rejection> first_rejection(const std::vector<Verdict>& verdicts);

// The trace's response with `reasoning` and `answer` in place of its own; markers keep their bytes.
std::string rebuild_response(const Trace& trace, std::string_view reasoning,
                             std::string_view answer);

}  // namespace drp::path
