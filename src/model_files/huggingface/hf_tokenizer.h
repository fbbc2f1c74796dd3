// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "model_files/gguf_writer.h"

namespace drp::model_files {

// tokenizer.ggml.token_type
enum class TokenType : std::int32_t {
  kNormal = 1,
  kUnknown = 2,
  kControl = 3,
  kUserDefined = 4,
  kUnused = 5,
  kByte = 6
};

// A tokenizer as llama.cpp wants it, and the chat templates beside it.
struct HfTokenizer {
  std::string model;  // "gpt2": byte-level BPE; "llama": SentencePiece's BPE
  std::string pre;    // byte-level: how text is cut into words
  std::vector<std::string> tokens;
  std::vector<TokenType> types;
  std::vector<float> scores;        // SentencePiece only
  std::vector<std::string> merges;  // "a b"; a space inside a piece is U+0120
  std::optional<std::int64_t> start, end, turn_end, message_end, unknown, padding;
  bool add_start = false;
  bool add_end = false;
  bool add_space = false;
  std::string chat_template;                     // empty: none
  std::map<std::string, std::string> templates;  // those with another name
  std::vector<std::string> left_out;             // tokens for which the embedding has no row
  std::vector<std::string> notes;                // what GGUF cannot say, for the user
};

// What config.json knows of the vocabulary.
struct VocabularyHints {
  std::int64_t rows = 0;              // of the embedding; 0: as many as there are tokens
  std::vector<std::int64_t> end_ids;  // of config.json
  std::optional<std::int64_t> start_id, pad_id;
};

// Reads tokenizer.json, tokenizer_config.json, special_tokens_map.json, generation_config.json and
// the templates. Rows of the embedding without a token become unused tokens "[PAD7]". Throws
// Error{kIo} or Error{kModel} naming the file and what would do.
HfTokenizer read_hf_tokenizer(const std::filesystem::path& folder, const VocabularyHints& hints);

// The keys tokenizer.*.
void add_tokenizer(GgufWriter& writer, const HfTokenizer& tokenizer);

}  // namespace drp::model_files
