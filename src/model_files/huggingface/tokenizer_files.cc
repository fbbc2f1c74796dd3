// SPDX-License-Identifier: Apache-2.0
#include "model_files/huggingface/tokenizer_files.h"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <optional>
#include <set>
#include <utility>

#include "base/file.h"
#include "model_files/huggingface/hf_tokenizer.h"
#include "model_files/huggingface/json_file.h"
#include "model_files/huggingface/kept_files.h"
#include "model_files/huggingface/pre_tokenizer.h"

namespace drp::model_files {
namespace {

using nlohmann::json;

constexpr const char* kCopied[] = {"tokenizer.json",
                                   "tokenizer_config.json",
                                   "special_tokens_map.json",
                                   "added_tokens.json",
                                   "vocab.json",
                                   "merges.txt",
                                   "tokenizer.model",
                                   "chat_template.jinja",
                                   "generation_config.json"};

void write_json(const std::filesystem::path& file, const json& content) {
  write_file_atomic(file, content.dump(2, ' ', false, json::error_handler_t::replace) + "\n");
}

// The tokens of a GGUF model by id.
class GgufTokens {
 public:
  explicit GgufTokens(const GgufFile& file)
      : file_(file),
        texts_(file.text_list("tokenizer.ggml.tokens")),
        types_(file.integer_list("tokenizer.ggml.token_type")) {
    if (texts_.empty()) file.fail("holds no tokenizer", "give a model with its vocabulary");
  }
  std::size_t size() const { return texts_.size(); }
  std::string text(std::size_t id) const { return std::string(texts_[id]); }
  TokenType type(std::size_t id) const {
    return id < types_.size() ? static_cast<TokenType>(types_[id]) : TokenType::kNormal;
  }
  std::optional<std::string> named(const char* key) const {
    const auto id = file_.integer(key);
    if (!id || *id < 0 || static_cast<std::size_t>(*id) >= size()) return std::nullopt;
    return text(static_cast<std::size_t>(*id));
  }

