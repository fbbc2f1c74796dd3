// SPDX-License-Identifier: Apache-2.0
#include "pipeline/judge_paths.h"

#include <algorithm>
#include <optional>
#include <vector>

#include "base/error.h"
#include "base/file.h"
#include "base/fingerprint.h"
#include "base/random.h"
#include "base/text.h"
#include "evaluate/learnability.h"
#include "path/apply_plan.h"
#include "pipeline/stage.h"
#include "pipeline/training_traces.h"
#include "teacher/student/judge.h"

namespace drp::pipeline {
namespace {

constexpr std::string_view kFile = "eval/likelihoods.jsonl";
constexpr std::size_t kDrawnRoom = 4096;  // held beyond those wanted
constexpr std::string_view kSummaryFile = "eval/learnability.json";

// An accepted path, by its trace's place among all and by where the seed's draw puts it.
struct Drawn {
  std::uint64_t draw = 0;
  std::size_t place = 0;
  std::string problem_id;
  std::string trace_id;
};

// Keeps the `wanted` of them that were drawn first.
void keep_first(std::vector<Drawn>& drawn, std::size_t wanted) {
  if (drawn.size() <= wanted) return;
  const auto end = drawn.begin() + static_cast<std::ptrdiff_t>(wanted);
  std::nth_element(drawn.begin(), end, drawn.end(), [](const Drawn& a, const Drawn& b) {
    return a.draw != b.draw ? a.draw < b.draw : a.place < b.place;
  });
  drawn.erase(end, drawn.end());
}

std::vector<Drawn> draw_paths(Run& run) {
  if (run.recipe().evaluate.judged == 0 || !run.has_weights()) return {};
  const auto wanted = static_cast<std::size_t>(run.recipe().evaluate.judged);
  const auto seed = static_cast<std::uint64_t>(run.recipe().run.seed);
  RecordLog& traces = run.log("traces.0", "traces");
  RecordLog& plans = run.log("plans.0", "plans");
  RecordLog& paths = run.log("paths.0", "paths");
  std::vector<Drawn> drawn;
  std::size_t place = 0;
  visit_training_traces(run, [&](const std::string& problem_id, const std::string& trace_id) {
    ++place;
    if (!traces.contains(trace_id) || !plans.contains(trace_id)) return;
    const auto path = paths.get<PrunedPath>(trace_id);
    if (!path || !path->accepted()) return;
    // The answer of a wrong trace is not what its path comes to.
    if (path->corrected == Corrected::kAnswer) return;
    drawn.push_back({derive_seed(seed, "judged " + trace_id), place, problem_id, trace_id});
    if (drawn.size() >= 2 * wanted + kDrawnRoom) keep_first(drawn, wanted);
  });
  keep_first(drawn, wanted);
  std::sort(drawn.begin(), drawn.end(),
            [](const Drawn& a, const Drawn& b) { return a.place < b.place; });
  return drawn;
}

// Reads one path after another through a judge that is made for the first.
class PathJudge {
 public:
  explicit PathJudge(Run& run) : run_(run) {}

  PathLikelihood judge(const Drawn& drawn) {
    const Problem problem = run_.problem("train", drawn.problem_id);
    const Trace trace = *run_.log("traces.0", "traces").get<Trace>(drawn.trace_id);
    const PrunedPath path = *run_.log("paths.0", "paths").get<PrunedPath>(drawn.trace_id);
    const auto outcome = run_.log("plans.0", "plans").get<PlanOutcome>(drawn.trace_id);
    teacher::Seams seams;
    if (outcome->plan) {
      const auto applied = path::apply_plan(trace.reasoning_text(), *outcome->plan);
      if (applied && applied->reasoning == path.reasoning) {
        seams = teacher::find_seams(trace.reasoning_text(), *applied);
      }
    }
    PathLikelihood result;
    result.trace_id = drawn.trace_id;
    result.tokens_before = path.tokens_before;
    result.tokens_after = path.tokens_after;
    const std::vector<teacher::Judgement> judged = judge_of().judge(
        problem, trace, {{trace.reasoning_text(), seams.trace}, {path.reasoning, seams.path}},
        teacher::Judge::What::kAll, run_.services().stop);
    if (judged.empty()) {
      result.not_judged = "the trace states no answer, or the model's context is too short for it";
      return result;
    }
    result.reasoning_log_prob_trace = judged[0].reasoning_log_prob;
    result.reasoning_log_prob_path = judged[1].reasoning_log_prob;
    result.seam_log_prob_trace = judged[0].marks_log_prob;
    result.seam_log_prob_path = judged[1].marks_log_prob;
    result.answer_log_prob_trace = judged[0].answer_log_prob;
    result.answer_log_prob_path = judged[1].answer_log_prob;
    result.answer_tokens = judged[0].answer_tokens;
    return result;
  }

