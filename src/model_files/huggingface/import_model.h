// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "model_files/weight_type.h"

namespace drp::model_files {

struct ImportOptions {
  // Of the matrices; nullptr keeps each as it is. Vectors are always F32, as llama.cpp wants them,
  // which loses nothing.
  const WeightType* type = nullptr;
  bool vocabulary_only = false;  // tokenizer and template, no weights and no config.json needed
  std::string name;              // general.name; empty: the folder's name
};

struct ImportResult {
  std::string architecture;
  std::int64_t tensors = 0;
  std::int64_t tokens = 0;
  std::string pre_tokenizer;
  std::vector<std::string> notes;  // what GGUF cannot say, for the user
};

// Makes a GGUF of a Hugging Face folder: config.json, safetensors, tokenizer.json and what lies
// beside them. Of the architectures llama (also Mistral), qwen2, qwen3 and gemma3 (its language
// model, where it sees images); without --type no value changes. The folder's small files go along
// under drp.hf.*, so that an export gives them back. Published whole. Throws Error{kIo} or
// Error{kModel} naming the file, the key or tensor, and what would do.
ImportResult import_model(const std::filesystem::path& folder, const std::filesystem::path& output,
                          const ImportOptions& options = {});

}  // namespace drp::model_files
