// SPDX-License-Identifier: Apache-2.0
#include "base/check.h"
#include "base/file.h"
#include "base/fingerprint.h"
#include "base/text.h"
#include "curate/curate.h"
#include "curate/export_rows.h"
#include "pipeline/curated_rows.h"
#include "pipeline/stage.h"

namespace drp::pipeline {
namespace {

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
  const std::string& wanted = run.recipe().curate.problems;
  if (!wanted.empty()) {
    inputs["curate.problems"] =
        std::filesystem::exists(wanted) ? run.file_hash(wanted) : "not there yet";
  }
  return inputs;
}

std::string curate_work(Run& run) {
  const Recipe& recipe = run.recipe();
  CuratedFiles files(run.folder().file("dataset"));
  Progress& progress = run.services().progress;
  progress.begin("curate", run.problem_count("train"));
  std::int64_t done = 0;
  CuratedVisitor visitor;
  visitor.wants_more = [&] {
    return recipe.curate.rows_max == 0 || files.count() < recipe.curate.rows_max;
  };
  visitor.row = [&](const TrainingRow& row) { files.add(row, control_row(run, row), recipe); };
  visitor.left_out = [&](const PrunedPath& path, const Rejection& why) {
    files.leave_out(path, why);
  };
  visitor.problem_done = [&] { progress.update(++done, format_count(files.count()) + " rows"); };
  visit_rows(run, wanted_problems(recipe), visitor);
  progress.end(format_count(files.count()) + " rows");
  return files.publish();
}

}  // namespace drp::pipeline
