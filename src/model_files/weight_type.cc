// SPDX-License-Identifier: Apache-2.0
#include "model_files/weight_type.h"

#include <ggml.h>

#include <algorithm>
#include <cmath>
#include <cstring>

#include "base/check.h"
#include "base/error.h"
#include "base/text.h"

namespace drp::model_files {
namespace {

// The numbers of llama_ftype, which general.file_type holds.
constexpr WeightType kTypes[] = {
    {"f32", GGML_TYPE_F32, 0},   {"f16", GGML_TYPE_F16, 1},    {"bf16", GGML_TYPE_BF16, 32},
    {"q8_0", GGML_TYPE_Q8_0, 7}, {"q6_k", GGML_TYPE_Q6_K, 18}, {"q5_k", GGML_TYPE_Q5_K, 17},
    {"q5_1", GGML_TYPE_Q5_1, 9}, {"q5_0", GGML_TYPE_Q5_0, 8},  {"q4_k", GGML_TYPE_Q4_K, 15},
    {"q4_1", GGML_TYPE_Q4_1, 3}, {"q4_0", GGML_TYPE_Q4_0, 2}};

bool tiles(int type, std::int64_t row) {
  return row % ggml_blck_size(static_cast<ggml_type>(type)) == 0;
}

// Beyond it F16 knows infinity alone, and a model with one answers nonsense.
void check_range(std::span<const float> values) {
  constexpr float kLargest = 65504;
  for (const float value : values) {
    if (std::abs(value) <= kLargest) continue;
    throw Error(ErrorKind::kModel,
                "a weight of " + std::to_string(value) + " is beyond what f16 holds (65504)",
                "take bf16 or f32");
  }
}

}  // namespace

std::span<const WeightType> weight_types() { return kTypes; }

const WeightType* find_weight_type(std::string_view name) {
  const std::string lower = to_lower(name);
  const auto* found = std::find_if(std::begin(kTypes), std::end(kTypes),
                                   [&](const WeightType& type) { return type.name == lower; });
  return found == std::end(kTypes) ? nullptr : found;
}

std::string weight_type_names() {
  std::vector<std::string> names;
  for (const WeightType& type : kTypes) names.emplace_back(type.name);
  return join(names, ", ");
}

int file_type_of(int ggml_type) {
  for (const WeightType& type : kTypes) {
    if (type.ggml == ggml_type) return type.file_type;
  }
  return 0;
}

int fitting_type(int wanted, std::int64_t row) {
  if (tiles(wanted, row)) return wanted;
  int narrower = GGML_TYPE_F16;
  if (wanted == GGML_TYPE_Q4_K) narrower = GGML_TYPE_Q5_0;
  if (wanted == GGML_TYPE_Q5_K) narrower = GGML_TYPE_Q5_1;
  if (wanted == GGML_TYPE_Q6_K) narrower = GGML_TYPE_Q8_0;
  return tiles(narrower, row) ? narrower : GGML_TYPE_F16;
}

std::size_t tensor_bytes(int ggml_type, std::int64_t row, std::int64_t rows) {
  const ggml_type_traits* traits = ggml_get_type_traits(static_cast<enum ggml_type>(ggml_type));
  DRP_CHECK(tiles(ggml_type, row), "a row is no multiple of its type's block");
  return static_cast<std::size_t>(row / traits->blck_size * rows) * traits->type_size;
}

std::vector<float> decode_weights(std::string_view bytes, int ggml_type) {
  const ggml_type_traits* traits = ggml_get_type_traits(static_cast<enum ggml_type>(ggml_type));
  const std::size_t blocks = bytes.size() / traits->type_size;
  std::vector<float> values(blocks * static_cast<std::size_t>(traits->blck_size));
  if (values.empty()) return values;  // no address to copy to
  if (ggml_type == GGML_TYPE_F32) {
    std::memcpy(values.data(), bytes.data(), bytes.size());
    return values;
  }
  const std::string_view whole = bytes.substr(0, blocks * traits->type_size);
  if (reinterpret_cast<std::uintptr_t>(whole.data()) % alignof(float) == 0) {
    traits->to_float(whole.data(), values.data(), static_cast<std::int64_t>(values.size()));
  } else {
    const std::vector<char> aligned(whole.begin(), whole.end());
    traits->to_float(aligned.data(), values.data(), static_cast<std::int64_t>(values.size()));
  }
  return values;
}

std::string encode_weights(std::span<const float> values, int ggml_type, std::int64_t row) {
  DRP_CHECK(row > 0 && values.size() % static_cast<std::size_t>(row) == 0, "values are no rows");
  const auto rows = static_cast<std::int64_t>(values.size()) / row;
  std::string bytes(tensor_bytes(ggml_type, row, rows), '\0');
  if (rows == 0) return bytes;
  const std::size_t written = ggml_quantize_chunk(
      static_cast<enum ggml_type>(ggml_type), values.data(), bytes.data(), 0, rows, row, nullptr);
  DRP_CHECK(written == bytes.size(), "ggml wrote another number of bytes");
  if (ggml_type == GGML_TYPE_F16) check_range(values);
  return bytes;
}

int ggml_type_of_safetensors(std::string_view dtype) {
  if (dtype == "F32") return GGML_TYPE_F32;
  if (dtype == "F16") return GGML_TYPE_F16;
  return dtype == "BF16" ? static_cast<int>(GGML_TYPE_BF16) : -1;
}

std::string_view safetensors_type(int ggml_type) {
  switch (ggml_type) {
    case GGML_TYPE_F32:
      return "F32";
    case GGML_TYPE_F16:
      return "F16";
    case GGML_TYPE_BF16:
      return "BF16";
    default:
      return {};  // the type is a number of a file
  }
}

}  // namespace drp::model_files
