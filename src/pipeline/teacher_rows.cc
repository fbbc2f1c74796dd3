// SPDX-License-Identifier: Apache-2.0
#include "pipeline/teacher_rows.h"

#include <filesystem>
#include <string>

#include "base/text.h"
#include "decompose/decompose.h"
#include "llm/prompt_tokens.h"
#include "pipeline/problem_source.h"
#include "pipeline/record_log.h"

namespace drp::pipeline {
namespace {

// The mean of GSM8K (236 bytes) and MATH-500 (196).
constexpr std::size_t kQuestionBytes = 216;

// As long as a sentence of real traces is on the mean.
constexpr std::string_view kSentence =
    "Then I take the next number and work out how much it makes. ";

// So many bytes of sentences.
std::string stand_in_text(std::size_t bytes) {
  std::string text;
  while (text.size() < bytes) text += kSentence;
  text.resize(bytes);
  return text;
}

// A trace of nothing but its length; sentences, since protocols number them.
Trace stand_in(const Problem& problem, std::int64_t tokens) {
  const auto bytes =
      static_cast<std::size_t>(static_cast<double>(tokens) / llm::TokenRatio::kUsual);
  Trace trace;
  trace.id = problem.id + "/0";
  trace.problem_id = problem.id;
  trace.response = stand_in_text(bytes);
  trace.reasoning = {0, bytes};
  trace.reasoning_tokens = tokens;
  return trace;
}

// Why the problems of a set cannot be read, or nothing.
std::string why_not_here(const ProblemsRecipe& set) {
  if (set.source == "generated") return {};
  if (set.file.empty()) return set.source == "file" ? "" : "there is no file of " + set.source;
  if (std::filesystem::exists(set.file) && !std::filesystem::is_directory(set.file)) return {};
  return "there is no file " + set.file;
}

// The training problems, or their number of one of nothing but the usual length. Returns what was
// assumed.
std::string visit_or_assume(const Recipe& recipe,
                            const std::function<void(const Problem&, std::int64_t)>& visit) {
  const ProblemsRecipe& set = recipe.problems.train;
  const std::string missing = why_not_here(set);
  if (missing.empty() || set.count == 0) {  // without a count it is an error that says so
    visit_problems(set, recipe, [&](const Problem& problem) { visit(problem, 1); });
    return {};
  }
  Problem problem;
  problem.question = stand_in_text(kQuestionBytes);
  visit(problem, set.count);
  return missing + ", so every question counts as " + std::to_string(kQuestionBytes) + " bytes";
}

RowBasis visit_recorded(const RecordLog& problems, const RecordLog& traces, const Recipe& recipe,
                        const RowVisitor& visit) {
  const decompose::DecomposeOptions options{.admit = admitted_by(recipe)};
  RowBasis basis;
  traces.visit_keys([&](const std::string& key) {
    const auto trace = traces.get<Trace>(key);
    const auto problem = problems.get<Problem>("train:" + trace->problem_id);
    if (!problem) return;
    ++basis.traces;
    const auto refused = decompose::refuse_trace(*problem, *trace, options);
    // Programs are graded by running them; here they count as right.
    if (refused && refused->reason != Reason::kUndecided) return;
    ++basis.admitted;
    visit(*problem, *trace, 1);
  });
  const bool corrects = options.admit == decompose::Admit::kCorrected;
  basis.what = format_count(basis.admitted) + (corrects ? " right or wrong of " : " right of ") +
               format_count(basis.traces) + " traces in " + recipe.run.folder;
  return basis;
}

}  // namespace

decompose::Admit admitted_by(const Recipe& recipe) {
  return recipe.teacher.correction == "answer" ? decompose::Admit::kCorrected
                                               : decompose::Admit::kRight;
}

RowBasis visit_teacher_rows(const Recipe& recipe, std::int64_t likely_tokens,
                            const RowVisitor& visit) {
  const std::filesystem::path folder = recipe.run.folder;
  const auto problems_path = folder / "problems.log.jsonl";
  const auto traces_path = folder / "traces.0.log.jsonl";
  if (std::filesystem::exists(problems_path) && std::filesystem::exists(traces_path)) {
    const RecordLog problems(problems_path, "problems", Access::kLook);
    const RecordLog traces(traces_path, "traces", Access::kLook);
    if (traces.size() > 0) return visit_recorded(problems, traces, recipe, visit);
  }
  RowBasis basis;
  std::int64_t problems = 0;
  const auto add = [&](const Problem& problem, std::int64_t alike) {
    problems += alike;
    visit(problem, stand_in(problem, likely_tokens), alike * recipe.sample.samples);
  };
  const std::string assumed = visit_or_assume(recipe, add);
  basis.traces = basis.admitted = problems * recipe.sample.samples;
  basis.what = format_count(problems) + (problems == 1 ? " problem x " : " problems x ") +
               format_count(recipe.sample.samples) +
               (recipe.sample.samples == 1 ? " sample" : " samples") +
               ", taken to be all right and " + format_count(likely_tokens) +
               " tokens long (there are no traces in " + folder.string() + " yet" +
               (assumed.empty() ? "" : "; " + assumed) + ")";
  return basis;
}

}  // namespace drp::pipeline
