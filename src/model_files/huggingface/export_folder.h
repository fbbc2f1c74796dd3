// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <filesystem>
#include <span>
#include <string>
#include <vector>

#include "model_files/adapter.h"
#include "model_files/gguf_file.h"
#include "model_files/weight_type.h"

namespace drp::model_files {

struct ExportFolderOptions {
  // f32, f16 or bf16; nullptr: the model's own, or f16 where it is quantised.
  const WeightType* type = nullptr;
  // A Hugging Face folder whose tokenizer files are copied unchanged; empty: they are made of what
  // the GGUF holds.
  std::filesystem::path tokenizer_folder;
  std::size_t shard_bytes_max = std::size_t{5} << 30U;
};

// Writes a model with adapters merged as a Hugging Face folder: config.json, model.safetensors (in
// shards with an index where it is large), tokenizer and chat template, generation_config.json.
// Without adapters and type, a model that came from import_model() gives back its weights bit for
// bit. Each file is published whole, the weights last. Returns what could not be written, for the
// user. Throws Error{kModel}, Error{kConfig} for another type, Error{kIo}.
std::vector<std::string> export_folder(const std::filesystem::path& folder, const GgufFile& base,
                                       std::span<const LoraAdapter> adapters,
                                       const ExportFolderOptions& options = {});

}  // namespace drp::model_files
