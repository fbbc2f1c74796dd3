// SPDX-License-Identifier: Apache-2.0
#include "model_files/safetensors.h"

#include <algorithm>

#include "model_files/safetensors_view.h"
#include "model_files/safetensors_writer.h"
#include "model_files/weight_type.h"

namespace drp::model_files {

const NamedArray* SafetensorsFile::find(const std::string& name) const {
  const auto found = std::find_if(arrays.begin(), arrays.end(),
                                  [&](const NamedArray& array) { return array.name == name; });
  return found == arrays.end() ? nullptr : &*found;
}

void write_safetensors(const std::filesystem::path& path, const SafetensorsFile& content,
                       FloatType type) {
  SafetensorsWriter writer;
  writer.set_metadata(content.metadata);
  for (const NamedArray& array : content.arrays) {
    writer.add(array.name, safetensors_name(type), array.shape,
               array.values.size() * value_bytes(type),
               [&array, type] { return encode_floats(array.values, type); });
  }
  writer.write(path);
}

SafetensorsFile read_safetensors(const std::filesystem::path& path) {
  const SafetensorsView file(path);
  SafetensorsFile content;
  content.metadata = file.metadata();
  for (const StoredArray& array : file.arrays()) {
    const int type = ggml_type_of_safetensors(array.dtype);
    if (type < 0) {
      file.fail("array '" + array.name + "' has type " + array.dtype +
                "; F32, F16 and BF16 can be read");
    }
    content.arrays.push_back({array.name, array.shape, decode_weights(array.bytes, type)});
  }
  return content;
}

}  // namespace drp::model_files
