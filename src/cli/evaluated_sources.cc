// SPDX-License-Identifier: Apache-2.0
#include "cli/evaluated_sources.h"

#include <algorithm>
#include <filesystem>
#include <map>
#include <utility>

#include "base/error.h"
#include "base/text.h"
#include "pipeline/stored_scores.h"
#include "problems/trace_files.h"

namespace drp::cli {
namespace {

// The trained student of a run, else its last one, else the only one of a folder.
std::string chosen_arm(const std::vector<std::string>& arms, const std::string& wanted,
                       const std::string& folder) {
  if (wanted.empty()) {
    const bool tuned = std::find(arms.begin(), arms.end(), "tuned") != arms.end();
    return tuned ? "tuned" : arms.back();
  }
  if (std::find(arms.begin(), arms.end(), wanted) != arms.end()) return wanted;
  throw Error(ErrorKind::kUsage, "'" + folder + "' has no student '" + wanted + "'",
              "it has " + join(arms, ", "));
}

std::string default_name(const std::filesystem::path& path) {
  const std::filesystem::path plain = path.has_filename() ? path : path.parent_path();
  return plain.stem().empty() ? plain.string() : plain.stem().string();
}

std::string parent_name(const std::filesystem::path& path) {
  return std::filesystem::absolute(path).parent_path().filename().string();
}

EvaluatedSource parse_source(const std::string& source) {
  EvaluatedSource parsed;
  pipeline::EvaluatedInput& input = parsed.input;
  input.path = source;
  const std::size_t equals = source.find('=');
  if (equals != std::string::npos && !std::filesystem::exists(source)) {
    input.arm = source.substr(0, equals);
    input.path = source.substr(equals + 1);
  }
  const std::size_t colon = input.path.rfind(':');
  if (colon != std::string::npos && !std::filesystem::exists(input.path)) {
    parsed.wanted = input.path.substr(colon + 1);
    input.path.resize(colon);
  }
  return parsed;
}

// Whether a folder holds responses rather than results or a run.
bool holds_responses(const std::filesystem::path& folder) {
  if (!std::filesystem::is_directory(folder)) return false;
  for (const char* other : {"manifest.json", "scored.jsonl", "eval"}) {
    if (std::filesystem::exists(folder / other)) return false;
  }
  return true;
}

// Each file of a folder of responses, by the folder's name; of a folder of results the student.
std::vector<pipeline::EvaluatedInput> chosen(EvaluatedSource source) {
  auto& [input, wanted] = source;
  if (wanted.empty() && holds_responses(input.path)) {
    std::vector<pipeline::EvaluatedInput> inputs;
    if (input.arm.empty()) input.arm = default_name(input.path);
    for (const std::string& file : problems::trace_files({input.path})) {
      inputs.push_back({input.arm, file, ""});
    }
    return inputs;
  }
  if (std::filesystem::is_directory(input.path)) {
    input.from = chosen_arm(pipeline::StoredScores(input.path).arms(), wanted, input.path);
    if (input.arm.empty()) input.arm = default_name(input.path) + "/" + input.from;
  } else if (!wanted.empty()) {
    throw Error(ErrorKind::kIo, "no file or folder '" + input.path + ":" + wanted + "'",
                "FOLDER:STUDENT names a student of a folder of results");
  }
  return {std::move(input)};
}

}  // namespace

std::vector<EvaluatedSource> parse_sources(const std::vector<std::string>& words) {
  std::vector<EvaluatedSource> sources;
  for (const std::string& word : words) sources.push_back(parse_source(word));
  return sources;
}

SourceInputs inputs_of(std::vector<EvaluatedSource> sources) {
  SourceInputs found;
  auto& inputs = found.inputs;
  for (EvaluatedSource& source : sources) {
    found.firsts.push_back(inputs.size());
    for (auto& input : chosen(std::move(source))) inputs.push_back(std::move(input));
  }
  std::map<std::string, int> times;
  for (const auto& input : inputs) {
    if (input.arm.empty()) ++times[default_name(input.path)];
  }
  for (auto& input : inputs) {
    if (!input.arm.empty()) continue;
    const std::string name = default_name(input.path);
    input.arm = times[name] > 1 ? parent_name(input.path) + "/" + name : name;
  }
  return found;
}

}  // namespace drp::cli
