// SPDX-License-Identifier: Apache-2.0
#include "model_files/huggingface/hf_tokenizer.h"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <set>

#include "base/text.h"
#include "model_files/huggingface/hf_special_tokens.h"
#include "model_files/huggingface/hf_templates.h"
#include "model_files/huggingface/json_file.h"
#include "model_files/huggingface/pre_tokenizer.h"

namespace drp::model_files {
namespace {

using nlohmann::json;

constexpr std::int64_t kTokensMax = std::int64_t{1} << 22U;
constexpr std::string_view kSpaceOfSentencePiece = "\xe2\x96\x81";  // U+2581
constexpr std::string_view kSpaceInPiece = "\xc4\xa0";  // U+0120, as llama.cpp reads merges

// Reads tokenizer.json's model, vocabulary and added tokens.
class VocabularyReader {
 public:
  VocabularyReader(const std::filesystem::path& file, const json& content, HfTokenizer& out)
      : file_(file), content_(content), model_(member(content, "model")), out_(out) {}

  void read(std::int64_t rows) {
    const std::string type = model_.is_object() ? text_member(model_, "type", file_).value_or("BPE")
                                                : std::string("none");
    if (type != "BPE") {
      fail_file(file_, "has a tokenizer of type " + type + "; BPE can be imported");
    }
    sentence_piece_ = bool_member(model_, "byte_fallback", file_).value_or(false);
    out_.model = sentence_piece_ ? "llama" : "gpt2";
    read_normalizer();
    if (!sentence_piece_) read_cut();
    read_tokens(rows);
    read_merges();
    if (sentence_piece_) score_merges();
  }

 private:
  void read_cut() {
    const auto name = pre_tokenizer_name(content_);
    if (!name) {
      fail_file(
          file_,
          "cuts text in a way that llama.cpp has no name for: " + describe_pre_tokenizer(content_),
          "known are " + pre_tokenizer_names());
    }
    out_.pre = *name;
  }

  void read_normalizer() {
    std::vector<json> steps;
    const json& normalizer = member(content_, "normalizer");
    if (normalizer.is_object()) {
      if (text_member(normalizer, "type", file_) == "Sequence") {
        for (const json& step : member(normalizer, "normalizers")) steps.push_back(step);
      } else {
        steps.push_back(normalizer);
      }
    }
    for (const json& step : steps) {
      const std::string type =
          step.is_object() ? text_member(step, "type", file_).value_or("") : "";
      if (type == "NFC" && !sentence_piece_) {
        out_.notes.emplace_back(
            "the tokenizer composes letters with their accents first (NFC), which llama.cpp does "
            "not: give composed text");
      } else if (sentence_piece_ && type == "Prepend") {
        out_.add_space = true;
      } else if (!(sentence_piece_ && type == "Replace")) {
        fail_file(file_, "changes text before it is cut (normalizer " + type +
                             "), which llama.cpp does not");
      }
    }
    const json& metaspace = member(content_, "pre_tokenizer");
    if (sentence_piece_ && metaspace.is_object() &&
        text_member(metaspace, "type", file_) == "Metaspace") {
      const auto scheme = text_member(metaspace, "prepend_scheme", file_);
      out_.add_space = scheme ? *scheme != "never"
                              : bool_member(metaspace, "add_prefix_space", file_).value_or(true);
    }
  }

  void put(std::int64_t id, const std::string& text, TokenType type) {
    if (id < 0 || id >= kTokensMax) {
      fail_file(file_, "gives token '" + text + "' the id " + std::to_string(id));
    }
    const auto at = static_cast<std::size_t>(id);
    if (at >= out_.tokens.size()) {
      out_.tokens.resize(at + 1);
      out_.types.resize(at + 1, TokenType::kUnused);
      taken_.resize(at + 1, false);
    }
    out_.tokens[at] = text;
    out_.types[at] = type;
    taken_[at] = true;
  }

  void read_tokens(std::int64_t rows) {
    const json& vocabulary = member(model_, "vocab");
    if (!vocabulary.is_object()) fail_file(file_, "has no model.vocab");
    const auto unknown = text_member(model_, "unk_token", file_);
    for (const auto& [text, id] : vocabulary.items()) {
      if (!id.is_number_integer()) fail_file(file_, "has no id for token '" + text + "'");
      TokenType type = TokenType::kNormal;
      if (sentence_piece_ && text.size() == 6 && text.starts_with("<0x")) type = TokenType::kByte;
      if (unknown && text == *unknown) type = TokenType::kUnknown;
      put(id.get<std::int64_t>(), text, type);
    }
    for (const json& token : member(content_, "added_tokens")) add_token(token, rows);
    pad(rows);
    if (sentence_piece_) unescape_spaces();
  }

