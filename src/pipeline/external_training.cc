// SPDX-License-Identifier: Apache-2.0
#include "pipeline/external_training.h"

#include <nlohmann/json.hpp>

#include "base/error.h"
#include "base/file.h"
#include "base/text.h"
#include "model_files/merge.h"
#include "pipeline/stage.h"
#include "pipeline/train_job.h"

namespace drp::pipeline {
namespace {

using Json = nlohmann::ordered_json;

constexpr const char* kExportFile = "drp_export.json";      // beside what was exported
constexpr const char* kRunFile = "external_training.json";  // in the run
constexpr const char* kAdoptedFile = "adopted.json";
constexpr int kFoldersUp = 3;  // an adapter lies at most so deep in what was exported

void write_identity(const std::filesystem::path& file, const Inputs& identity,
                    const std::string& adapter = {}) {
  Json json = {{"drp_external_training", 1}, {"identity", identity}};
  if (!adapter.empty()) json["adapter"] = adapter;
  write_file_atomic(file, json.dump(2) + "\n");
}

struct Identity {
  Inputs identity;
  std::string adapter;
};

std::optional<Identity> read_identity(const std::filesystem::path& file) {
  if (!std::filesystem::exists(file)) return std::nullopt;
  const Json json = Json::parse(read_file(file), nullptr, false);
  try {
    if (json.at("drp_external_training") != 1) throw std::out_of_range("version");
    return Identity{json.at("identity").get<Inputs>(), json.value("adapter", "")};
  } catch (const std::exception&) {
    throw Error(ErrorKind::kData, "'" + file.string() + "' is no drp export of version 1",
                "export again: drp export RUN --for ... -o FOLDER");
  }
}

// The record of the export that an adapter came out of: in its folder or above it.
std::optional<Identity> identity_beside(const std::filesystem::path& adapter) {
  std::filesystem::path folder = std::filesystem::absolute(adapter).lexically_normal();
  for (int i = 0; i <= kFoldersUp && !folder.empty(); ++i) {
    if (auto found = read_identity(folder / kExportFile)) return found;
    if (folder == folder.parent_path()) break;
    folder = folder.parent_path();
  }
  return std::nullopt;
}

void check_identity(Run& run, const std::filesystem::path& adapter, AdoptCheck check) {
  if (check == AdoptCheck::kTrust) return;
  std::optional<Identity> trained = identity_beside(adapter);
  if (!trained) trained = read_identity(run.folder().file(kRunFile));
  if (!trained) {
    throw Error(ErrorKind::kData,
                "nothing says what '" + adapter.string() + "' was trained on: there is no " +
                    kExportFile + " beside it, and nothing was exported from this run",
                "train what `drp export RUN --for ...` writes, or say --trust");
  }
  const std::vector<std::string> other = differences(trained->identity, external_identity(run));
  if (other.empty()) return;
  throw Error(ErrorKind::kData,
              "'" + adapter.string() + "' was trained on something else: " + join(other, "; "),
              "export the run again and train on that, or say --trust");
}

std::filesystem::path adapter_place(const std::filesystem::path& given) {
  if (!std::filesystem::is_directory(given)) return given;
  for (const std::filesystem::path& place : {given, given / "output"}) {
    if (std::filesystem::exists(place / "adapter_config.json")) return place;
  }
  throw Error(ErrorKind::kData, "'" + given.string() + "' holds no adapter_config.json",
              "give the PEFT folder that the training wrote, or a GGUF adapter");
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
  return identity;
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

AdoptResult adopt_adapter(Run& run, const std::filesystem::path& given, AdoptCheck check) {
  if (run.recipe().train.kind != "external") {
    throw Error(ErrorKind::kConfig,
                "the recipe of '" + run.folder().root().string() + "' has train.kind " +
                    run.recipe().train.kind + ", so the run trains by itself",
                "write `train: external` into its recipe");
  }
  const std::filesystem::path place = adapter_place(given);
  check_identity(run, place, check);
  const model_files::ModelShape shape =
      model_files::read_model_shape(model_files::GgufFile(run.model_file()));
  const model_files::LoraAdapter adapter = model_files::read_adapter(place, shape);
  const std::filesystem::path file = run.folder().file("adapter.gguf");
  std::error_code none;
  std::filesystem::remove(run.folder().file(kAdoptedFile), none);
  std::filesystem::remove(run.folder().file("training.jsonl"), none);  // of a training here
  model_files::write_gguf_lora(file, adapter, run.recipe().student.model);
  model_files::PeftOptions peft;
  peft.base_model = run.recipe().student.model;
  model_files::write_peft_folder(run.folder().file("adapter"), adapter, shape, peft);
  write_identity(run.folder().file(kAdoptedFile), external_identity(run), run.file_hash(file));
  return {static_cast<std::int64_t>(adapter.pairs.size()), adapter.pairs.front().rank};
}

std::string adopted_adapter(Run& run) {
  const std::string root = run.folder().root().string();
  const std::string next = "drp export " + root +
                           " --for llamafactory -o FOLDER (or trl, axolotl), train there, then drp "
                           "adopt FOLDER/output --run " +
                           root + " and run again";
  const std::filesystem::path file = run.folder().file("adapter.gguf");
  const auto adopted = read_identity(run.folder().file(kAdoptedFile));
  if (!adopted || !std::filesystem::exists(file)) {
    throw Error(ErrorKind::kPending,
                "the recipe says train: external, and no adapter has been adopted yet", next);
  }
  const std::vector<std::string> other = differences(adopted->identity, external_identity(run));
  if (!other.empty()) {
    throw Error(ErrorKind::kPending,
                "the adopted adapter was trained on something else: " + join(other, "; "), next);
  }
  const std::string hash = run.file_hash(file);
  if (hash != adopted->adapter) {
    throw Error(ErrorKind::kData, "'" + file.string() + "' is not the adapter that was adopted",
                "adopt it again: drp adopt ADAPTER --run " + root);
  }
  return hash;
}

}  // namespace drp::pipeline
