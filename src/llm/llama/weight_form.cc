// SPDX-License-Identifier: Apache-2.0
#include "llm/llama/weight_form.h"

#include <ggml-cpu.h>
#include <ggml.h>

#include <cstdint>

#include "base/memory.h"

namespace drp::llm {
namespace {

constexpr std::uint64_t kHalfBytesMax = std::uint64_t{2} << 30U;

// The type that stands for the model's: that of the largest matrix of its first block.
ggml_type typical_type(const model_files::GgufFile& model) {
  const model_files::GgufTensor* largest = nullptr;
  for (const model_files::GgufTensor& tensor : model.tensors()) {
    if (tensor.dims.size() != 2 || !tensor.name.starts_with("blk.0.")) continue;
    if (largest == nullptr || tensor.elements > largest->elements) largest = &tensor;
  }
  return largest == nullptr ? GGML_TYPE_F32 : static_cast<ggml_type>(largest->type);
}

std::uint64_t half_bytes(const model_files::GgufFile& model) {
  std::uint64_t bytes = 0;
  for (const model_files::GgufTensor& tensor : model.tensors()) {
    bytes += 2 * static_cast<std::uint64_t>(tensor.elements);
  }
  return bytes;
}

bool has_integer_dot_products() {
  return ggml_cpu_has_avx512_vnni() != 0 || ggml_cpu_has_avx_vnni() != 0 ||
         ggml_cpu_has_amx_int8() != 0 || ggml_cpu_has_dotprod() != 0 ||
         ggml_cpu_has_matmul_int8() != 0;
}

}  // namespace

WeightForm choose_weight_form(const model_files::GgufFile& model) {
  const ggml_type type = typical_type(model);
  const bool faster =
      type == GGML_TYPE_F16 || (ggml_is_quantized(type) && !has_integer_dot_products());
  const std::uint64_t copy = half_bytes(model);
  const bool fits = copy <= kHalfBytesMax && copy <= available_memory_bytes() / 4;
  return faster && fits ? WeightForm::kHalf : WeightForm::kStored;
}

bool is_half(const model_files::GgufFile& model) { return typical_type(model) == GGML_TYPE_F16; }

}  // namespace drp::llm
