// SPDX-License-Identifier: Apache-2.0
#include "pipeline/teacher_rows.h"

#include <filesystem>

#include "base/text.h"
#include "decompose/decompose.h"
#include "llm/prompt_tokens.h"
#include "pipeline/problem_source.h"
#include "pipeline/record_log.h"

namespace drp::pipeline {
namespace {

// As long as a sentence of real traces is on the mean.
constexpr std::string_view kSentence =
    "Then I take the next number and work out how much it makes. ";

// A trace of nothing but its length; sentences, since protocols number them.
Trace stand_in(const Problem& problem, std::int64_t sample, std::int64_t tokens) {
  const auto bytes =
      static_cast<std::size_t>(static_cast<double>(tokens) / llm::TokenRatio::kUsual);
  Trace trace;
  trace.id = problem.id + "/" + std::to_string(sample);
  trace.problem_id = problem.id;
  while (trace.response.size() < bytes) trace.response += kSentence;
  trace.response.resize(bytes);
  trace.reasoning = {0, bytes};
  trace.reasoning_tokens = tokens;
  return trace;
}

RowBasis visit_recorded(const RecordLog& problems, const RecordLog& traces,
                        const std::string& folder, const RowVisitor& visit) {
  RowBasis basis;
  traces.visit_keys([&](const std::string& key) {
    const auto trace = traces.get<Trace>(key);
    const auto problem = problems.get<Problem>("train:" + trace->problem_id);
    if (!problem) return;
    ++basis.traces;
    const auto refused = decompose::refuse_trace(*problem, *trace);
    // Programs are graded by running them; here they count as right.
    if (refused && refused->reason != Reason::kUndecided) return;
    ++basis.admitted;
    visit(*problem, *trace);
  });
  basis.what = format_count(basis.admitted) + " right of " + format_count(basis.traces) +
               " traces in " + folder;
  return basis;
}

}  // namespace

RowBasis visit_teacher_rows(const Recipe& recipe, std::int64_t likely_tokens,
                            const RowVisitor& visit) {
  const std::filesystem::path folder = recipe.run.folder;
  const auto problems_path = folder / "problems.log.jsonl";
  const auto traces_path = folder / "traces.0.log.jsonl";
  if (std::filesystem::exists(problems_path) && std::filesystem::exists(traces_path)) {
    const RecordLog problems(problems_path, "problems", Access::kLook);
    const RecordLog traces(traces_path, "traces", Access::kLook);
    if (traces.size() > 0) return visit_recorded(problems, traces, folder.string(), visit);
  }
  RowBasis basis;
  std::int64_t problems = 0;
  visit_problems(recipe.problems.train, recipe, [&](const Problem& problem) {
    ++problems;
    for (std::int64_t sample = 0; sample < recipe.sample.samples; ++sample) {
      visit(problem, stand_in(problem, sample, likely_tokens));
    }
  });
  basis.traces = basis.admitted = problems * recipe.sample.samples;
  basis.what = format_count(problems) + " problems x " + format_count(recipe.sample.samples) +
               " samples, taken to be all right and " + format_count(likely_tokens) +
               " tokens long (there are no traces in " + folder.string() + " yet)";
  return basis;
}

}  // namespace drp::pipeline
