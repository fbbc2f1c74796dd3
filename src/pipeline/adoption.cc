// SPDX-License-Identifier: Apache-2.0
#include "pipeline/adoption.h"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "base/error.h"
#include "base/file.h"
#include "base/text.h"
#include "model_files/merge.h"
#include "pipeline/external_training.h"

namespace drp::pipeline {
namespace {

using Json = nlohmann::ordered_json;

constexpr const char* kAdoptedFile = "adopted.json";

void write_adopted(Run& run, const Adopted& adopted) {
  Json json = {{"drp_external_training", 1}, {"identity", adopted.identity}};
  if (!adopted.adapter.empty()) {
    json["adapter"] = adopted.adapter;
  } else {
    json["endpoint"] = {{"url", adopted.urls}, {"model", adopted.model}};
  }
  write_file_atomic(run.folder().file(kAdoptedFile), json.dump(2) + "\n");
}

void check_waits(Run& run) {
  if (run.recipe().train.kind != "external") {
    throw Error(ErrorKind::kConfig,
                "the recipe of '" + run.folder().root().string() + "' has train.kind " +
                    run.recipe().train.kind + ", so the run trains by itself",
                "write `train: external` into its recipe");
  }
}

// `adapter` is empty for what is served.
void check_identity(Run& run, const std::string& name, const std::filesystem::path& adapter,
                    AdoptCheck check) {
  if (check == AdoptCheck::kTrust) return;
  const std::optional<Inputs> trained = exported_identity(run, adapter);
  if (!trained) {
    throw Error(ErrorKind::kData,
                "nothing says what '" + name + "' was trained on: " +
                    (adapter.empty() ? "" : "there is no drp_export.json beside it, and ") +
                    "nothing was exported from this run",
                "train what `drp export RUN --for ...` writes, or say --trust");
  }
  const std::vector<std::string> other = differences(*trained, external_identity(run));
  if (other.empty()) return;
  throw Error(ErrorKind::kData,
              "'" + name + "' was trained on something else: " + join(other, "; "),
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

// What an earlier adoption or a training here left.
void remove_tuned(Run& run) {
  for (const char* stale : {kAdoptedFile, "training.jsonl", "adapter.gguf", "adapter"}) {
    std::error_code ignored;  // most are not there
    std::filesystem::remove_all(run.folder().file(stale), ignored);
  }
}

using Models = std::vector<llm::ServedModel>;

const llm::ServedModel* find(const Models& models, const std::string& id) {
  const auto found = std::find_if(models.begin(), models.end(),
                                  [&id](const llm::ServedModel& model) { return model.id == id; });
  return found == models.end() ? nullptr : &*found;
}

std::string names_of(const Models& models) {
  constexpr std::size_t kShown = 8;
  std::vector<std::string> names;
  for (const llm::ServedModel& model : models) {
    if (names.size() == kShown) {
      names.emplace_back("...");
      break;
    }
    names.push_back(model.id);
  }
  return names.empty() ? "nothing" : join(names, ", ");
}

// A model may be served under several names, all loaded from one root.
bool same_model(const Models& models, const std::string& one, const std::string& other) {
  if (one == other) return true;
  const llm::ServedModel* first = find(models, one);
  const llm::ServedModel* second = find(models, other);
  return first != nullptr && second != nullptr && !first->root.empty() &&
         first->root == second->root;
}

void check_listed(Run& run, const Models& models, const ServedStudent& student, AdoptCheck check) {
  const llm::ServedModel* tuned = find(models, student.model);
  if (tuned == nullptr) {
    throw Error(
        ErrorKind::kConfig,
        "the endpoint does not list '" + student.model + "', only " + names_of(models),
        "serve it there (vLLM: --enable-lora --lora-modules NAME=FOLDER), or give its name");
  }
  const std::string& base = run.recipe().student.endpoint.model;
  const std::vector<std::string>& urls = run.recipe().student.endpoint.url;
  const bool beside_base =
      run.at_endpoint() &&
      (student.urls.empty() || std::find(urls.begin(), urls.end(), student.urls[0]) != urls.end());
  if (check == AdoptCheck::kTrust || !beside_base || tuned->parent.empty()) return;
  if (same_model(models, tuned->parent, base)) return;
  throw Error(ErrorKind::kModel,
              "the endpoint says that '" + student.model + "' lies on '" + tuned->parent +
                  "', and the run's student is '" + base + "'",
              "serve it on the run's student, or say --trust");
}

void check_name(Run& run, const ServedStudent& student) {
  const auto& base = run.recipe().student.endpoint;
  if (run.at_endpoint() && student.model == base.model &&
      (student.urls.empty() || student.urls == base.url)) {
    throw Error(ErrorKind::kConfig, "'" + student.model + "' is the run's own base student",
                "give the name of the tuned one with --model");
  }
  const std::string& named = run.recipe().evaluate.tuned_model;
  if (!named.empty() && named != student.model) {
    throw Error(ErrorKind::kConfig,
                "the recipe names another tuned student: evaluate.tuned_model is '" + named + "'",
                "leave that key out, or adopt the same name");
  }
}

// Two adoptions of one name on other rows are two students.
std::string served_fingerprint(const Adopted& adopted) {
  Inputs inputs = adopted.identity;
  inputs["served"] = adopted.model;
  return fingerprint(inputs);
}

std::string next_step(Run& run) {
  const std::string root = run.folder().root().string();
  return "drp export " + root +
         " --for llamafactory -o FOLDER (or trl, axolotl), train there, then drp adopt "
         "FOLDER/output --run " +
         root + ", or drp adopt URL --model NAME --run " + root + ", and run again";
}

}  // namespace

AdoptResult adopt_adapter(Run& run, const std::filesystem::path& given, AdoptCheck check) {
  check_waits(run);
  const std::filesystem::path place = adapter_place(given);
  check_identity(run, place.string(), place, check);
  const model_files::ModelShape shape =
      model_files::read_model_shape(model_files::GgufFile(run.model_file()));
  const model_files::LoraAdapter adapter = model_files::read_adapter(place, shape);
  const std::filesystem::path file = run.folder().file("adapter.gguf");
  Adopted adopted;
  adopted.identity = external_identity(run);
  remove_tuned(run);
  model_files::write_gguf_lora(file, adapter, run.recipe().student.model);
  model_files::PeftOptions peft;
  peft.base_model = run.recipe().student.model;
  model_files::write_peft_folder(run.folder().file("adapter"), adapter, shape, peft);
  adopted.adapter = run.file_hash(file);
  write_adopted(run, adopted);
  return {static_cast<std::int64_t>(adapter.pairs.size()), adapter.pairs.front().rank};
}

void adopt_served(Run& run, const ServedStudent& student, AdoptCheck check) {
  check_waits(run);
  check_name(run, student);
  for (const auto& models : student.listed) {
    if (models) {
      check_listed(run, *models, student, check);
    } else {
      run.services().progress.warn(
          "adopt: the service lists no models, so nobody knows yet that "
          "it serves '" +
          student.model + "'");
    }
  }
  check_identity(run, student.model, {}, check);
  const Inputs identity = external_identity(run);
  remove_tuned(run);
  write_adopted(run, {identity, {}, student.urls, student.model});
}

std::optional<Adopted> read_adopted(const std::filesystem::path& run_folder) {
  const std::filesystem::path file = run_folder / kAdoptedFile;
  if (!std::filesystem::exists(file)) return std::nullopt;
  const Json json = Json::parse(read_file(file), nullptr, false);
  try {
    if (json.at("drp_external_training") != 1) throw std::out_of_range("version");
    Adopted adopted;
    adopted.identity = json.at("identity").get<Inputs>();
    if (json.contains("adapter")) {
      adopted.adapter = json.at("adapter").get<std::string>();
    } else {
      adopted.urls = json.at("endpoint").at("url").get<std::vector<std::string>>();
      adopted.model = json.at("endpoint").at("model").get<std::string>();
    }
    return adopted;
  } catch (const std::exception&) {
    throw Error(ErrorKind::kData, "'" + file.string() + "' is no record of an adoption",
                "adopt again: drp adopt ADAPTER|URL --run " + run_folder.string());
  }
}

std::string adopted_student(Run& run) {
  const std::filesystem::path file = run.folder().file("adapter.gguf");
  const std::optional<Adopted> adopted = read_adopted(run.folder().root());
  const bool missing = adopted && !adopted->adapter.empty() && !std::filesystem::exists(file);
  if (!adopted || missing) {
    throw Error(ErrorKind::kPending,
                "the recipe says train: external, and no tuned student has been adopted yet",
                next_step(run));
  }
  const std::vector<std::string> other = differences(adopted->identity, external_identity(run));
  if (!other.empty()) {
    throw Error(ErrorKind::kPending,
                "the adopted student was trained on something else: " + join(other, "; "),
                next_step(run));
  }
  if (adopted->adapter.empty()) return served_fingerprint(*adopted);
  const std::string hash = run.file_hash(file);
  if (hash != adopted->adapter) {
    throw Error(ErrorKind::kData, "'" + file.string() + "' is not the adapter that was adopted",
                "adopt it again: drp adopt ADAPTER --run " + run.folder().root().string());
  }
  return hash;
}

std::optional<Answerer> adopted_answerer(Run& run) {
  if (run.recipe().train.kind != "external") return std::nullopt;
  const std::optional<Adopted> adopted = read_adopted(run.folder().root());
  if (!adopted || !adopted->adapter.empty()) return std::nullopt;
  Answerer answerer;
  answerer.served = adopted->model;
  answerer.urls = adopted->urls;
  answerer.trained_on = served_fingerprint(*adopted);
  return answerer;
}

std::optional<std::string> adopted_input(Run& run) {
  if (run.recipe().train.kind != "external") return std::nullopt;
  const std::filesystem::path file = run.folder().file("adapter.gguf");
  const std::optional<Adopted> adopted = read_adopted(run.folder().root());
  if (adopted && adopted->adapter.empty()) return served_fingerprint(*adopted);
  if (std::filesystem::exists(file)) return run.file_hash(file);
  return std::nullopt;
}

std::optional<std::string> adoption_note(Run& run) {
  if (run.recipe().train.kind != "external") return std::nullopt;
  const std::optional<Adopted> adopted = read_adopted(run.folder().root());
  if (!adopted) {
    return "waits for what another program tunes: drp export " + run.folder().root().string() +
           " --for TOOL, then drp adopt";
  }
  if (!adopted->adapter.empty()) return "takes the adopted adapter if the rows are still its own";
  return "takes '" + adopted->model + "' at " +
         (adopted->urls.empty() ? "student.endpoint" : "its endpoint") +
         " as the tuned student if the rows are still its own";
}

}  // namespace drp::pipeline
