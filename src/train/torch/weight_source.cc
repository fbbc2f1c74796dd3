// SPDX-License-Identifier: Apache-2.0
#include "train/torch/weight_source.h"

#include <ATen/ATen.h>

namespace drp::train {
namespace {

at::Tensor as_tensor(std::vector<float>& values, const std::vector<std::int64_t>& sizes) {
  return at::from_blob(values.data(), sizes, at::kFloat);
}

}  // namespace

WeightSource::WeightSource(const std::filesystem::path& model,
                           std::vector<model_files::LoraAdapter> frozen)
    : file_(model), frozen_(std::move(frozen)) {}

at::Tensor WeightSource::read(const std::string& name, const at::TensorOptions& options) const {
  const model_files::GgufTensor& tensor = file_.tensor(name);
  std::vector<float> values = file_.read(tensor);
  // A copy in any case: the values go with this call.
  return as_tensor(values, {tensor.dims.rbegin(), tensor.dims.rend()})
      .to(options, /*non_blocking=*/false, /*copy=*/true);
}

void WeightSource::read_linear(std::int64_t layer, model_files::Linear linear,
                               at::Tensor& out) const {
  const model_files::GgufTensor& tensor = file_.tensor(tensor_stem(layer, linear) + ".weight");
  std::vector<float> values = file_.read(tensor);
  for (const auto& adapter : frozen_) add_delta(adapter, layer, linear, values);
  out.copy_(as_tensor(values, {tensor.dims[1], tensor.dims[0]}));
}

}  // namespace drp::train
