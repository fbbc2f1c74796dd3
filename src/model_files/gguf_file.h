// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "model_files/mapped_file.h"

namespace drp::model_files {

// A tensor's place in a GGUF file. `dims` are in file order: dims[0] varies fastest, so a weight
// that maps `in` to `out` has dims {in, out}.
struct GgufTensor {
  std::string name;
  std::vector<std::int64_t> dims;
  int type = 0;  // ggml_type
  std::int64_t elements = 0;
  std::size_t begin = 0;  // of its data, from the start of the file
  std::size_t bytes = 0;
};

// A GGUF file (versions 2 and 3) mapped read-only.
//
// The header is read here rather than by ggml, whose reader reports on stderr and whose later use
// of a bad file may abort the process: every size is checked against the file before anything is
// touched, and each complaint names the file, the tensor or key, and the reason. Only the
// dequantisers are ggml's.
class GgufFile {
 public:
  // Throws Error{kIo} when the file cannot be read and Error{kModel} when it is no GGUF, is cut
  // short, or holds a tensor of a type that cannot be dequantised.
  explicit GgufFile(const std::filesystem::path& path);

  const std::filesystem::path& path() const { return path_; }
  std::size_t file_bytes() const { return file_.bytes().size(); }

  // Values by key; nothing where the key is absent or of another type.
  std::optional<std::string_view> text(const std::string& key) const;
  std::optional<std::int64_t> integer(const std::string& key) const;  // any integer type or bool
  std::optional<double> number(const std::string& key) const;         // any number
  std::vector<std::string_view> text_list(const std::string& key) const;
  std::vector<std::int64_t> integer_list(const std::string& key) const;  // of u32, i32 or bool
  std::vector<float> float_list(const std::string& key) const;

  // Every key in file order with its value as it lies in the file, type first: what a copy needs.
  struct RawKey {
    std::string_view name;
    std::string_view value;
  };
  const std::vector<RawKey>& raw_keys() const { return raw_keys_; }

  // In file order.
  const std::vector<GgufTensor>& tensors() const { return tensors_; }
  const GgufTensor* find(const std::string& name) const;
  // The tensor of this name, or Error{kModel} that names it.
  const GgufTensor& tensor(const std::string& name) const;

  // Its values in file order as fp32; `out` has tensor.elements items. Dequantised by ggml.
  void read(const GgufTensor& tensor, std::span<float> out) const;
  std::vector<float> read(const GgufTensor& tensor) const;
  // One row (dims[0] values) of a matrix, 0 <= row < dims[1].
  void read_row(const GgufTensor& tensor, std::int64_t row, std::span<float> out) const;
  std::string_view data(const GgufTensor& tensor) const;

  // Error{kModel} about this file, for readers on top.
  [[noreturn]] void fail(const std::string& reason, const std::string& hint = {}) const;

 private:
  struct Value {
    std::uint32_t type = 0;
    std::uint32_t item_type = 0;  // of an array
    std::uint64_t items = 1;
    std::string_view bytes;  // of the value, or of an array's items
  };
  class Cursor;

  void read_header();
  void read_tensors(Cursor& cursor, std::uint64_t count);
  void check_tensor(GgufTensor& tensor) const;
  Value read_value(Cursor& cursor, const std::string& key) const;
  const Value* value(const std::string& key) const;

  std::filesystem::path path_;
  MappedFile file_;
  std::map<std::string, Value> values_;
  std::vector<RawKey> raw_keys_;
  std::vector<GgufTensor> tensors_;
  std::map<std::string, std::size_t> index_;
};

}  // namespace drp::model_files
