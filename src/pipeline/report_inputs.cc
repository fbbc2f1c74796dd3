// SPDX-License-Identifier: Apache-2.0
#include "pipeline/report_inputs.h"

#include "base/error.h"
#include "base/file.h"
#include "base/text.h"
#include "evaluate/evaluator.h"
#include "evaluate/learnability.h"
#include "pipeline/spending_report.h"

namespace drp::pipeline {
namespace {

template <class Record>
void visit_lines(const std::filesystem::path& path, const std::function<void(Record)>& visit) {
  if (!std::filesystem::exists(path)) return;
  LineReader reader(path);
  while (const auto line = reader.next()) visit(from_json_line<Record>(*line, reader.where()));
}

// Rows of the data set: for our own trainer where there was one, else those of the exports.
std::int64_t count_rows(const std::filesystem::path& dataset) {
  const std::filesystem::path own = dataset / "rows.jsonl";
  const std::filesystem::path path =
      std::filesystem::exists(own) ? own : dataset / "messages.jsonl";
  if (!std::filesystem::exists(path)) return 0;
  std::int64_t rows = 0;
  LineReader reader(path);
  while (reader.next()) ++rows;
  return rows;
}

}  // namespace

// The logs of one run that exist; pooled ids get the run's name in front.
struct ReportSource::RunFiles {
  std::filesystem::path root;
  std::string prefix;
  std::map<std::string, std::unique_ptr<RecordLog>> logs;

