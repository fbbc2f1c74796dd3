// SPDX-License-Identifier: Apache-2.0
#include "train/checkpoint.h"

#include <cstdio>
#include <cstring>
#include <utility>

#include "base/error.h"
#include "base/file.h"
#include "base/text.h"
#include "model_files/safetensors.h"

namespace drp::train {
namespace {

using model_files::NamedArray;
using model_files::SafetensorsFile;

constexpr std::string_view kFile = "state.safetensors";
constexpr std::string_view kVersion = "1";
constexpr std::string_view kJobPrefix = "job.";
constexpr const char* kAnotherJob =
    "remove the checkpoint folder to train from the start, or restore the old value";

// A double that reads back to the same bits.
std::string exact(double value) {
  char text[40];
  const int size = std::snprintf(text, sizeof text, "%a", value);
  return std::string(text, static_cast<std::size_t>(size));
}

class StateReader {
 public:
  StateReader(std::filesystem::path path, SafetensorsFile file)
      : path_(std::move(path)), file_(std::move(file)) {}

  bool has(const std::string& key) const { return file_.metadata.contains(key); }
  const auto& texts() const { return file_.metadata; }
  const std::string& text(const std::string& key) const {
    const auto found = file_.metadata.find(key);
    if (found == file_.metadata.end()) fail("lacks '" + key + "'");
    return found->second;
  }
  std::int64_t integer(const std::string& key) const {
    const auto value = parse_int(text(key));
    if (!value) fail("has no number under '" + key + "'");
    return *value;
  }
  double real(const std::string& key) const {
    const std::string& value = text(key);
    char* end = nullptr;
    const double number =
        std::strtod(value.c_str(), &end);  // "%a" holds no decimal point to localise
    if (value.empty() || *end != '\0') fail("has no number under '" + key + "'");
    return number;
  }
  std::vector<float> array(const std::string& name) const {
    const NamedArray* found = file_.find(name);
    if (found == nullptr) fail("lacks the array '" + name + "'");
    return found->values;
  }
  [[noreturn]] void fail(const std::string& reason) const {
    throw Error(ErrorKind::kModel, "checkpoint '" + path_.string() + "' " + reason,
                "remove it to train from the start");
  }

 private:
  std::filesystem::path path_;
  SafetensorsFile file_;
};

NamedArray flat(const std::string& name, const std::vector<float>& values) {
  return {name, {static_cast<std::int64_t>(values.size())}, values};
}

void check_identity(const StateReader& reader, const std::filesystem::path& path,
                    const JobIdentity& identity) {
  for (const auto& [name, value] : identity) {
    const std::string key = std::string(kJobPrefix) + name;
    if (reader.has(key) && reader.text(key) == value) continue;
    throw Error(ErrorKind::kConfig,
                "checkpoint '" + path.string() + "' is of another training: " + name + " was " +
                    (reader.has(key) ? reader.text(key) : "unset") + ", now " + value,
                kAnotherJob);
  }
  for (const auto& [key, value] : reader.texts()) {
    if (!key.starts_with(kJobPrefix) || identity.contains(key.substr(kJobPrefix.size()))) continue;
    throw Error(ErrorKind::kConfig,
                "checkpoint '" + path.string() + "' is of another training: " +
                    key.substr(kJobPrefix.size()) + " was " + value + ", now unset",
                kAnotherJob);
  }
}

}  // namespace

void save_checkpoint(const std::filesystem::path& folder, const TrainState& state,
                     const JobIdentity& identity) {
  SafetensorsFile file;
  auto& data = file.metadata;
  data["version"] = kVersion;
  data["step"] = std::to_string(state.step);
  data["pass"] = std::to_string(state.pass);
  data["best_step"] = std::to_string(state.best_step);
  data["stalled_validations"] = std::to_string(state.stalled_validations);
  data["stopped_early"] = state.stopped_early ? "1" : "0";
  data["epoch_nll"] = exact(state.epoch_nll);
  data["epoch_tokens"] = std::to_string(state.epoch_tokens);
  data["last_epoch_loss"] = exact(state.last_epoch_loss);
  data["precision"] = enum_name(state.precision);
  if (state.best_loss) data["best_loss"] = exact(*state.best_loss);
  if (state.first_validation_loss) {
    data["first_validation_loss"] = exact(*state.first_validation_loss);
  }
  for (const auto& [name, value] : identity) data[std::string(kJobPrefix) + name] = value;
  file.arrays = {flat("parameters", state.parameters), flat("first_moment", state.first_moment),
                 flat("second_moment", state.second_moment)};
  if (state.best_loss) file.arrays.push_back(flat("best_parameters", state.best_parameters));
  make_folder(folder);
  write_safetensors(folder / kFile, file);
}

std::optional<TrainState> load_checkpoint(const std::filesystem::path& folder,
                                          const JobIdentity& identity) {
  const std::filesystem::path path = folder / kFile;
  if (!std::filesystem::exists(path)) return std::nullopt;
  const StateReader reader(path, model_files::read_safetensors(path));
  if (reader.text("version") != kVersion) {
    reader.fail("has version " + reader.text("version") + "; this program reads version " +
                std::string(kVersion));
  }
  check_identity(reader, path, identity);
  TrainState state;
  state.step = reader.integer("step");
  state.pass = reader.integer("pass");
  state.best_step = reader.integer("best_step");
  state.stalled_validations = reader.integer("stalled_validations");
  state.stopped_early = reader.text("stopped_early") == "1";
  state.epoch_nll = reader.real("epoch_nll");
  state.epoch_tokens = reader.integer("epoch_tokens");
  state.last_epoch_loss = reader.real("last_epoch_loss");
  if (!enum_parse(reader.text("precision"), state.precision)) {
    reader.fail("has the unknown precision '" + reader.text("precision") + "'");
  }
  if (reader.has("best_loss")) {
    state.best_loss = reader.real("best_loss");
    state.best_parameters = reader.array("best_parameters");
  }
  if (reader.has("first_validation_loss")) {
    state.first_validation_loss = reader.real("first_validation_loss");
  }
  state.parameters = reader.array("parameters");
  state.first_moment = reader.array("first_moment");
  state.second_moment = reader.array("second_moment");
  return state;
}

}  // namespace drp::train
