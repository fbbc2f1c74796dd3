// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>

namespace drp::model_files {

// A random model of a few thousand weights as a Hugging Face folder, for tests: the real files at a
// size where a test can compare every byte.
struct TinyFolder {
  std::string architecture = "llama";  // or qwen2, qwen3, gemma3
  std::string dtype = "BF16";          // of all tensors: F32, F16 or BF16
  bool new_spelling = false;           // config.json as transformers 5 writes it
  bool tied_head = true;
  bool llama3_scaling = false;
  bool sees_images = false;  // gemma3: the language model as a part of one that does
  std::int64_t layers = 2;
  std::int64_t width = 64;  // a multiple of every block but the K-quants'
  std::int64_t feed_forward = 96;
  std::int64_t heads = 4;
  std::int64_t key_value_heads = 2;
  std::int64_t head_width = 16;
  std::int64_t vocabulary = 424;  // rows of the embedding, with some to spare for no token
  int shards = 1;
  // tokenizer.json and what lies beside it come from here.
  std::filesystem::path tokenizer_folder;
  std::uint64_t seed = 1;
};
void write_tiny_folder(const std::filesystem::path& folder, const TinyFolder& model);

}  // namespace drp::model_files
