// SPDX-License-Identifier: Apache-2.0
#include "base/check.h"
#include "base/file.h"
#include "base/fingerprint.h"
#include "base/text.h"
#include "curate/curate.h"
#include "curate/export_rows.h"
#include "pipeline/stage.h"
#include "sample/sample.h"

namespace drp::pipeline {
namespace {

curate::Select select_of(const std::string& name) {
  if (name == "first") return curate::Select::kFirst;
  if (name == "all") return curate::Select::kAll;
  return curate::Select::kShortest;
}

curate::CurateOptions curate_options(const Recipe& recipe) {
  curate::CurateOptions options;
  options.select = select_of(recipe.curate.select);
  options.tokens_max = recipe.curate.tokens_max;
  options.near_duplicate = recipe.curate.near_duplicate;
  options.validation = recipe.curate.validation;
  options.seed = static_cast<std::uint64_t>(recipe.run.seed);
  options.system = recipe.student.system;
  options.prompt = recipe.student.prompt;
  options.response_prefix = recipe.student.response_prefix;
  return options;
}

// The files that curate publishes together: rows for our trainer, rows of the same traces unpruned,
// what was left out and why, and the data sets for other trainers.
class CuratedFiles {
 public:
  explicit CuratedFiles(const std::filesystem::path& folder)
      : exporter_(folder),
        rows_(folder / "rows.jsonl"),
        control_(folder / "control.jsonl"),
        left_out_(folder / "left_out.jsonl") {}

  void add(const TrainingRow& row, const TrainingRow& control, const Recipe& recipe) {
    const std::string line = to_json_line(row) + "\n";
    rows_.write(line);
    output_.add(line);
    control_.write(to_json_line(control) + "\n");
    exporter_.add({row.id, recipe.student.system, row.question,
                   recipe.student.response_prefix + row.response,
                   static_cast<std::int64_t>(control.response_ids.size()),
                   static_cast<std::int64_t>(row.response_ids.size())});
    ++count_;
  }
  void leave_out(PrunedPath path, Rejection rejection) {
    path.rejection = std::move(rejection);
    left_out_.write(to_json_line(path) + "\n");
  }
  std::int64_t count() const { return count_; }
  std::string publish() {
    exporter_.publish();
    rows_.publish();
    control_.publish();
    left_out_.publish();
    return output_.hex();
  }

 private:
  curate::RowExporter exporter_;
  AtomicFile rows_;
  AtomicFile control_;
  AtomicFile left_out_;
  Fingerprint output_;
  std::int64_t count_ = 0;
};

std::vector<PrunedPath> paths_of(Run& run, const std::string& problem_id) {
  RecordLog& log = run.log("paths.0", "paths");
  std::vector<PrunedPath> paths;
  for (std::int64_t sample = 0; sample < run.recipe().sample.samples; ++sample) {
    if (auto path = log.get<PrunedPath>(sample::trace_id(problem_id, sample))) {
      paths.push_back(*std::move(path));
    }
  }
  return paths;
}

// The same row with the student's whole trace as its target.
TrainingRow control_row(Run& run, const TrainingRow& row) {
  const auto trace = run.log("traces.0", "traces").get<Trace>(row.id);
  DRP_CHECK(trace.has_value(), "a path without its trace");
  TrainingRow control = row;
  control.response = trace->response;
  const llm::Tokenizer& tokenizer = run.student().tokenizer();
  control.response_ids = tokenizer.tokenize(control.response, llm::ControlText::kPlain);
  control.response_ids.push_back(tokenizer.end_token());
  return control;
}

}  // namespace

Inputs curate_inputs(Run& run) {
  Inputs inputs = recipe_inputs(run, "curate.");
  inputs.merge(run.model_inputs({}));
  inputs["run.seed"] = std::to_string(run.recipe().run.seed);
  inputs["prune"] = output_of(run, "prune");
  inputs["problems"] = output_of(run, "problems");
  return inputs;
}

std::string curate_work(Run& run) {
  const Recipe& recipe = run.recipe();
  curate::Curator curator(run.student().tokenizer(), curate_options(recipe));
  run.visit_problem_ids("test", [&](const std::string& id) {
    curator.add_held_out(run.problem("test", id).question);
  });
  CuratedFiles files(run.folder().file("dataset"));
  Progress& progress = run.services().progress;
  progress.begin("curate", run.problem_count("train"));
  std::int64_t done = 0;
  const std::int64_t rows_max = recipe.curate.rows_max;
  run.visit_problem_ids("train", [&](const std::string& id) {
    run.services().stop.check();
    std::vector<PrunedPath> paths = paths_of(run, id);
    const auto chosen = curate::select_paths(paths, select_of(recipe.curate.select));
    for (std::size_t i = 0; i < paths.size(); ++i) {
      if (!paths[i].accepted()) continue;  // its reason stands in the paths log
      if (std::find(chosen.begin(), chosen.end(), i) == chosen.end() ||
          (rows_max > 0 && files.count() >= rows_max)) {
        files.leave_out(paths[i], {Reason::kNotSelected, ""});
        continue;
      }
      const auto row = curator.make_row(run.problem("train", id), paths[i]);
      if (row) {
        files.add(*row, control_row(run, *row), recipe);
      } else {
        files.leave_out(paths[i], row.error());
      }
    }
    progress.update(++done, format_count(files.count()) + " rows");
  });
  progress.end(format_count(files.count()) + " rows");
  return files.publish();
}

}  // namespace drp::pipeline
