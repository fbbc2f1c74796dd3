// SPDX-License-Identifier: Apache-2.0
#include "pipeline/external_training.h"

#include <nlohmann/json.hpp>

#include "base/error.h"
#include "base/file.h"
#include "base/text.h"
#include "pipeline/stage.h"
#include "pipeline/train_job.h"

namespace drp::pipeline {
namespace {

using Json = nlohmann::ordered_json;

constexpr const char* kExportFile = "drp_export.json";      // beside what was exported
constexpr const char* kRunFile = "external_training.json";  // in the run
constexpr int kFoldersUp = 3;  // an adapter lies at most so deep in what was exported

void write_identity(const std::filesystem::path& file, const Inputs& identity) {
  const Json json = {{"drp_external_training", 1}, {"identity", identity}};
  write_file_atomic(file, json.dump(2) + "\n");
}

std::optional<Inputs> read_identity(const std::filesystem::path& file) {
  if (!std::filesystem::exists(file)) return std::nullopt;
  const Json json = Json::parse(read_file(file), nullptr, false);
  try {
    if (json.at("drp_external_training") != 1) throw std::out_of_range("version");
    return json.at("identity").get<Inputs>();
  } catch (const std::exception&) {
    throw Error(ErrorKind::kData, "'" + file.string() + "' is no drp export of version 1",
                "export again: drp export RUN --for ... -o FOLDER");
  }
}

// The record of the export that an adapter came out of: in its folder or above it.
std::optional<Inputs> identity_beside(const std::filesystem::path& adapter) {
  std::filesystem::path folder = std::filesystem::absolute(adapter).lexically_normal();
  for (int i = 0; i <= kFoldersUp && !folder.empty(); ++i) {
    if (auto found = read_identity(folder / kExportFile)) return found;
    if (folder == folder.parent_path()) break;
    folder = folder.parent_path();
  }
  return std::nullopt;
}

train::ExternalJob external_job(Run& run, const std::string& base,
                                const ExternalExportResult& rows) {
  const train::TrainJob job = train_job(run.recipe());
  train::ExternalJob external;
  external.lora = job.lora;
  external.options = job.options;
  external.base = base;
  external.rows = rows.rows;
  external.validation = rows.validation_rows > 0;
  external.bf16 = run.recipe().train.precision != "fp32";
  return external;
}

}  // namespace

Inputs external_identity(Run& run) {
  Inputs identity = run.file_inputs(run.base_adapters());  // prompts and prefixes are in the rows
  const Manifest::Entry* curate = run.manifest().find("curate");
  if (curate == nullptr || !curate->finished) {
    throw Error(ErrorKind::kConfig,
                "the run in '" + run.folder().root().string() + "' has no training rows yet",
                "run it first: drp curate " + run.folder().file("recipe.yaml").string());
  }
  identity["curate"] = curate->output;
  if (run.at_endpoint()) identity["student.endpoint.model"] = run.recipe().student.endpoint.model;
  return identity;
}

std::optional<Inputs> exported_identity(Run& run, const std::filesystem::path& adapter) {
  std::optional<Inputs> found;
  if (!adapter.empty()) found = identity_beside(adapter);
  return found ? found : read_identity(run.folder().file(kRunFile));
}

ExternalExportResult export_training(Run& run, const ExternalExport& options) {
  const Inputs identity = external_identity(run);
  ExternalExportResult result;
  train::ExternalRows rows(options.folder, options.tool, run.student().tokenizer());
  LineReader reader(run.folder().file("dataset/rows.jsonl"));
  while (const auto line = reader.next()) {
    const auto row = from_json_line<TrainingRow>(*line, reader.where());
    if (!rows.add(row)) {
      ++result.left_out;
    } else {
      ++(row.split == Split::kTrain ? result.rows : result.validation_rows);
    }
  }
  if (result.rows == 0) {
    throw Error(ErrorKind::kData,
                "the run in '" + run.folder().root().string() + "' has no row to train on",
                "more problems or samples give more right traces");
  }
  write_external_config(options.folder, options.tool, external_job(run, options.base, result));
  rows.publish();
  write_identity(options.folder / kExportFile, identity);
  write_identity(run.folder().file(kRunFile), identity);
  return result;
}

}  // namespace drp::pipeline
