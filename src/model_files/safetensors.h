// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <string>
#include <vector>

#include "model_files/float_type.h"

namespace drp::model_files {

// A named array of fp32 values in C order.
struct NamedArray {
  std::string name;
  std::vector<std::int64_t> shape;
  std::vector<float> values;

  bool operator==(const NamedArray&) const = default;
};

struct SafetensorsFile {
  std::map<std::string, std::string> metadata;
  std::vector<NamedArray> arrays;  // in the order of their data

  bool operator==(const SafetensorsFile&) const = default;
  // The array of this name, or nullptr.
  const NamedArray* find(const std::string& name) const;
};

// Writes and publishes atomically. Same content, same bytes. Throws Error{kIo}.
void write_safetensors(const std::filesystem::path& path, const SafetensorsFile& content,
                       FloatType type = FloatType::kF32);

// Reads F32, F16 and BF16 arrays as fp32. Every offset is checked before it is used; throws
// Error{kIo} when the file cannot be read, Error{kModel} naming file and array when it is damaged.
SafetensorsFile read_safetensors(const std::filesystem::path& path);

}  // namespace drp::model_files
