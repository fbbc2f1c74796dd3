// SPDX-License-Identifier: Apache-2.0
#include "path/try_plan.h"

#include "path/gates.h"

namespace drp::path {

expected<AppliedPlan, Rejection> try_plan(const Problem& problem, const Trace& trace,
                                          const Plan& plan) {
  auto applied = apply_plan(trace.reasoning_text(), plan);
  if (!applied) return applied;
  if (trim(applied->reasoning).empty()) {
    return unexpected<Rejection>({Reason::kBadPlan, "nothing is left of the reasoning"});
  }
  const std::string response = rebuild_response(trace, applied->reasoning, trace.answer_text());
  const auto before = static_cast<std::int64_t>(trace.response.size());
  const auto after = static_cast<std::int64_t>(response.size());
  const GateInput input{problem, trace, plan, *applied, response, before, after};
  if (std::optional<Rejection> refused = first_rejection(run_gates(input))) {
    return unexpected<Rejection>(*std::move(refused));
  }
  return applied;
}

}  // namespace drp::path
