// SPDX-License-Identifier: Apache-2.0
// Question, LF, response: a plan's steps tile the reasoning, and an accepted path is shorter.
#include "fuzz/target.h"
#include "path/import_trace.h"
#include "prune/prune.h"
#include "teacher/rules/rules_teacher.h"

namespace {

std::int64_t bytes(std::string_view text) { return static_cast<std::int64_t>(text.size()); }

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace drp;
  const std::string_view text = fuzz::text_of(data, size);
  const std::size_t line = std::min(text.find('\n'), text.size());
  const Problem problem{"p", std::string(text.substr(0, line)), "", "math", {}};
  const Trace trace = path::make_trace({"p", 0, FinishReason::kStop, ""},
                                       std::string(text.substr(std::min(line + 1, text.size()))));
  teacher::RulesTeacher rules;
  const auto plan = rules.plan(problem, trace);
  if (!plan) return 0;
  std::size_t at = 0;
  for (const Step& step : plan->steps) {
    DRP_CHECK(step.span.begin == at && step.span.end >= at, "steps that do not tile the reasoning");
    at = step.span.end;
  }
  DRP_CHECK(at == trace.reasoning_text().size(), "reasoning behind the last step");
  const PrunedPath path = prune::prune_trace(problem, trace, *plan, {}, bytes);
  DRP_CHECK(!path.accepted() || path.tokens_after <= path.tokens_before, "an accepted longer path");
  return 0;
}
