// SPDX-License-Identifier: Apache-2.0
#include "base/error.h"
#include "base/file.h"
#include "base/text.h"
#include "pipeline/adoption.h"
#include "pipeline/stage.h"
#include "pipeline/train_job.h"

namespace drp::pipeline {
namespace {

std::vector<TrainingRow> read_rows(const std::filesystem::path& path, Split split) {
  std::vector<TrainingRow> rows;
  LineReader reader(path);
  while (const auto line = reader.next()) {
    auto row = from_json_line<TrainingRow>(*line, reader.where());
    if (row.split == split) rows.push_back(std::move(row));
  }
  return rows;
}

bool has_training_row(const std::filesystem::path& path) {
  LineReader reader(path);
  while (const auto line = reader.next()) {
    if (from_json_line<TrainingRow>(*line, reader.where()).split == Split::kTrain) return true;
  }
  return false;
}

// A folder for the checkpoints of exactly this training; those of another one are removed.
std::filesystem::path checkpoint_folder(Run& run, const std::filesystem::path& folder) {
  constexpr std::size_t kDigits = 12;
  Inputs inputs = train_inputs(run);
  inputs.erase("evaluate.control");  // trained beside or not, the adapter is the same
  const std::string name = fingerprint(inputs).substr(0, kDigits);
  const std::filesystem::path all = folder / "checkpoints";
  make_folder(all);
  for (const auto& entry : std::filesystem::directory_iterator(all)) {
    std::error_code ignored;  // what cannot be removed only takes space
    if (entry.path().filename() != name) std::filesystem::remove_all(entry.path(), ignored);
  }
  return all / name;
}

// Removes what an earlier training with other rows left: no adapter is better than a stale one.
std::string train_nothing(Run& run) {
  for (const char* stale :
       {"adapter", "adapter.gguf", "model.gguf", "training.jsonl", "control", "adopted.json"}) {
    std::error_code ignored;  // most are not there
    std::filesystem::remove_all(run.folder().file(stale), ignored);
  }
  run.services().progress.info(
      "train: no row to train on, so nothing is trained; the report says where the traces went, "
      "and more problems or samples give more right ones");
  return std::string(kNothingTrained);
}

// A student at an endpoint whose weights are not here is trained where they are.
std::string train_elsewhere(Run& run) {
  run.services().progress.info(
      "train: the student's weights are not on this machine, so nothing is trained here; train "
      "on " +
      run.folder().file("dataset").string() +
      " where they are, serve the adapter at the endpoint and run again with "
      "evaluate.tuned_model=NAME");
  return std::string(kNothingTrained);
}

void train_one(Run& run, const std::string& rows_file, const std::string& output) {
  const std::filesystem::path rows_path = run.folder().file("dataset") / rows_file;
  train::TrainJob job = train_job(run.recipe());
  job.model = run.model_file();
  job.frozen_adapters = run.base_adapters();
  job.rows = read_rows(rows_path, Split::kTrain);
  job.validation = read_rows(rows_path, Split::kValidation);
  const std::filesystem::path folder = run.folder().file(output);
  make_folder(folder);
  job.checkpoint_folder = checkpoint_folder(run, folder);
  set_outputs(job, folder);
  train_with_events(job, run.services(), folder / "training.jsonl");
}

std::string train_by_others(Run& run) {
  if (run.recipe().evaluate.control) {
    throw Error(ErrorKind::kConfig,
                "evaluate.control is true, but a control cannot be trained elsewhere",
                "set evaluate.control=false");
  }
  return adopted_student(run);
}

}  // namespace

Inputs train_inputs(Run& run) {
  Inputs inputs = recipe_inputs(run, "train.");
  inputs.merge(run.model_inputs(run.base_adapters()));
  inputs["evaluate.control"] = run.recipe().evaluate.control ? "true" : "false";
  inputs["run.seed"] = std::to_string(run.recipe().run.seed);
  inputs["curate"] = output_of(run, "curate");
  if (const auto adopted = adopted_input(run)) inputs["adopted"] = *adopted;
  return inputs;
}

std::string train_work(Run& run) {
  if (!has_training_row(run.folder().file("dataset/rows.jsonl"))) return train_nothing(run);
  if (run.recipe().train.kind == "external") return train_by_others(run);
  if (!run.has_weights()) return train_elsewhere(run);
  train_one(run, "rows.jsonl", ".");
  const auto hash = [&run](const std::string& folder) {
    return run.file_hash(trained_file(run.recipe(), run.folder().file(folder)));
  };
  std::string output = hash(".");
  if (run.recipe().evaluate.control) {
    train_one(run, "control.jsonl", "control");
    output += hash("control");
  }
  return output;
}

}  // namespace drp::pipeline