  // llama.cpp compares these with the text as it is, and Hugging Face's rule makes spaces U+2581
  // first: a run of spaces that is a token of its own must be spaces.
  void unescape_spaces() {
    const std::set<std::string> known(out_.tokens.begin(), out_.tokens.end());
    for (std::size_t id = 0; id < out_.tokens.size(); ++id) {
      if (out_.types[id] != TokenType::kUserDefined) continue;
      const std::string plain = replace_all(out_.tokens[id], kSpaceOfSentencePiece, " ");
      if (!known.contains(plain)) out_.tokens[id] = plain;
    }
  }

  void add_token(const json& token, std::int64_t rows) {
    const auto text = token.is_object() ? text_member(token, "content", file_) : std::nullopt;
    const auto id = token.is_object() ? integer_member(token, "id", file_) : std::nullopt;
    if (!text || !id) fail_file(file_, "has an added token without content or id");
    if (rows > 0 && *id >= rows) {  // Gemma 3's smallest has one for images, which it does not see
      out_.notes.push_back("token '" + *text + "' (" + std::to_string(*id) +
                           ") has no row in the model's embedding and is left out");
      out_.left_out.push_back(*text);
      return;
    }
    const bool special = bool_member(token, "special", file_).value_or(false);
    const auto at = static_cast<std::size_t>(std::max<std::int64_t>(*id, 0));
    if (at < taken_.size() && taken_[at] && out_.types[at] == TokenType::kUnknown) return;
    put(*id, *text,
        special || looks_special(*text) ? TokenType::kControl : TokenType::kUserDefined);
    for (const char* flag : {"lstrip", "rstrip", "single_word"}) {
      if (bool_member(token, flag, file_).value_or(false)) {
        out_.notes.push_back("token '" + *text + "' is " + flag +
                             ", which GGUF cannot say: text around it may get other tokens");
      }
    }
  }

  void pad(std::int64_t rows) {
    const auto known = static_cast<std::int64_t>(out_.tokens.size());
    if (known == 0) fail_file(file_, "has an empty vocabulary");
    if (rows > 0 && known > rows) {
      fail_file(file_,
                "has token ids up to " + std::to_string(known - 1) + ", the model has " +
                    std::to_string(rows) + " rows for them",
                "give the tokenizer that belongs to the model");
    }
    const auto size = static_cast<std::size_t>(std::max(known, rows));
    out_.tokens.resize(size);
    out_.types.resize(size, TokenType::kUnused);
    taken_.resize(size, false);
    for (std::size_t id = 0; id < size; ++id) {
      if (!taken_[id]) out_.tokens[id] = "[PAD" + std::to_string(id) + "]";
    }
  }

  void read_merges() {
    const json& merges = member(model_, "merges");
    if (!merges.is_array()) fail_file(file_, "has no model.merges");
    for (const json& merge : merges) {
      if (merge.is_string()) {
        out_.merges.push_back(merge.get<std::string>());
      } else if (merge.is_array() && merge.size() == 2 && merge[0].is_string() &&
                 merge[1].is_string()) {
        out_.merges.push_back(replace_all(merge[0].get<std::string>(), " ", kSpaceInPiece) + " " +
                              replace_all(merge[1].get<std::string>(), " ", kSpaceInPiece));
      } else {
        fail_file(file_, "has a merge that is neither 'a b' nor [a, b]");
      }
      if (std::count(out_.merges.back().begin(), out_.merges.back().end(), ' ') != 1) {
        fail_file(file_, "has the merge '" + out_.merges.back() + "', which is no pair");
      }
    }
  }

  // llama.cpp's SentencePiece joins the pair whose result has the highest score. Hugging Face's
  // list of merges is in that order, so a piece's place in it is its score.
  void score_merges() {
    std::map<std::string, float> scores;
    float next = 0;
    for (const std::string& merge : out_.merges) {
      const std::size_t space = merge.find(' ');
      if (scores.emplace(merge.substr(0, space) + merge.substr(space + 1), next).second) next -= 1;
    }
    for (std::size_t id = 0; id < out_.tokens.size(); ++id) {
      const auto found = scores.find(out_.tokens[id]);
      const bool normal = out_.types[id] == TokenType::kNormal;
      out_.scores.push_back(!normal ? 0 : found == scores.end() ? next - 1 : found->second);
    }
  }