 private:
  teacher::Judge& judge_of() {
    if (!judge_) {
      const auto& student = run_.recipe().student;
      judge_.emplace(run_.student(), run_.base_adapters(),
                     teacher::JudgePrompt{student.system, student.prompt, student.response_prefix});
    }
    return *judge_;
  }

  Run& run_;
  std::optional<teacher::Judge> judge_;
};

// What a path's figures are made of besides the student and its prompt.
std::string content_of(Run& run, const Drawn& drawn) {
  return Fingerprint()
      .add(run.problem("train", drawn.problem_id).question)
      .add(run.log("traces.0", "traces").value(drawn.trace_id).value())
      .add(run.log("plans.0", "plans").value(drawn.trace_id).value())
      .add(run.log("paths.0", "paths").value(drawn.trace_id).value())
      .hex();
}

std::string done_note(const Learnability& sum) {
  std::string note = format_count(sum.judged) + " paths";
  if (sum.judged > 0) {
    note += ", answer at most " + format_fixed(sum.drop_limit, 1) + " nat a token less likely in " +
            format_fixed(100 * sum.within_limit.value, 1) + " %";
  }
  if (sum.not_judged > 0) note += ", " + format_count(sum.not_judged) + " could not be judged";
  return note;
}

}  // namespace

Inputs judged_inputs(Run& run) {
  if (run.recipe().evaluate.judged == 0) return {};
  Inputs inputs = recipe_inputs(run, "evaluate.judged");
  inputs["prune"] = output_of(run, "prune");
  inputs["judge"] = teacher::kJudgeMethod;
  return inputs;
}

std::string judge_paths(Run& run) {
  const std::vector<Drawn> drawn = draw_paths(run);
  if (drawn.empty()) {
    for (const std::string_view stale : {kFile, kSummaryFile}) {
      std::error_code ignored;  // mostly not there
      std::filesystem::remove(run.folder().file(stale), ignored);
    }
    return "";
  }
  RecordLog& log = run.log("eval/likelihoods", "likelihoods");
  Inputs judge_inputs = run.model_inputs(run.base_adapters());
  judge_inputs["judge"] = teacher::kJudgeMethod;
  const std::string options = fingerprint(judge_inputs);
  Progress& progress = run.services().progress;
  progress.begin("judge paths", static_cast<std::int64_t>(drawn.size()));
  PathJudge judge(run);
  std::vector<PathLikelihood> all;
  for (const Drawn& one : drawn) {
    run.services().stop.check();
    const std::string input = item_input(options, content_of(run, one));
    if (!log.has(one.trace_id, input)) log.put(one.trace_id, input, judge.judge(one));
    all.push_back(*log.get<PathLikelihood>(one.trace_id));
    progress.update(static_cast<std::int64_t>(all.size()), "");
  }
  log.sync();
  const Learnability sum = evaluate::summarise_likelihoods(all);
  progress.end(done_note(sum));
  AtomicFile file(run.folder().file(kFile));
  Fingerprint output;
  for (const PathLikelihood& one : all) {
    const std::string line = to_json_line(one) + "\n";
    file.write(line);
    output.add(line);
  }
  file.publish();
  write_file_atomic(run.folder().file(kSummaryFile), to_json_line(sum) + "\n");
  return output.hex();
}

}  // namespace drp::pipeline
