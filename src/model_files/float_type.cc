// SPDX-License-Identifier: Apache-2.0
#include "model_files/float_type.h"

#include <ggml.h>

#include <cstdint>
#include <cstring>
#include <vector>

namespace drp::model_files {

std::string encode_floats(std::span<const float> values, FloatType type) {
  std::string bytes(values.size() * value_bytes(type), '\0');
  if (values.empty()) return bytes;  // no address to copy from
  const auto count = static_cast<std::int64_t>(values.size());
  switch (type) {
    case FloatType::kF32:
      std::memcpy(bytes.data(), values.data(), bytes.size());
      break;
    case FloatType::kF16: {
      std::vector<ggml_fp16_t> halves(values.size());  // a string promises no alignment
      ggml_fp32_to_fp16_row(values.data(), halves.data(), count);
      std::memcpy(bytes.data(), halves.data(), bytes.size());
      break;
    }
    case FloatType::kBF16: {
      std::vector<ggml_bf16_t> halves(values.size());
      ggml_fp32_to_bf16_row_ref(values.data(), halves.data(), count);
      std::memcpy(bytes.data(), halves.data(), bytes.size());
      break;
    }
  }
  return bytes;
}

std::size_t value_bytes(FloatType type) { return type == FloatType::kF32 ? 4 : 2; }

std::string_view safetensors_name(FloatType type) {
  switch (type) {
    case FloatType::kF32:
      return "F32";
    case FloatType::kF16:
      return "F16";
    case FloatType::kBF16:
      return "BF16";
  }
  return {};
}

}  // namespace drp::model_files
