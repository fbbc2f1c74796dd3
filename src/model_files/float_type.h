// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <span>
#include <string>
#include <string_view>

namespace drp::model_files {

// How values are stored.
enum class FloatType { kF32, kF16, kBF16 };

// The values as a file holds them: little-endian, rounded to nearest even.
std::string encode_floats(std::span<const float> values, FloatType type);
std::size_t value_bytes(FloatType type);
std::string_view safetensors_name(FloatType type);  // "F32", "F16", "BF16"

}  // namespace drp::model_files
