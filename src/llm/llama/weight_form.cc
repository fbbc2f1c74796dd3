// SPDX-License-Identifier: Apache-2.0
#include "llm/llama/weight_form.h"

#include <ggml-cpu.h>
#include <ggml.h>

#include <algorithm>
#include <chrono>
#include <limits>
#include <memory>
#include <string>

#include "base/check.h"
#include "base/memory.h"
#include "model_files/weight_type.h"

namespace drp::llm {
namespace {

constexpr int kRepeats = 5;
constexpr std::size_t kGraphBytes = std::size_t{4} << 20U;
constexpr double kWorthwhile = 0.8;  // of the time in stored form
constexpr std::uint64_t kHalfBytesMax = std::uint64_t{2} << 30U;

struct ContextFree {
  void operator()(ggml_context* context) const noexcept { ggml_free(context); }
};

// The matrix that stands for the model's: the largest of its first block.
const model_files::GgufTensor* typical_matrix(const model_files::GgufFile& model) {
  const model_files::GgufTensor* largest = nullptr;
  for (const model_files::GgufTensor& tensor : model.tensors()) {
    if (tensor.dims.size() != 2 || !tensor.name.starts_with("blk.0.")) continue;
    if (largest == nullptr || tensor.elements > largest->elements) largest = &tensor;
  }
  return largest;
}

std::uint64_t half_bytes(const model_files::GgufFile& model) {
  std::uint64_t bytes = 0;
  for (const model_files::GgufTensor& tensor : model.tensors()) {
    bytes += 2 * static_cast<std::uint64_t>(tensor.elements);
  }
  return bytes;
}

}  // namespace

double seconds_of_product(std::string_view bytes, int type, std::int64_t inputs,
                          std::int64_t outputs, int columns) {
  DRP_CHECK(bytes.size() == model_files::tensor_bytes(type, inputs, outputs), "no such matrix");
  const std::size_t room =
      bytes.size() + static_cast<std::size_t>(columns * (inputs + outputs)) * sizeof(float);
  const std::unique_ptr<ggml_context, ContextFree> context(
      ggml_init({.mem_size = 2 * room + kGraphBytes, .mem_buffer = nullptr, .no_alloc = false}));
  DRP_CHECK(context != nullptr, "no memory for a probe of the processor");
  ggml_tensor* weights =
      ggml_new_tensor_2d(context.get(), static_cast<ggml_type>(type), inputs, outputs);
  ggml_tensor* activations = ggml_new_tensor_2d(context.get(), GGML_TYPE_F32, inputs, columns);
  std::copy(bytes.begin(), bytes.end(), static_cast<char*>(weights->data));
  std::fill_n(static_cast<float*>(activations->data), columns * inputs, 0.5F);
  ggml_cgraph* graph = ggml_new_graph(context.get());
  ggml_build_forward_expand(graph, ggml_mul_mat(context.get(), weights, activations));
  double best = std::numeric_limits<double>::infinity();
  for (int i = 0; i < kRepeats; ++i) {
    const auto start = std::chrono::steady_clock::now();
    ggml_graph_compute_with_ctx(context.get(), graph, 1);
    const std::chrono::duration<double> taken = std::chrono::steady_clock::now() - start;
    best = std::min(best, taken.count());
  }
  return best;
}

WeightForm choose_weight_form(const model_files::GgufFile& model, std::int64_t rank, int columns) {
  const model_files::GgufTensor* matrix = typical_matrix(model);
  const std::uint64_t copy = half_bytes(model);
  if (matrix == nullptr || copy > kHalfBytesMax || copy > available_memory_bytes() / 4) {
    return WeightForm::kStored;
  }
  const std::int64_t inputs = matrix->dims[0];
  const std::int64_t outputs = matrix->dims[1];
  const auto seconds = [columns](std::string_view bytes, int type, std::int64_t in,
                                 std::int64_t out) {
    return seconds_of_product(bytes, type, in, out, columns);
  };
  double stored = seconds(model.data(*matrix), matrix->type, inputs, outputs);
  if (rank > 0) {
    const std::string down(model_files::tensor_bytes(GGML_TYPE_F32, inputs, rank), '\0');
    const std::string up(model_files::tensor_bytes(GGML_TYPE_F32, rank, outputs), '\0');
    stored +=
        seconds(down, GGML_TYPE_F32, inputs, rank) + seconds(up, GGML_TYPE_F32, rank, outputs);
  }
  const std::string halves =
      model_files::encode_weights(model.read(*matrix), GGML_TYPE_F16, inputs);
  const double half = seconds(halves, GGML_TYPE_F16, inputs, outputs);
  return half < kWorthwhile * stored ? WeightForm::kHalf : WeightForm::kStored;
}

}  // namespace drp::llm