  const std::filesystem::path& file_;
  const json& content_;
  const json& model_;
  HfTokenizer& out_;
  std::vector<bool> taken_;
  bool sentence_piece_ = false;
};

void take_templates(const std::filesystem::path& folder,
                    std::map<std::string, std::string> templates, HfTokenizer& out) {
  const auto found = templates.find("default");
  if (found != templates.end()) {
    out.chat_template = found->second;
    templates.erase(found);
  }
  out.templates = std::move(templates);
  for (const std::string& text : out.left_out) {
    if (!contains(out.chat_template, text)) continue;
    fail_file(folder,
              "has a chat template that writes '" + text + "', for which the model has no row",
              "give the tokenizer that belongs to the model");
  }
  if (out.chat_template.empty()) {
    out.notes.emplace_back("the folder has no chat template: llama.cpp will take ChatML for it");
  }
}

void add_id(GgufWriter& writer, const char* key, const std::optional<std::int64_t>& id) {
  if (id) writer.add_u32(key, static_cast<std::uint32_t>(*id));
}

}  // namespace

HfTokenizer read_hf_tokenizer(const std::filesystem::path& folder, const VocabularyHints& hints) {
  const std::filesystem::path file = folder / "tokenizer.json";
  if (!std::filesystem::exists(file)) {
    const bool proto = std::filesystem::exists(folder / "tokenizer.model");
    fail_file(folder,
              proto ? "has tokenizer.model without tokenizer.json, which is what an import reads"
                    : "has no tokenizer.json",
              "save it with AutoTokenizer.from_pretrained(...).save_pretrained(...)");
  }
  HfTokenizer tokenizer;
  const json content = read_json_file(file);
  VocabularyReader(file, content, tokenizer).read(hints.rows);
  const json config = read_json_file_if_there(folder / "tokenizer_config.json");
  read_special_tokens({folder, content, config}, hints, tokenizer);
  take_templates(folder, read_chat_templates(folder, config), tokenizer);
  return tokenizer;
}

void add_tokenizer(GgufWriter& writer, const HfTokenizer& tokenizer) {
  writer.add_text("tokenizer.ggml.model", tokenizer.model);
  writer.add_text("tokenizer.ggml.pre", tokenizer.pre.empty() ? "default" : tokenizer.pre);
  writer.add_text_list("tokenizer.ggml.tokens", tokenizer.tokens);
  if (!tokenizer.scores.empty()) writer.add_f32_list("tokenizer.ggml.scores", tokenizer.scores);
  std::vector<std::int32_t> types;
  for (const TokenType type : tokenizer.types) types.push_back(static_cast<std::int32_t>(type));
  writer.add_i32_list("tokenizer.ggml.token_type", types);
  writer.add_text_list("tokenizer.ggml.merges", tokenizer.merges);
  add_id(writer, "tokenizer.ggml.bos_token_id", tokenizer.start);
  add_id(writer, "tokenizer.ggml.eos_token_id", tokenizer.end);
  add_id(writer, "tokenizer.ggml.eot_token_id", tokenizer.turn_end);
  add_id(writer, "tokenizer.ggml.eom_token_id", tokenizer.message_end);
  add_id(writer, "tokenizer.ggml.unknown_token_id", tokenizer.unknown);
  add_id(writer, "tokenizer.ggml.padding_token_id", tokenizer.padding);
  writer.add_bool("tokenizer.ggml.add_bos_token", tokenizer.add_start);
  writer.add_bool("tokenizer.ggml.add_eos_token", tokenizer.add_end);
  writer.add_bool("tokenizer.ggml.add_space_prefix", tokenizer.add_space);
  if (!tokenizer.chat_template.empty()) {
    writer.add_text("tokenizer.chat_template", tokenizer.chat_template);
  }
  std::vector<std::string> names;
  for (const auto& [name, text] : tokenizer.templates) {
    writer.add_text("tokenizer.chat_template." + name, text);
    names.push_back(name);
  }
  if (!names.empty()) writer.add_text_list("tokenizer.chat_templates", names);
}

}  // namespace drp::model_files
