// SPDX-License-Identifier: Apache-2.0
#include "model_files/safetensors.h"

#include <ggml.h>

#include <algorithm>
#include <cstring>
#include <nlohmann/json.hpp>
#include <string_view>

#include "base/check.h"
#include "base/error.h"
#include "base/file.h"
#include "model_files/mapped_file.h"

namespace drp::model_files {
namespace {

using nlohmann::json;

constexpr std::size_t kHeaderBytesMax = std::size_t{100} << 20U;
constexpr std::size_t kPrefixBytes = 8;

struct StoredType {
  std::string_view name;
  ggml_type type;
  std::size_t bytes;
};
constexpr StoredType kTypes[] = {
    {"F32", GGML_TYPE_F32, 4}, {"F16", GGML_TYPE_F16, 2}, {"BF16", GGML_TYPE_BF16, 2}};

[[noreturn]] void fail(const std::filesystem::path& path, const std::string& reason) {
  throw Error(ErrorKind::kModel, "safetensors file '" + path.string() + "' " + reason,
              "fetch or write the file again");
}

std::vector<float> decode(std::string_view bytes, const StoredType& type) {
  std::vector<float> values(bytes.size() / type.bytes);
  if (values.empty()) return values;  // no address to copy to
  const auto count = static_cast<std::int64_t>(values.size());
  switch (type.bytes) {
    case 4:
      std::memcpy(values.data(), bytes.data(), bytes.size());
      break;
    case 2: {
      std::vector<std::uint16_t> halves(values.size());  // the file promises no alignment
      std::memcpy(halves.data(), bytes.data(), bytes.size());
      ggml_get_type_traits(type.type)->to_float(halves.data(), values.data(), count);
      break;
    }
    default:
      DRP_CHECK(false, "unknown width");
  }
  return values;
}

NamedArray read_array(const std::filesystem::path& path, const std::string& name, const json& entry,
                      std::string_view data) {
  NamedArray array;
  array.name = name;
  const std::string what = "array '" + name + "'";
  const std::string dtype = entry.at("dtype").get<std::string>();
  const auto* type = std::find_if(std::begin(kTypes), std::end(kTypes),
                                  [&](const StoredType& t) { return t.name == dtype; });
  if (type == std::end(kTypes)) {
    fail(path, what + " has type " + dtype + "; F32, F16 and BF16 can be read");
  }
  array.shape = entry.at("shape").get<std::vector<std::int64_t>>();
  const auto offsets = entry.at("data_offsets").get<std::vector<std::uint64_t>>();
  std::uint64_t elements = 1;
  for (const std::int64_t dim : array.shape) {
    if (dim < 0 || (dim > 0 && elements > data.size() / static_cast<std::uint64_t>(dim))) {
      fail(path, what + " is larger than the file");
    }
    elements *= static_cast<std::uint64_t>(dim);
  }
  if (offsets.size() != 2 || offsets[0] > offsets[1] || offsets[1] > data.size()) {
    fail(path, "is cut short: " + what + " lies outside its " + std::to_string(data.size()) +
                   " bytes of data");
  }
  if (offsets[1] - offsets[0] != elements * type->bytes) {
    fail(path, what + " has " + std::to_string(offsets[1] - offsets[0]) + " bytes, expected " +
                   std::to_string(elements * type->bytes));
  }
  array.values = decode(data.substr(offsets[0], offsets[1] - offsets[0]), *type);
  return array;
}

}  // namespace

const NamedArray* SafetensorsFile::find(const std::string& name) const {
  const auto found = std::find_if(arrays.begin(), arrays.end(),
                                  [&](const NamedArray& array) { return array.name == name; });
  return found == arrays.end() ? nullptr : &*found;
}

void write_safetensors(const std::filesystem::path& path, const SafetensorsFile& content,
                       FloatType type) {
  nlohmann::ordered_json header;
  if (!content.metadata.empty()) header["__metadata__"] = content.metadata;
  const std::size_t item_bytes = value_bytes(type);
  std::size_t end = 0;
  for (const NamedArray& array : content.arrays) {
    const std::size_t begin = end;
    end += array.values.size() * item_bytes;
    header[array.name] = {
        {"dtype", safetensors_name(type)}, {"shape", array.shape}, {"data_offsets", {begin, end}}};
  }
  std::string text = header.dump();
  while ((kPrefixBytes + text.size()) % 8 != 0) text += ' ';
  const std::uint64_t size = text.size();
  AtomicFile file(path);
  file.write(std::string_view(reinterpret_cast<const char*>(&size), kPrefixBytes));
  file.write(text);
  for (const NamedArray& array : content.arrays) file.write(encode_floats(array.values, type));
  file.publish();
}

SafetensorsFile read_safetensors(const std::filesystem::path& path) {
  const MappedFile file(path);
  const std::string_view bytes = file.bytes();
  std::uint64_t header_bytes = 0;
  if (bytes.size() < kPrefixBytes) fail(path, "is cut short: it has no header");
  std::memcpy(&header_bytes, bytes.data(), kPrefixBytes);
  if (header_bytes > kHeaderBytesMax || header_bytes > bytes.size() - kPrefixBytes) {
    fail(path, "is cut short or no safetensors file: its header claims " +
                   std::to_string(header_bytes) + " bytes");
  }
  SafetensorsFile content;
  const std::string_view data = bytes.substr(kPrefixBytes + header_bytes);
  try {
    const auto header = nlohmann::ordered_json::parse(bytes.substr(kPrefixBytes, header_bytes));
    for (const auto& [name, entry] : header.items()) {
      if (name == "__metadata__") {
        content.metadata = entry.get<std::map<std::string, std::string>>();
      } else {
        content.arrays.push_back(read_array(path, name, entry, data));
      }
    }
  } catch (const nlohmann::json::exception& error) {
    fail(path, std::string("has a damaged header: ") + error.what());
  }
  return content;
}

}  // namespace drp::model_files
