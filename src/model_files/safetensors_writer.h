// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace drp::model_files {

// Builds a safetensors file: arrays lie in the order they were added. Same content, same bytes.
class SafetensorsWriter {
 public:
  // The bytes of an array, asked for when they are written.
  using Source = std::function<std::string()>;

  void set_metadata(std::map<std::string, std::string> metadata);
  // `source` gives exactly `bytes` bytes and must work until the file is written.
  void add(std::string_view name, std::string_view dtype, std::vector<std::int64_t> shape,
           std::size_t bytes, Source source);

  // Publishes atomically. Throws Error{kIo}.
  void write(const std::filesystem::path& path) const;
  // Of all arrays added.
  std::size_t data_bytes() const { return data_bytes_; }

 private:
  struct Array {
    std::string name;
    std::string dtype;
    std::vector<std::int64_t> shape;
    std::size_t bytes = 0;
    Source source;
  };

  std::map<std::string, std::string> metadata_;
  std::vector<Array> arrays_;
  std::size_t data_bytes_ = 0;
};

}  // namespace drp::model_files
