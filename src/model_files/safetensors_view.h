// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "model_files/mapped_file.h"

namespace drp::model_files {

// One array of a safetensors file, as it lies there.
struct StoredArray {
  std::string name;
  std::string dtype;  // "F32", "BF16", "I64", ...
  std::vector<std::int64_t> shape;
  std::string_view bytes;  // C order, little-endian, no alignment promised
};

// A safetensors file mapped read-only. The whole header is checked before any of it is used: sizes
// fit shapes and types, and the arrays tile the data without gap or overlap, as the format demands.
class SafetensorsView {
 public:
  // Throws Error{kIo} when the file cannot be read, Error{kModel} naming file and array when it is
  // damaged.
  explicit SafetensorsView(const std::filesystem::path& path);

  const std::filesystem::path& path() const { return path_; }
  const std::map<std::string, std::string>& metadata() const { return metadata_; }
  // In the order of their data.
  const std::vector<StoredArray>& arrays() const { return arrays_; }

  // Error{kModel} about this file, for readers on top.
  [[noreturn]] void fail(const std::string& reason) const;

 private:
  void check_layout(std::string_view data) const;

  std::filesystem::path path_;
  MappedFile file_;
  std::map<std::string, std::string> metadata_;
  std::vector<StoredArray> arrays_;
};

}  // namespace drp::model_files
