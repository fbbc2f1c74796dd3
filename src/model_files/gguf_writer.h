// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "model_files/float_type.h"
#include "model_files/gguf_file.h"

namespace drp::model_files {

// Builds a GGUF version 3 file: keys and tensors appear in the order they were added.
class GgufWriter {
 public:
  // The bytes of a tensor, asked for when they are written: a model's weights are in memory a
  // tensor at a time.
  using Source = std::function<std::string()>;

  void add_text(std::string_view key, std::string_view value);
  void add_u32(std::string_view key, std::uint32_t value);
  void add_f32(std::string_view key, float value);
  void add_bool(std::string_view key, bool value);
  void add_text_list(std::string_view key, const std::vector<std::string>& values);
  // A key of another file as it is; `value` starts with its type.
  void add_raw(const GgufFile::RawKey& key);
  void add_i32_list(std::string_view key, const std::vector<std::int32_t>& values);
  void add_f32_list(std::string_view key, const std::vector<float>& values);
  // `dims` in file order (fastest first). One-dimensional tensors are always stored as F32.
  void add_tensor(std::string_view name, const std::vector<std::int64_t>& dims,
                  std::span<const float> values, FloatType type = FloatType::kF32);
  // One of any ggml type. `source` gives exactly its size and must work until the file is written.
  void add_tensor(std::string_view name, const std::vector<std::int64_t>& dims, int ggml_type,
                  Source source);

  // Publishes atomically. Throws Error{kIo}.
  void write(const std::filesystem::path& path) const;
  // The file's bytes piece by piece, no more than a tensor at a time.
  void write(const std::function<void(std::string_view)>& out) const;
  std::string bytes() const;

 private:
  struct Tensor {
    std::size_t bytes = 0;
    Source source;
  };

  void add_key(std::string_view key, std::uint32_t type);
  std::string head() const;
  // A tensor's bytes with the padding behind them.
  static std::string padded(const Tensor& tensor);

  std::string keys_;
  std::uint64_t key_count_ = 0;
  std::string infos_;
  std::vector<Tensor> tensors_;
  std::uint64_t data_bytes_ = 0;
};

}  // namespace drp::model_files