  const RecordLog* log(const std::string& name, std::string_view kind) {
    auto& slot = logs[name];
    const std::filesystem::path path = root / (name + ".log.jsonl");
    if (!slot && std::filesystem::exists(path)) slot = std::make_unique<RecordLog>(path, kind);
    return slot.get();
  }
};

ReportSource::ReportSource(const std::vector<std::filesystem::path>& folders, Options options)
    : options_(std::move(options)) {
  for (const std::filesystem::path& folder : folders) {
    if (!std::filesystem::exists(folder / "manifest.json")) {
      throw Error(ErrorKind::kData, "'" + folder.string() + "' is not a run folder",
                  "give folders that `drp run` made, such as runs/demo-1");
    }
    auto files = std::make_unique<RunFiles>();
    files->root = folder;
    if (folders.size() > 1) files->prefix = folder.filename().string() + "/";
    runs_.push_back(std::move(files));
  }
}

ReportSource::~ReportSource() = default;

void ReportSource::visit_scored(const std::function<void(const Scored&)>& visit) const {
  for (const auto& run : runs_) {
    visit_lines<Scored>(run->root / "eval/scored.jsonl", [&](Scored scored) {
      if (!run->prefix.empty()) {
        scored.problem_id.insert(0, run->prefix);
        scored.tags["run"] = run->root.filename().string();
      }
      visit(scored);
    });
  }
}

void ReportSource::visit_paths(
    const std::function<void(const report::PrunedExample&)>& visit) const {
  for (const auto& run : runs_) {
    const RecordLog* problems = run->log("problems", "problems");
    const RecordLog* traces = run->log("traces.0", "traces");
    const RecordLog* plans = run->log("plans.0", "plans");
    const RecordLog* paths = run->log("paths.0", "paths");
    if (problems == nullptr || traces == nullptr || paths == nullptr) continue;
    paths->visit_keys([&](const std::string& key) {
      report::PrunedExample example;
      const auto path = paths->get<PrunedPath>(key);
      const auto trace = traces->get<Trace>(path->trace_id);
      const auto problem = problems->get<Problem>("train:" + path->problem_id);
      if (!trace || !problem) return;  // of an earlier problem set
      example.path = *path;
      example.trace = *trace;
      example.trace.id.insert(0, run->prefix);
      example.problem = *problem;
      if (plans != nullptr) {
        if (const auto outcome = plans->get<PlanOutcome>(path->trace_id)) {
          example.plan = outcome->plan;
        }
      }
      visit(example);
    });
  }
}

void ReportSource::visit_held_out(
    const std::function<void(const report::HeldOutExample&)>& visit) const {
  for (const auto& run : runs_) {
    const RecordLog* problems = run->log("problems", "problems");
    if (problems == nullptr) continue;
    report::HeldOutExample example;
    std::string problem_id;
    visit_lines<Scored>(run->root / "eval/scored.jsonl", [&](Scored scored) {
      if (problem_id != scored.problem_id) {
        if (!example.responses.empty()) visit(example);
        example.responses.clear();
        problem_id = scored.problem_id;
        const auto problem = problems->get<Problem>("test:" + problem_id);
        example.problem = problem ? *problem : Problem{};
        example.problem.id = run->prefix + problem_id;
        if (!run->prefix.empty()) example.problem.tags["run"] = run->root.filename().string();
      }
      const RecordLog* traces = run->log("eval/" + scored.arm, "traces");
      const std::string id = scored.problem_id + "/" + std::to_string(scored.sample);
      const auto trace = traces == nullptr ? std::nullopt : traces->get<Trace>(id);
      if (trace) example.responses.push_back({std::move(scored), *trace});
    });
    if (!example.responses.empty()) visit(example);
  }
}

std::vector<TrainingEvent> ReportSource::training() const {
  std::vector<TrainingEvent> events;
  if (runs_.size() > 1) return events;  // each has its own
  visit_lines<TrainingEvent>(runs_.front()->root / "training.jsonl",
                             [&](const TrainingEvent& event) { events.push_back(event); });
  return events;
}

std::optional<Learnability> ReportSource::learnability() const {
  std::vector<PathLikelihood> paths;
  visit_likelihoods([&](const PathLikelihood& path) { paths.push_back(path); });
  if (paths.empty()) return std::nullopt;
  return evaluate::summarise_likelihoods(paths);
}

void ReportSource::visit_likelihoods(
    const std::function<void(const PathLikelihood&)>& visit) const {
  for (const auto& run : runs_)
    visit_lines<PathLikelihood>(run->root / "eval/likelihoods.jsonl", visit);
}

std::vector<report::RejectionCount> ReportSource::curate_rejections() const {
  std::map<std::string, report::RejectionCount> counts;
  for (const auto& run : runs_) {
    visit_lines<PrunedPath>(run->root / "dataset/left_out.jsonl", [&](const PrunedPath& path) {
      auto& count = counts[std::string(enum_name(path.rejection->reason))];
      count.stage = "curate";
      count.reason = path.rejection->reason;
      ++count.count;
    });
  }
  std::vector<report::RejectionCount> all;
  all.reserve(counts.size());
  for (const auto& [name, count] : counts) all.push_back(count);
  return all;
}

std::vector<report::FlowCount> ReportSource::flow() const {
  std::int64_t problems = 0;
  std::int64_t traces = 0;
  std::int64_t planned = 0;
  std::int64_t from_wrong = 0;
  std::int64_t accepted = 0;
  std::int64_t rows = 0;
  visit_paths([&](const report::PrunedExample& example) {
    ++traces;
    planned += example.plan ? 1 : 0;
    from_wrong += example.plan && example.plan->corrected == Corrected::kAnswer ? 1 : 0;
    accepted += example.path.accepted() ? 1 : 0;
  });
  for (const auto& run : runs_) {
    if (const RecordLog* log = run->log("problems", "problems")) {
      log->visit_keys(
          [&](const std::string& key) { problems += key.starts_with("train:") ? 1 : 0; });
    }
    rows += count_rows(run->root / "dataset");
  }
  return {{"training problems", problems},
          {"traces", traces},
          {from_wrong > 0 ? "right and complete, or corrected" : "right and complete", planned},
          {"accepted paths", accepted},
          {"training rows", rows}};
}

report::ReportInputs ReportSource::inputs() {
  report::ReportInputs inputs;
  inputs.title = options_.title;
  inputs.facts = options_.facts;
  inputs.length_unit = options_.length_unit;
  inputs.options.examples_max = options_.examples_max;
  inputs.options.seed = options_.seed;
  if (!options_.plotly_js.empty()) inputs.options.plotly_js = options_.plotly_js;
  evaluate::Evaluator evaluator;
  std::int64_t scored = 0;
  visit_scored([&](const Scored& row) {
    evaluator.add(row);
    ++scored;
  });
  if (scored > 0) {
    evaluate::EvaluateOptions options;
    options.seed = options_.seed;
    if (runs_.size() > 1) options.tags.insert(options.tags.begin(), "run");
    inputs.evaluation = evaluator.summarise(options);
    inputs.scored = [this](const auto& visit) { visit_scored(visit); };
    inputs.held_out = [this](const auto& visit) { visit_held_out(visit); };
  }
  inputs.paths = [this](const auto& visit) { visit_paths(visit); };
  inputs.flow = flow();
  inputs.rejections = curate_rejections();
  inputs.training = training();
  inputs.learnability = learnability();
  inputs.likelihoods = [this](const auto& visit) { visit_likelihoods(visit); };
  std::vector<std::filesystem::path> folders;
  for (const auto& run : runs_) folders.push_back(run->root);
  inputs.spending = spending_for_report(folders, options_.budget);
  inputs.token_limit = options_.token_limit;
  if (inputs.evaluation && inputs.evaluation->arms.size() == 1) {
    const bool rows = count_rows(runs_.front()->root / "dataset") > 0;
    inputs.warnings.push_back(
        rows
            ? "Only the base student was evaluated: it is trained on another machine, and no tuned "
              "one was named (evaluate.tuned_model)."
            : "Nothing was trained: no right trace became a training row, so only the base student "
              "was evaluated.");
  }
  return inputs;
}

}  // namespace drp::pipeline
