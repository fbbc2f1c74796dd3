// SPDX-License-Identifier: Apache-2.0
#include "model_files/safetensors_view.h"

#include <algorithm>
#include <cstring>
#include <nlohmann/json.hpp>

#include "base/error.h"

namespace drp::model_files {
namespace {

constexpr std::size_t kHeaderBytesMax = std::size_t{100} << 20U;
constexpr std::size_t kPrefixBytes = 8;
constexpr std::size_t kArraysMax = std::size_t{1} << 20U;
constexpr std::size_t kDimsMax = 16;

struct StoredType {
  std::string_view name;
  std::size_t bytes;
};
constexpr StoredType kTypes[] = {{"F64", 8},     {"I64", 8},     {"U64", 8}, {"F32", 4},
                                 {"I32", 4},     {"U32", 4},     {"F16", 2}, {"BF16", 2},
                                 {"I16", 2},     {"U16", 2},     {"I8", 1},  {"U8", 1},
                                 {"F8_E4M3", 1}, {"F8_E5M2", 1}, {"BOOL", 1}};

template <class Number>
std::vector<Number> whole_numbers(const SafetensorsView& file, const std::string& what,
                                  const nlohmann::json& list) {
  std::vector<Number> numbers;
  for (const nlohmann::json& number : list) {
    if (!number.is_number_integer()) file.fail(what + " is described by more than whole numbers");
    numbers.push_back(number.get<Number>());
  }
  return numbers;
}

StoredArray read_array(const SafetensorsView& file, const std::string& name,
                       const nlohmann::json& entry, std::string_view data) {
  StoredArray array;
  array.name = name;
  const std::string what = "array '" + name + "'";
  array.dtype = entry.at("dtype").get<std::string>();
  const auto* type = std::find_if(std::begin(kTypes), std::end(kTypes),
                                  [&](const StoredType& t) { return t.name == array.dtype; });
  if (type == std::end(kTypes)) file.fail(what + " has the unknown type '" + array.dtype + "'");
  array.shape = whole_numbers<std::int64_t>(file, what, entry.at("shape"));
  if (array.shape.size() > kDimsMax) {
    file.fail(what + " has " + std::to_string(array.shape.size()) + " dimensions");
  }
  std::uint64_t elements = 1;
  for (const std::int64_t dim : array.shape) {
    if (dim < 0 || (dim > 0 && elements > data.size() / static_cast<std::uint64_t>(dim))) {
      file.fail(what + " is larger than the file");
    }
    elements *= static_cast<std::uint64_t>(dim);
  }
  const auto offsets = whole_numbers<std::uint64_t>(file, what, entry.at("data_offsets"));
  if (offsets.size() != 2 || offsets[0] > offsets[1] || offsets[1] > data.size()) {
    file.fail("is cut short: " + what + " lies outside its " + std::to_string(data.size()) +
              " bytes of data");
  }
  if (offsets[1] - offsets[0] != elements * type->bytes) {
    file.fail(what + " has " + std::to_string(offsets[1] - offsets[0]) + " bytes, expected " +
              std::to_string(elements * type->bytes));
  }
  array.bytes = data.substr(offsets[0], offsets[1] - offsets[0]);
  return array;
}

}  // namespace

void SafetensorsView::fail(const std::string& reason) const {
  throw Error(ErrorKind::kModel, "safetensors file '" + path_.string() + "' " + reason,
              "fetch or write the file again");
}

SafetensorsView::SafetensorsView(const std::filesystem::path& path) : path_(path), file_(path) {
  const std::string_view bytes = file_.bytes();
  std::uint64_t header_bytes = 0;
  if (bytes.size() < kPrefixBytes) fail("is cut short: it has no header");
  std::memcpy(&header_bytes, bytes.data(), kPrefixBytes);
  if (header_bytes > kHeaderBytesMax || header_bytes > bytes.size() - kPrefixBytes) {
    fail("is cut short or no safetensors file: its header claims " + std::to_string(header_bytes) +
         " bytes");
  }
  const std::string_view data = bytes.substr(kPrefixBytes + header_bytes);
  const std::string_view text = bytes.substr(kPrefixBytes, header_bytes);
  try {
    const auto header = nlohmann::json::parse(text);
    if (!header.is_object()) fail("has a damaged header: it is no JSON object");
    if (header.size() > kArraysMax) {
      fail("claims " + std::to_string(header.size()) + " arrays; its header is damaged");
    }
    for (const auto& [name, entry] : header.items()) {
      if (name == "__metadata__") {
        metadata_ = entry.get<std::map<std::string, std::string>>();
      } else {
        arrays_.push_back(read_array(*this, name, entry, data));
      }
    }
  } catch (const nlohmann::json::exception& error) {
    fail(std::string("has a damaged header: ") + error.what());
  }
  std::stable_sort(arrays_.begin(), arrays_.end(), [](const StoredArray& a, const StoredArray& b) {
    return a.bytes.data() < b.bytes.data();
  });
  check_layout(data);
}

void SafetensorsView::check_layout(std::string_view data) const {
  const char* end = data.data();
  for (const StoredArray& array : arrays_) {
    if (array.bytes.empty()) continue;
    if (array.bytes.data() < end) fail("array '" + array.name + "' overlaps the one before it");
    if (array.bytes.data() > end) fail("has a gap before array '" + array.name + "'");
    end = array.bytes.data() + array.bytes.size();
  }
  if (end != data.data() + data.size()) {
    fail("has " + std::to_string(data.data() + data.size() - end) + " bytes behind its last array");
  }
}

}  // namespace drp::model_files
