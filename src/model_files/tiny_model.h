// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>

#include "model_files/safetensors.h"

namespace drp::model_files {

// A random model of a few thousand weights as a GGUF file without a tokenizer: the real format and
// architecture at a size where a test can try every byte.
struct TinyModel {
  std::string architecture = "llama";  // or qwen2 (biases), qwen3 (norms of heads), gemma3
  std::uint32_t layers = 2;
  std::uint32_t width = 32;
  std::uint32_t feed_forward = 48;
  std::uint32_t heads = 4;
  std::uint32_t key_value_heads = 2;
  std::uint32_t head_width = 0;  // 0: width / heads, without a key that says so
  std::uint32_t vocabulary = 40;
  std::uint32_t context_tokens = 64;
  float rope_base = 100;       // small, so that a wrong position shows
  bool rope_divisors = false;  // as Llama 3 scales its frequencies
  // gemma3: keys that a query sees in the first of every two layers.
  std::uint32_t window = 5;
  bool tied_head = true;
  FloatType type = FloatType::kF32;
  std::uint64_t seed = 1;
};
void write_tiny_model(const std::filesystem::path& path, const TinyModel& model);

}  // namespace drp::model_files
