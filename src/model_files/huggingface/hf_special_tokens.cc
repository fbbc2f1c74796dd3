// SPDX-License-Identifier: Apache-2.0
#include "model_files/huggingface/hf_special_tokens.h"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "model_files/huggingface/json_file.h"

namespace drp::model_files {
namespace {

using nlohmann::json;

// Tokens that llama.cpp takes for the end of generation by their text alone.
constexpr std::string_view kKnownEnds[] = {
    "<|eot_id|>", "<|im_end|>",      "<|end|>",       "<|return|>",   "<end_of_turn>",
    "</s>",       "<|endoftext|>",   "<|eom_id|>",    "<EOT>",        "[EOT]",
    "[EOS]",      "<|end_of_text|>", "<eos>",         "<|call|>",     "<end_of_utterance>",
    "<｜end▁of▁sentence｜>"};

// Finds tokens by name in the three places where their names may stand.
class SpecialTokens {
 public:
  SpecialTokens(const TokenizerFiles& files, const HfTokenizer& tokenizer)
      : files_(files),
        tokenizer_(tokenizer),
        map_(read_json_file_if_there(files.folder / "special_tokens_map.json")) {}

  // "bos_token" and its like: a text, or an added token with a `content`.
  std::optional<std::int64_t> id_of(const std::string& name) const {
    for (const json* place : {&files_.config, &map_}) {
      const auto found = place->find(name);
      if (found == place->end() || found->is_null()) continue;
      if (found->is_string()) return id_of_text(found->get<std::string>());
      if (found->is_object()) {
        const auto text = text_member(*found, "content", files_.folder / "tokenizer_config.json");
        if (text) return id_of_text(*text);
      }
    }
    return std::nullopt;
  }
  std::optional<std::int64_t> id_of_text(const std::string& text) const {
    const auto found = std::find(tokenizer_.tokens.begin(), tokenizer_.tokens.end(), text);
    if (found == tokenizer_.tokens.end()) return std::nullopt;
    return found - tokenizer_.tokens.begin();
  }

 private:
  const TokenizerFiles& files_;
  const HfTokenizer& tokenizer_;
  json map_;
};

// What TemplateProcessing puts around a single text: the tokens' texts, "" for the text itself.
std::vector<std::string> surroundings(const json& tokenizer) {
  std::vector<std::string> around;
  const json& processor = member(tokenizer, "post_processor");
  std::vector<const json*> steps = {&processor};
  for (const json& step : member(processor, "processors")) steps.push_back(&step);
  for (const json* step : steps) {
    const json& single = member(*step, "single");
    if (!single.is_array()) continue;
    for (const json& part : single) {
      const json& special = member(part, "SpecialToken");
      const auto id = special.find("id");
      around.push_back(special.is_object() && id != special.end() && id->is_string()
                           ? id->get<std::string>()
                           : "");
    }
  }
  return around;
}

void read_added(const TokenizerFiles& files, const SpecialTokens& special, HfTokenizer& out) {
  const std::vector<std::string> around = surroundings(files.tokenizer);
  const auto is = [&](const std::string& text, const std::optional<std::int64_t>& id) {
    return !text.empty() && id && special.id_of_text(text) == id;
  };
  const std::filesystem::path file = files.folder / "tokenizer_config.json";
  out.add_start = bool_member(files.config, "add_bos_token", file)
                      .value_or(!around.empty() && is(around.front(), out.start));
  out.add_end = bool_member(files.config, "add_eos_token", file)
                    .value_or(!around.empty() && is(around.back(), out.end));
}

// Every further end of generation gets one of the two keys that are left for such, unless
// llama.cpp knows it by its text.
void read_ends(const std::vector<std::int64_t>& ends, HfTokenizer& out) {
  for (const std::int64_t id : ends) {
    if (id < 0 || id >= static_cast<std::int64_t>(out.tokens.size())) {
      out.notes.push_back("eos_token_id " + std::to_string(id) + " is outside the vocabulary");
      continue;
    }
    if (!out.end) out.end = id;
    const std::string& text = out.tokens[static_cast<std::size_t>(id)];
    if (id == out.end ||
        std::find(std::begin(kKnownEnds), std::end(kKnownEnds), text) != std::end(kKnownEnds)) {
      continue;
    }
    if (!out.turn_end) {
      out.turn_end = id;
    } else if (!out.message_end) {
      out.message_end = id;
    } else {
      out.notes.push_back("generation also ends with '" + text +
                          "', for which GGUF has no key left");
    }
  }
}

std::vector<std::int64_t> generation_ends(const std::filesystem::path& folder) {
  const std::filesystem::path file = folder / "generation_config.json";
  const json content = read_json_file_if_there(file);
  const json& list = member(content, "eos_token_id");
  std::vector<std::int64_t> ids;
  if (list.is_array()) {
    for (const json& id : list) {
      if (!id.is_number_integer()) fail_file(file, "has an eos_token_id that is no number");
      ids.push_back(id.get<std::int64_t>());
    }
  } else if (const auto one = integer_member(content, "eos_token_id", file)) {
    ids.push_back(*one);
  }
  return ids;
}

}  // namespace

void read_special_tokens(const TokenizerFiles& files, const VocabularyHints& hints,
                         HfTokenizer& tokenizer) {
  const SpecialTokens special(files, tokenizer);
  const auto inside = [&](std::optional<std::int64_t> id) {
    const bool good = id && *id >= 0 && *id < static_cast<std::int64_t>(tokenizer.tokens.size());
    return good ? id : std::nullopt;
  };
  tokenizer.start = special.id_of("bos_token");
  tokenizer.end = special.id_of("eos_token");
  tokenizer.unknown = special.id_of("unk_token");
  tokenizer.padding = special.id_of("pad_token");
  if (!tokenizer.start) tokenizer.start = inside(hints.start_id);
  if (!tokenizer.padding) tokenizer.padding = inside(hints.pad_id);
  std::vector<std::int64_t> ends = generation_ends(files.folder);
  ends.insert(ends.end(), hints.end_ids.begin(), hints.end_ids.end());
  read_ends(ends, tokenizer);
  if (!tokenizer.end) {
    fail_file(files.folder, "names no token that ends a text",
              "set eos_token in tokenizer_config.json or eos_token_id in generation_config.json");
  }
  // llama.cpp takes id 11 where none is named.
  if (!tokenizer.start) tokenizer.start = tokenizer.end;
  read_added(files, special, tokenizer);
}

bool looks_special(std::string_view text) {
  constexpr std::string_view kNames[] = {"<pad>", "<mask>", "<2mass>", "[@BOS@]"};
  if (std::find(std::begin(kNames), std::end(kNames), text) != std::end(kNames)) return true;
  const auto framed = [&](std::string_view begin, std::string_view end) {
    return text.size() >= begin.size() + end.size() && text.starts_with(begin) &&
           text.ends_with(end);
  };
  return framed("<|", "|>") || framed("<｜", "｜>") || framed("<unused", ">");
}

}  // namespace drp::model_files
