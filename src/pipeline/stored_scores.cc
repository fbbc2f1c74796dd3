// SPDX-License-Identifier: Apache-2.0
#include "pipeline/stored_scores.h"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "base/error.h"
#include "base/file.h"
#include "pipeline/evaluate_files.h"
#include "pipeline/manifest.h"
#include "records/json_line.h"

namespace drp::pipeline {

StoredScores::StoredScores(std::filesystem::path folder) : folder_(std::move(folder)) {
  for (const char* name : {"eval/scored.jsonl", "scored.jsonl"}) {
    if (file_.empty() && std::filesystem::exists(folder_ / name)) file_ = folder_ / name;
  }
  if (file_.empty()) {
    throw Error(ErrorKind::kData, "'" + folder_.string() + "' holds no graded responses",
                "give a run folder whose stage evaluate is done, one that `drp evaluate --traces "
                "FILE -o FOLDER` made, or files of responses");
  }
}

std::vector<std::string> StoredScores::arms() const {
  std::vector<std::string> arms;
  LineReader reader(file_);
  while (const auto line = reader.next()) {
    const auto scored = from_json_line<Scored>(*line, reader.where());
    if (std::find(arms.begin(), arms.end(), scored.arm) == arms.end()) arms.push_back(scored.arm);
  }
  return arms;
}

void StoredScores::visit(const std::string& arm, const std::function<void(Scored&&)>& visit) const {
  LineReader reader(file_);
  while (const auto line = reader.next()) {
    auto scored = from_json_line<Scored>(*line, reader.where());
    if (scored.arm == arm) visit(std::move(scored));
  }
}

std::string StoredScores::length_unit() const {
  const auto settings = this->settings();
  const auto count = settings.find("count");
  return count != settings.end() && count->second == "characters" ? "characters" : "tokens";
}

std::map<std::string, std::string> StoredScores::settings() const {
  std::map<std::string, std::string> settings;
  const std::filesystem::path own = folder_ / kEvaluationSettings;
  if (std::filesystem::exists(own)) {
    const auto json = nlohmann::json::parse(read_file(own), nullptr, false);
    if (json.is_object()) {
      for (const auto& [name, value] : json.items()) {
        if (value.is_string()) settings[name] = value.get<std::string>();
      }
    }
  }
  const std::filesystem::path manifest = folder_ / "manifest.json";
  if (!std::filesystem::exists(manifest)) return settings;
  const Manifest stages(manifest);
  if (const Manifest::Entry* entry = stages.find("evaluate")) {
    settings.insert(entry->inputs.begin(), entry->inputs.end());
  }
  return settings;
}

}  // namespace drp::pipeline
