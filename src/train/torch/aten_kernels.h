// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <ATen/core/Tensor.h>

#include <cstdint>

#include "train/torch/kernels.h"

// The kernels in libtorch's own operations, for every device but the processor, where the loops of
// kernels.cc are faster. The same values up to rounding, the same gradients each time where the
// operations are (choose_device makes them so). Parameters as in kernels.h.
namespace drp::train::aten {

void rms_norm(const at::Tensor& h, const at::Tensor& weight, double epsilon, at::Tensor& out,
              at::Tensor& inverse);
void rms_norm_backward(const at::Tensor& dout, const at::Tensor& h, const at::Tensor& weight,
                       const at::Tensor& inverse, at::Tensor& dh);
void rms_norm_weight_backward(const at::Tensor& dout, const at::Tensor& h,
                              const at::Tensor& inverse, at::Tensor& gradient);
void embed_backward(const at::Tensor& dout, const at::Tensor& rows, at::Tensor& gradient);
void head_norm(at::Tensor& x, const at::Tensor& weight, double epsilon, at::Tensor& inverse);
void head_norm_backward(at::Tensor& dx, const at::Tensor& x, const at::Tensor& weight,
                        const at::Tensor& inverse);
void head_norm_weight_backward(const at::Tensor& dx, const at::Tensor& x, const at::Tensor& inverse,
                               at::Tensor& gradient);
void rope(at::Tensor& x, const RopeAngles& angles, std::int64_t heads, std::int64_t head_width,
          int direction);
void gated(const at::Tensor& gate_up, model_files::Activation activation, at::Tensor& out);
void gated_backward(const at::Tensor& dout, model_files::Activation activation,
                    at::Tensor& gate_up);
void add_residual(const at::Tensor& h, const at::Tensor& y, at::Tensor& out);
void softmax_backward(at::Tensor& scores, at::Tensor& dscores, const at::Tensor& log_sums,
                      const at::Tensor& dots, const QueryBlock& block);
at::Tensor cross_entropy(at::Tensor& logits, const at::Tensor& labels);
void dropout(const at::Tensor& x, double probability, std::uint64_t key, at::Tensor& out);

// Where a query of the block sees a key: bool [queries, keys].
at::Tensor visible(const QueryBlock& block, std::int64_t queries, std::int64_t keys,
                   const at::Device& device);

}  // namespace drp::train::aten
