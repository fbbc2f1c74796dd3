// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "model_files/adapter.h"
#include "model_files/gguf_file.h"

namespace drp::train {

// The frozen values of a model file as tensors: dequantised by ggml to fp32, the frozen adapters
// added in fp32, then rounded to the compute type once. Reading may be repeated at any time and
// from several threads; it gives the same bits each time.
class WeightSource {
 public:
  // `frozen` are merged into the linear layers in this order. Throws Error{kModel}.
  WeightSource(const std::filesystem::path& model, std::vector<model_files::LoraAdapter> frozen);

  const model_files::GgufFile& file() const { return file_; }
  // A matrix [outputs, inputs] or a vector, in the type and on the device of `options`.
  at::Tensor read(const std::string& name, const at::TensorOptions& options) const;
  // A linear layer's weight into `out` [outputs, inputs], whose rows may lie apart, on any device.
  void read_linear(std::int64_t layer, model_files::Linear linear, at::Tensor& out) const;

 private:
  model_files::GgufFile file_;
  std::vector<model_files::LoraAdapter> frozen_;
};

}  // namespace drp::train
