// SPDX-License-Identifier: Apache-2.0
#include "train/external_tool.h"

#include <nlohmann/json.hpp>
#include <optional>

#include "base/file.h"
#include "records/json_line.h"

namespace drp::train {
namespace {

using Json = nlohmann::ordered_json;

std::string file_name(ExternalTool tool, Split split) {
  const std::string name = split == Split::kTrain ? "train.jsonl" : "validation.jsonl";
  return tool == ExternalTool::kLlamaFactory ? "data/drp_" + name : name;
}

Json dataset_info(bool validation) {
  const auto entry = [](const char* file) {
    return Json{
        {"file_name", file},
        {"formatting", "alpaca"},
        {"columns", {{"prompt", "instruction"}, {"query", "input"}, {"response", "output"}}}};
  };
  Json info = {{"drp_train", entry("drp_train.jsonl")}};
  if (validation) info["drp_validation"] = entry("drp_validation.jsonl");
  return info;
}

}  // namespace

std::string_view enum_name(ExternalTool value) {
  switch (value) {
    case ExternalTool::kLlamaFactory:
      return "llamafactory";
    case ExternalTool::kTrl:
      return "trl";
    case ExternalTool::kAxolotl:
      return "axolotl";
  }
  return {};
}

bool enum_parse(std::string_view name, ExternalTool& value) {
  for (const ExternalTool tool :
       {ExternalTool::kLlamaFactory, ExternalTool::kTrl, ExternalTool::kAxolotl}) {
    if (name != enum_name(tool)) continue;
    value = tool;
    return true;
  }
  return false;
}

struct ExternalRows::Files {
  Files(const std::filesystem::path& root, ExternalTool kind, const llm::Tokenizer& words)
      : folder(root),
        tool(kind),
        tokenizer(words),
        train(root / file_name(kind, Split::kTrain)),
        validation(root / file_name(kind, Split::kValidation)) {}

  // As the tool writes it down; nothing where it would read other ids out of the text.
  std::optional<Json> text_row(const TrainingRow& row) const {
    Json json = {{"instruction", tokenizer.detokenize(row.prompt_ids)},
                 {"input", ""},
                 {"output", tokenizer.detokenize(row.response_ids)}};
    const auto same = [&](const char* key, const std::vector<std::int32_t>& ids) {
      return tokenizer.tokenize(json[key].get<std::string>(), llm::ControlText::kParse) == ids;
    };
    if (!same("instruction", row.prompt_ids) || !same("output", row.response_ids)) {
      return std::nullopt;
    }
    return json;
  }

  Json id_row(const TrainingRow& row) const {
    constexpr int kNoLoss = -100;
    std::vector<std::int32_t> ids = row.prompt_ids;
    ids.insert(ids.end(), row.response_ids.begin(), row.response_ids.end());
    if (tool == ExternalTool::kTrl) {
      std::vector<int> mask(row.prompt_ids.size(), 0);
      mask.resize(ids.size(), 1);
      return {{"input_ids", ids}, {"completion_mask", mask}};
    }
    std::vector<std::int32_t> labels(row.prompt_ids.size(), kNoLoss);
    labels.insert(labels.end(), row.response_ids.begin(), row.response_ids.end());
    return {{"input_ids", ids},
            {"attention_mask", std::vector<int>(ids.size(), 1)},
            {"labels", labels}};
  }

  std::filesystem::path folder;
  ExternalTool tool;
  const llm::Tokenizer& tokenizer;
  AtomicFile train;
  AtomicFile validation;
  bool has_validation = false;
};

ExternalRows::ExternalRows(const std::filesystem::path& folder, ExternalTool tool,
                           const llm::Tokenizer& tokenizer) {
  make_folder(tool == ExternalTool::kLlamaFactory ? folder / "data" : folder);
  files_ = std::make_unique<Files>(folder, tool, tokenizer);
}

ExternalRows::~ExternalRows() = default;

bool ExternalRows::add(const TrainingRow& row) {
  const bool texts = files_->tool == ExternalTool::kLlamaFactory;
  std::optional<Json> json;
  if (texts) {
    json = files_->text_row(row);
    if (!json) return false;
  } else {
    json = files_->id_row(row);
  }
  const bool training = row.split == Split::kTrain;
  (training ? files_->train : files_->validation).write(dump_line(*json) + "\n");
  files_->has_validation |= !training;
  return true;
}

void ExternalRows::publish() {
  files_->train.publish();
  if (files_->has_validation) files_->validation.publish();
  if (files_->tool != ExternalTool::kLlamaFactory) return;
  write_file_atomic(files_->folder / "data/dataset_info.json",
                    dataset_info(files_->has_validation).dump(2) + "\n");
}

std::string external_command(ExternalTool tool) {
  switch (tool) {
    case ExternalTool::kLlamaFactory:
      return "llamafactory-cli train drp.yaml";
    case ExternalTool::kTrl:
      return "python drp_trl.py";
    case ExternalTool::kAxolotl:
      return "axolotl train drp.yaml";
  }
  return {};
}

}  // namespace drp::train
