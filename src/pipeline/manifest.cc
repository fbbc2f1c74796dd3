// SPDX-License-Identifier: Apache-2.0
#include "pipeline/manifest.h"

#include <nlohmann/json.hpp>

#include "base/check.h"
#include "base/error.h"
#include "base/file.h"
#include "base/fingerprint.h"

namespace drp::pipeline {
namespace {

using Json = nlohmann::ordered_json;

constexpr std::size_t kHashDigits = 64;
constexpr std::size_t kShownMax = 48;

}  // namespace

std::string shown_input(const std::string& value) {
  if (value.empty()) return "(empty)";
  if (value.size() == kHashDigits && value.find_first_not_of("0123456789abcdef") == value.npos) {
    return value.substr(0, 12);
  }
  return value.size() <= kShownMax ? value : value.substr(0, kShownMax) + "...";
}

std::vector<std::string> differences(const Inputs& before, const Inputs& now) {
  std::vector<std::string> lines;
  for (const auto& [name, value] : now) {
    const auto old = before.find(name);
    if (old == before.end()) {
      lines.push_back(name + ": new, " + shown_input(value));
    } else if (old->second != value) {
      lines.push_back(name + ": " + shown_input(old->second) + " -> " + shown_input(value));
    }
  }
  for (const auto& [name, value] : before) {
    if (!now.contains(name)) lines.push_back(name + ": gone, was " + shown_input(value));
  }
  return lines;
}

std::string fingerprint(const Inputs& inputs) {
  Fingerprint print;
  for (const auto& [name, value] : inputs) print.add(name).add(value);
  return print.hex();
}

Manifest::Manifest(std::filesystem::path path) : path_(std::move(path)) {
  if (!std::filesystem::exists(path_)) return;
  const Json json = Json::parse(read_file(path_), nullptr, false);
  try {
    if (json.at("drp_manifest") != 1) throw std::out_of_range("version");
    for (const auto& [stage, item] : json.at("stages").items()) {
      Entry& entry = entries_[stage];
      entry.inputs = item.at("inputs").get<Inputs>();
      entry.finished = item.at("finished").get<bool>();
      entry.output = item.at("output").get<std::string>();
    }
  } catch (const std::exception&) {
    throw Error(ErrorKind::kData, "'" + path_.string() + "' is not a manifest of version 1",
                "use another run.folder, or the program version that wrote this one");
  }
}

const Manifest::Entry* Manifest::find(const std::string& stage) const {
  const auto found = entries_.find(stage);
  return found == entries_.end() ? nullptr : &found->second;
}

void Manifest::begin(const std::string& stage, Inputs inputs) {
  entries_[stage] = {std::move(inputs), false, {}};
  save();
}

void Manifest::finish(const std::string& stage, std::string output) {
  const auto found = entries_.find(stage);
  DRP_CHECK(found != entries_.end(), "a stage ends that never began");
  found->second.finished = true;
  found->second.output = std::move(output);
  save();
}

void Manifest::take_over(const std::string& stage, Entry entry) {
  entries_[stage] = std::move(entry);
  save();
}

void Manifest::save() const {
  Json json = {{"drp_manifest", 1}, {"program", DRP_VERSION}, {"stages", Json::object()}};
  for (const auto& [stage, entry] : entries_) {
    json["stages"][stage] = {
        {"finished", entry.finished}, {"output", entry.output}, {"inputs", entry.inputs}};
  }
  write_file_atomic(path_, json.dump(1) + "\n");
}

}  // namespace drp::pipeline
