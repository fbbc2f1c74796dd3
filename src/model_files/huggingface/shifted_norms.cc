// SPDX-License-Identifier: Apache-2.0
#include "model_files/huggingface/shifted_norms.h"

#include <algorithm>
#include <bit>
#include <cstddef>
#include <cstdint>

namespace drp::model_files {
namespace {

std::string key_of(const std::string& tensor) { return "drp.hf." + tensor; }

float shift(float value, double offset) { return value + static_cast<float>(offset); }

}  // namespace

std::vector<float> shifted(std::span<const float> values, double offset) {
  std::vector<float> out;
  for (const float value : values) out.push_back(shift(value, offset));
  return out;
}

void keep_unshifted(GgufWriter& writer, const std::string& tensor, std::span<const float> values,
                    double offset) {
  const bool whole = std::all_of(values.begin(), values.end(), [&](float value) {
    const float back = shift(shift(value, offset), -offset);
    return std::bit_cast<std::uint32_t>(back) == std::bit_cast<std::uint32_t>(value);
  });
  if (!whole) writer.add_f32_list(key_of(tensor), {values.begin(), values.end()});
}

std::vector<float> unshifted(const GgufFile& file, const GgufTensor& tensor, double offset) {
  const std::vector<float> kept = file.float_list(key_of(tensor.name));
  std::vector<float> values = file.read(tensor);
  for (std::size_t i = 0; i < values.size(); ++i) {
    // Training may have moved the tensor since.
    const bool valid = i < kept.size() && shift(kept[i], offset) == values[i];
    values[i] = valid ? kept[i] : shift(values[i], -offset);
  }
  return values;
}

}  // namespace drp::model_files
