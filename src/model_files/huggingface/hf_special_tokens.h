// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <nlohmann/json_fwd.hpp>
#include <string_view>

#include "model_files/huggingface/hf_tokenizer.h"

namespace drp::model_files {

// The parsed files of a tokenizer; borrows.
struct TokenizerFiles {
  const std::filesystem::path& folder;
  const nlohmann::json& tokenizer;  // tokenizer.json
  const nlohmann::json& config;     // tokenizer_config.json
};

// Sets which tokens start, end, pad and stand for the unknown, and which are added to every text.
// Every id that generation_config.json and config.json name as an end of generation is one for
// llama.cpp afterwards, or is named in a note.
void read_special_tokens(const TokenizerFiles& files, const VocabularyHints& hints,
                         HfTokenizer& tokenizer);

// Whether an added token is control although its file does not say so: DeepSeek's and Command R's
// files call their turn markers plain text. (llama.cpp's converter decides by the same signs.)
bool looks_special(std::string_view text);

}  // namespace drp::model_files
