// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "model_files/gguf_file.h"

namespace drp::model_files {

// Writes tokenizer.json, tokenizer_config.json, special_tokens_map.json and generation_config.json
// of a GGUF model: as they were where it was imported by us, else made of its keys (byte-level BPE
// with a rule of cutting that pre_tokenizer.h knows). Returns notes for the user. Throws
// Error{kModel} for another vocabulary.
std::vector<std::string> write_tokenizer_files(const GgufFile& file,
                                               const std::filesystem::path& folder);

// Copies the tokenizer files of another folder unchanged, after checking that it has the GGUF's
// tokens. Throws Error{kModel} naming the first that differs.
void copy_tokenizer_files(const GgufFile& file, const std::filesystem::path& from,
                          const std::filesystem::path& folder);

}  // namespace drp::model_files
