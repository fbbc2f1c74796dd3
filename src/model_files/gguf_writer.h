// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <filesystem>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "model_files/float_type.h"
#include "model_files/gguf_file.h"

namespace drp::model_files {

// Builds a GGUF version 3 file in memory: keys and tensors appear in the order they were added.
class GgufWriter {
 public:
  void add_text(std::string_view key, std::string_view value);
  void add_u32(std::string_view key, std::uint32_t value);
  void add_f32(std::string_view key, float value);
  void add_bool(std::string_view key, bool value);
  void add_text_list(std::string_view key, const std::vector<std::string>& values);
  // A key of another file as it is; `value` starts with its type.
  void add_raw(const GgufFile::RawKey& key);
  void add_i32_list(std::string_view key, const std::vector<std::int32_t>& values);
  // `dims` in file order (fastest first). One-dimensional tensors are always stored as F32.
  void add_tensor(std::string_view name, const std::vector<std::int64_t>& dims,
                  std::span<const float> values, FloatType type = FloatType::kF32);

  // Publishes atomically. Throws Error{kIo}.
  void write(const std::filesystem::path& path) const;
  std::string bytes() const;

 private:
  void add_key(std::string_view key, std::uint32_t type);

  std::string keys_;
  std::uint64_t key_count_ = 0;
  std::string infos_;
  std::uint64_t tensor_count_ = 0;
  std::string data_;
};

}  // namespace drp::model_files
