// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <filesystem>
#include <span>
#include <string>
#include <vector>

#include "model_files/model_shape.h"
#include "model_files/safetensors.h"

namespace drp::model_files {

// One adapted matrix: the model adds scale * B A to it.
struct LoraPair {
  std::int64_t layer = 0;
  Linear linear = Linear::kQuery;
  std::int64_t rank = 0;
  std::vector<float> a;  // [rank, inputs]
  std::vector<float> b;  // [outputs, rank], rows in the order of the GGUF model

  bool operator==(const LoraPair&) const = default;
};

// A LoRA adapter (Hu et al., 2021) for one model.
struct LoraAdapter {
  std::string architecture;
  // delta = alpha / rank * B A, or alpha / sqrt(rank) * B A when rank_stabilised.
  double alpha = 0;
  bool rank_stabilised = false;
  std::vector<LoraPair> pairs;  // by layer, then in the order of kLinears

  double scale(const LoraPair& pair) const;
  bool operator==(const LoraAdapter&) const = default;
};

// Adds the adapter's delta to a weight [outputs, inputs] of that layer and kind; does nothing where
// the adapter has no pair for it.
void add_delta(const LoraAdapter& adapter, std::int64_t layer, Linear linear,
               std::span<float> weight);

// A GGUF LoRA for llama.cpp. llama.cpp knows only alpha / rank, so a rank-stabilised scale is
// folded into the written alpha. `base_name` goes into general.base_model.0.name where not empty.
void write_gguf_lora(const std::filesystem::path& path, const LoraAdapter& adapter,
                     const std::string& base_name, FloatType type = FloatType::kF32);
// Reads one back, whatever its value types; checks each pair against the model it is for. Throws
// Error{kModel} naming the file and the tensor.
LoraAdapter read_gguf_lora(const std::filesystem::path& path, const ModelShape& shape);

struct PeftOptions {
  std::string base_model;  // base_model_name_or_path
  double dropout = 0;
  FloatType type = FloatType::kF32;
};
// A PEFT folder: adapter_model.safetensors and adapter_config.json, rows of query and key in
// Hugging Face order. Every pair must have the same rank. Throws Error{kIo}.
void write_peft_folder(const std::filesystem::path& folder, const LoraAdapter& adapter,
                       const ModelShape& shape, const PeftOptions& options);
// Throws Error{kModel} naming file and key where the folder holds what we cannot apply exactly.
LoraAdapter read_peft_folder(const std::filesystem::path& folder, const ModelShape& shape);

}  // namespace drp::model_files
