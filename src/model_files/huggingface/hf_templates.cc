// SPDX-License-Identifier: Apache-2.0
#include "model_files/huggingface/hf_templates.h"

#include <nlohmann/json.hpp>

#include "base/file.h"
#include "model_files/huggingface/json_file.h"

namespace drp::model_files {
namespace {

constexpr const char* kFile = "chat_template.jinja";
constexpr const char* kMoreFolder = "additional_chat_templates";

void add_listed(const nlohmann::json& found, const std::filesystem::path& file,
                std::map<std::string, std::string>& templates) {
  if (found.is_string()) {
    templates.emplace("default", found.get<std::string>());
  } else if (found.is_array()) {
    for (const nlohmann::json& item : found) {
      if (!item.is_object()) fail_file(file, "has a chat_template that is no {name, template}");
      const auto name = text_member(item, "name", file);
      const auto text = text_member(item, "template", file);
      if (!name || !text) fail_file(file, "has a chat_template that is no {name, template}");
      templates.emplace(*name, *text);
    }
  } else if (!found.is_null()) {
    fail_file(file, "has a chat_template that is neither a text nor a list");
  }
}

}  // namespace

std::map<std::string, std::string> read_chat_templates(const std::filesystem::path& folder,
                                                       const nlohmann::json& tokenizer_config) {
  std::map<std::string, std::string> templates;
  if (std::filesystem::exists(folder / kFile)) templates["default"] = read_file(folder / kFile);
  std::error_code none;  // the folder is seldom there
  for (const auto& entry : std::filesystem::directory_iterator(folder / kMoreFolder, none)) {
    if (entry.path().extension() == ".jinja") {
      templates.emplace(entry.path().stem().string(), read_file(entry.path()));
    }
  }
  for (const char* name : {"tokenizer_config.json", "chat_template.json"}) {
    const std::filesystem::path file = folder / name;
    const bool given = std::string_view(name) == "tokenizer_config.json";
    const nlohmann::json content = given ? tokenizer_config : read_json_file_if_there(file);
    const auto found = content.find("chat_template");
    if (found != content.end()) add_listed(*found, file, templates);
  }
  return templates;
}

}  // namespace drp::model_files
