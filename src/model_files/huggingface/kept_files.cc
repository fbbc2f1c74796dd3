// SPDX-License-Identifier: Apache-2.0
#include "model_files/huggingface/kept_files.h"

#include <nlohmann/json.hpp>
#include <set>

#include "base/file.h"
#include "model_files/huggingface/json_file.h"

namespace drp::model_files {
namespace {

using nlohmann::json;

constexpr std::string_view kPrefix = "drp.hf.";
constexpr const char* kNames[] = {"config.json", "generation_config.json", "tokenizer_config.json",
                                  "special_tokens_map.json", "tokenizer.json"};
constexpr std::size_t kBytesMax = std::size_t{8} << 20U;

// Keeps of the vocabulary what GGUF cannot tell: which added tokens are in it, and how merges are
// written.
void leave_out_vocabulary(json& tokenizer) {
  if (!tokenizer.contains("model") || !tokenizer["model"].is_object()) return;
  json& model = tokenizer["model"];
  std::set<std::string> added;
  for (const json& token : member(tokenizer, "added_tokens")) {
    const auto content = token.is_object() ? token.find("content") : token.end();
    if (token.is_object() && content != token.end() && content->is_string()) {
      added.insert(content->get<std::string>());
    }
  }
  json vocabulary = json::object();
  for (const auto& [text, id] : member(model, "vocab").items()) {
    if (added.contains(text)) vocabulary[text] = id;
  }
  json merges = json::array();
  if (const json& all = member(model, "merges"); all.is_array() && !all.empty()) {
    merges.push_back(all[0]);
  }
  model["vocab"] = std::move(vocabulary);
  model["merges"] = std::move(merges);
}

}  // namespace

void keep_files(GgufWriter& writer, const std::filesystem::path& folder) {
  for (const char* name : kNames) {
    if (!std::filesystem::exists(folder / name)) continue;
    std::string text;
    if (std::string_view(name) == "tokenizer.json") {
      json tokenizer = read_json_file(folder / name);
      leave_out_vocabulary(tokenizer);
      text = tokenizer.dump(-1, ' ', false, json::error_handler_t::replace);
    } else {
      text = read_file(folder / name);
    }
    if (text.size() <= kBytesMax) writer.add_text(std::string(kPrefix) + name, text);
  }
}

std::vector<std::string> kept_files(const GgufFile& file) {
  std::vector<std::string> names;
  for (const char* name : kNames) {
    if (file.text(std::string(kPrefix) + name)) names.emplace_back(name);
  }
  return names;
}

std::optional<json> kept_json(const GgufFile& file, const std::string& name) {
  const auto text = file.text(std::string(kPrefix) + name);
  if (!text) return std::nullopt;
  json parsed = json::parse(*text, nullptr, false);
  if (!parsed.is_object()) {
    file.fail("has a key '" + std::string(kPrefix) + name + "' that is no JSON object",
              "import the model again");
  }
  return parsed;
}

}  // namespace drp::model_files
