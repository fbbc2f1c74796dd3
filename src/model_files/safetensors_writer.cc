// SPDX-License-Identifier: Apache-2.0
#include "model_files/safetensors_writer.h"

#include <nlohmann/json.hpp>
#include <utility>

#include "base/check.h"
#include "base/file.h"

namespace drp::model_files {
namespace {

constexpr std::size_t kPrefixBytes = 8;

}  // namespace

void SafetensorsWriter::set_metadata(std::map<std::string, std::string> metadata) {
  metadata_ = std::move(metadata);
}

void SafetensorsWriter::add(std::string_view name, std::string_view dtype,
                            std::vector<std::int64_t> shape, std::size_t bytes, Source source) {
  arrays_.push_back(
      {std::string(name), std::string(dtype), std::move(shape), bytes, std::move(source)});
  data_bytes_ += bytes;
}

void SafetensorsWriter::write(const std::filesystem::path& path) const {
  nlohmann::ordered_json header;
  if (!metadata_.empty()) header["__metadata__"] = metadata_;
  std::size_t end = 0;
  for (const Array& array : arrays_) {
    const std::size_t begin = end;
    end += array.bytes;
    header[array.name] = {
        {"dtype", array.dtype}, {"shape", array.shape}, {"data_offsets", {begin, end}}};
  }
  std::string text = header.dump();
  while ((kPrefixBytes + text.size()) % 8 != 0) text += ' ';
  const std::uint64_t size = text.size();
  AtomicFile file(path);
  file.write(std::string_view(reinterpret_cast<const char*>(&size), kPrefixBytes));
  file.write(text);
  for (const Array& array : arrays_) {
    const std::string bytes = array.source();
    DRP_CHECK(bytes.size() == array.bytes, "shape does not fit the values");
    file.write(bytes);
  }
  file.publish();
}

}  // namespace drp::model_files
