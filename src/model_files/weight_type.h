// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace drp::model_files {

// A type that a model's matrices can be written in.
struct WeightType {
  std::string_view name;  // as users write it: "q8_0"
  int ggml = 0;           // ggml_type
  int file_type = 0;      // general.file_type of a model of it
};
std::span<const WeightType> weight_types();
// By name without regard to case; nullptr for others.
const WeightType* find_weight_type(std::string_view name);
// "f32, f16, ..."
std::string weight_type_names();
// general.file_type of a model whose matrices are of this ggml type; 0 (F32) for types not listed.
int file_type_of(int ggml_type);

// The type that rows of `row` values can have where `wanted` is asked for: blocks of a quantised
// type tile a row, so a narrower one (llama.cpp's choice) or F16 takes its place elsewhere.
int fitting_type(int wanted, std::int64_t row);

// Bytes of a tensor; `row` (values that vary fastest) is a multiple of the type's block.
std::size_t tensor_bytes(int ggml_type, std::int64_t row, std::int64_t rows);
// Through ggml; `bytes` need no alignment. The values' types are those that ggml dequantises.
std::vector<float> decode_weights(std::string_view bytes, int ggml_type);
// Rounded to nearest even or quantised by ggml, without an importance matrix. Throws Error{kModel}
// for a value that F16 cannot hold.
std::string encode_weights(std::span<const float> values, int ggml_type, std::int64_t row);

// "F32", "F16", "BF16" of safetensors as a ggml type, and back; -1 and empty for others.
int ggml_type_of_safetensors(std::string_view dtype);
std::string_view safetensors_type(int ggml_type);

}  // namespace drp::model_files