 private:
  const GgufFile& file_;
  std::vector<std::string_view> texts_;
  std::vector<std::int64_t> types_;
};

json merges_of(const GgufFile& file, bool as_pairs) {
  json merges = json::array();
  for (const std::string_view merge : file.text_list("tokenizer.ggml.merges")) {
    const std::size_t space = merge.find(' ');
    if (as_pairs && space != std::string_view::npos) {
      merges.push_back({std::string(merge.substr(0, space)), std::string(merge.substr(space + 1))});
    } else {
      merges.push_back(std::string(merge));
    }
  }
  return merges;
}

// The kept tokenizer.json with the vocabulary and merges put back.
json whole_tokenizer(const GgufFile& file, const GgufTokens& tokens, json kept) {
  std::set<std::int64_t> added;
  for (const json& token : member(kept, "added_tokens")) {
    if (token.is_object() && token.contains("id") && token["id"].is_number_integer()) {
      added.insert(token["id"].get<std::int64_t>());
    }
  }
  json model = member(kept, "model");
  json vocabulary = member(model, "vocab");
  for (std::size_t id = 0; id < tokens.size(); ++id) {
    if (tokens.type(id) == TokenType::kUnused || added.contains(static_cast<std::int64_t>(id))) {
      continue;
    }
    vocabulary[tokens.text(id)] = id;
  }
  const json& sample = member(model, "merges");
  const bool as_pairs = sample.is_array() && !sample.empty() && sample[0].is_array();
  model["merges"] = merges_of(file, as_pairs);
  model["vocab"] = std::move(vocabulary);
  kept["model"] = std::move(model);
  return kept;
}

json added_tokens(const GgufTokens& tokens) {
  json added = json::array();
  for (std::size_t id = 0; id < tokens.size(); ++id) {
    const TokenType type = tokens.type(id);
    if (type != TokenType::kControl && type != TokenType::kUserDefined) continue;
    added.push_back({{"id", id},
                     {"content", tokens.text(id)},
                     {"single_word", false},
                     {"lstrip", false},
                     {"rstrip", false},
                     {"normalized", false},
                     {"special", type == TokenType::kControl}});
  }
  return added;
}

json post_processor(const GgufFile& file, const GgufTokens& tokens) {
  const auto start = tokens.named("tokenizer.ggml.bos_token_id");
  if (!start || file.integer("tokenizer.ggml.add_bos_token").value_or(0) == 0) {
    return {{"type", "ByteLevel"},
            {"add_prefix_space", false},
            {"trim_offsets", true},
            {"use_regex", false}};
  }
  const auto special = [&](int type) {
    return json{{"SpecialToken", {{"id", *start}, {"type_id", type}}}};
  };
  const auto text = [](const char* id, int type) {
    return json{{"Sequence", {{"id", id}, {"type_id", type}}}};
  };
  const std::int64_t id = *file.integer("tokenizer.ggml.bos_token_id");
  return {{"type", "TemplateProcessing"},
          {"single", json::array({special(0), text("A", 0)})},
          {"pair", json::array({special(0), text("A", 0), special(1), text("B", 1)})},
          {"special_tokens",
           {{*start,
             {{"id", *start}, {"ids", json::array({id})}, {"tokens", json::array({*start})}}}}}};
}

json made_tokenizer(const GgufFile& file, const GgufTokens& tokens) {
  const std::string pre(file.text("tokenizer.ggml.pre").value_or("default"));
  const auto rule = pre_tokenizer_rule(pre);
  if (file.text("tokenizer.ggml.model") != "gpt2" || !rule) {
    file.fail("has a '" + std::string(file.text("tokenizer.ggml.model").value_or("")) +
                  "' vocabulary cut by '" + pre + "', of which no tokenizer.json can be made",
              "name the model's own folder with --tokenizer");
  }
  json vocabulary = json::object();
  for (std::size_t id = 0; id < tokens.size(); ++id) {
    // Control tokens too: an added token that the vocabulary lacks gets the next free id, whatever
    // id is written beside it.
    if (tokens.type(id) != TokenType::kUnused) vocabulary[tokens.text(id)] = id;
  }
  return {{"version", "1.0"},
          {"truncation", nullptr},
          {"padding", nullptr},
          {"added_tokens", added_tokens(tokens)},
          {"normalizer", (*rule)["normalizer"]},
          {"pre_tokenizer", (*rule)["pre_tokenizer"]},
          {"post_processor", post_processor(file, tokens)},
          {"decoder",
           {{"type", "ByteLevel"},
            {"add_prefix_space", true},
            {"trim_offsets", true},
            {"use_regex", true}}},
          {"model",
           {{"type", "BPE"},
            {"dropout", nullptr},
            {"unk_token", nullptr},
            {"continuing_subword_prefix", nullptr},
            {"end_of_word_suffix", nullptr},
            {"fuse_unk", false},
            {"byte_fallback", false},
            {"ignore_merges", (*rule)["ignore_merges"]},
            {"vocab", std::move(vocabulary)},
            {"merges", merges_of(file, false)}}}};
}

json made_config(const GgufFile& file, const GgufTokens& tokens) {
  json config = {{"tokenizer_class", "PreTrainedTokenizerFast"},
                 {"clean_up_tokenization_spaces", false},
                 {"add_bos_token", file.integer("tokenizer.ggml.add_bos_token").value_or(0) != 0}};
  constexpr std::pair<const char*, const char*> kNamed[] = {
      {"bos_token", "tokenizer.ggml.bos_token_id"},
      {"eos_token", "tokenizer.ggml.eos_token_id"},
      {"unk_token", "tokenizer.ggml.unknown_token_id"},
      {"pad_token", "tokenizer.ggml.padding_token_id"}};
  for (const auto& [name, key] : kNamed) {
    if (const auto text = tokens.named(key)) config[name] = *text;
  }
  return config;
}

void put_template(const GgufFile& file, json& config) {
  const auto text = file.text("tokenizer.chat_template");
  if (!text || config.contains("chat_template")) return;
  const auto names = file.text_list("tokenizer.chat_templates");
  if (names.empty()) {
    config["chat_template"] = std::string(*text);
    return;
  }
  json list = json::array({{{"name", "default"}, {"template", std::string(*text)}}});
  for (const std::string_view name : names) {
    const auto other = file.text("tokenizer.chat_template." + std::string(name));
    if (other) list.push_back({{"name", std::string(name)}, {"template", std::string(*other)}});
  }
  config["chat_template"] = std::move(list);
}

json made_generation_config(const GgufFile& file) {
  json ends = json::array();
  for (const char* name : {"eos", "eot", "eom"}) {
    const auto id = file.integer("tokenizer.ggml." + std::string(name) + "_token_id");
    if (id && std::find(ends.begin(), ends.end(), json(*id)) == ends.end()) ends.push_back(*id);
  }
  json config = {{"eos_token_id", ends.size() == 1 ? ends[0] : ends}};
  if (const auto start = file.integer("tokenizer.ggml.bos_token_id"))
    config["bos_token_id"] = *start;
  if (const auto pad = file.integer("tokenizer.ggml.padding_token_id")) {
    config["pad_token_id"] = *pad;
  }
  return config;
}

}  // namespace

std::vector<std::string> write_tokenizer_files(const GgufFile& file,
                                               const std::filesystem::path& folder) {
  const GgufTokens tokens(file);
  std::vector<std::string> notes;
  auto kept = kept_json(file, "tokenizer.json");
  if (!kept) {
    notes.emplace_back(
        "tokenizer.json is made of the GGUF's keys: name the model's own folder with --tokenizer "
        "to "
        "copy the original");
  }
  write_json(folder / "tokenizer.json",
             kept ? whole_tokenizer(file, tokens, *std::move(kept)) : made_tokenizer(file, tokens));
  json config = kept_json(file, "tokenizer_config.json").value_or(made_config(file, tokens));
  put_template(file, config);
  write_json(folder / "tokenizer_config.json", config);
  if (const auto map = kept_json(file, "special_tokens_map.json")) {
    write_json(folder / "special_tokens_map.json", *map);
  }
  write_json(folder / "generation_config.json",
             kept_json(file, "generation_config.json").value_or(made_generation_config(file)));
  return notes;
}

void copy_tokenizer_files(const GgufFile& file, const std::filesystem::path& from,
                          const std::filesystem::path& folder) {
  const GgufTokens tokens(file);
  const HfTokenizer other =
      read_hf_tokenizer(from, {static_cast<std::int64_t>(tokens.size()), {0}, {}, {}});
  for (std::size_t id = 0; id < tokens.size(); ++id) {
    if (other.types[id] != TokenType::kUnused && other.tokens[id] != tokens.text(id)) {
      fail_file(from,
                "has '" + other.tokens[id] + "' as token " + std::to_string(id) +
                    ", the model has '" + tokens.text(id) + "'",
                "name the folder of the model that this student was made of");
    }
  }
  for (const char* name : kCopied) {
    if (std::filesystem::exists(from / name)) {
      write_file_atomic(folder / name, read_file(from / name));
    }
  }
}

}  // namespace drp::model_files
