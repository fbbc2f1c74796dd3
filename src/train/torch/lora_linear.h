// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <span>
#include <vector>

#include "train/lora_layout.h"

namespace drp::train {

// Frozen linear layers that read one input, as one matrix, with their LoRA pairs:
//   y = x W^T (+ bias) + u (s B)^T,  u = dropout(x) A^T
// W [outputs, inputs]; A the pairs' A stacked [k * rank, inputs]; s B block-diagonal [outputs, k *
// rank]. Products run in the compute type, gradients are added to fp32 buffers.
//
// [W | s B] is kept as one matrix and the input as [x | u]: the pairs then ride along in the one
// large product of each direction, where products of their own took half as long again.
class LoraLinear {
 public:
  struct Dropout {
    double probability = 0;
    std::uint64_t key = 0;
  };
  // `first_output` of pair i in the joint matrix is pairs[i].first_output.
  struct Pair {
    LoraPlace place;
    std::int64_t first_output = 0;
  };

  // `bias` may be undefined. Weight and bias in the compute type.
  LoraLinear(at::Tensor weight, at::Tensor bias, std::vector<Pair> pairs, const LoraLayout& layout);

  // Takes the pairs from the flat parameters; call after each change of them.
  void refresh(std::span<const float> parameters);

  // Room for [x | u] of so many tokens; write x into values(room).
  at::Tensor room(std::int64_t tokens) const;
  at::Tensor values(const at::Tensor& room) const;

  // Returns y [tokens, outputs] for the x in `room`; sets u [tokens, k * rank] for the backward
  // pass.
  at::Tensor forward(at::Tensor& room, const Dropout& drop, at::Tensor& u) const;

  // Adds to the flat gradients, given x [tokens, inputs]; returns dx, whose rows may lie apart, or
  // an undefined tensor when `input_gradient` is kSkip.
  enum class InputGradient { kCompute, kSkip };
  at::Tensor backward(const at::Tensor& x, const at::Tensor& u, const at::Tensor& dy,
                      const Dropout& drop, InputGradient input_gradient,
                      std::span<float> gradients) const;

 private:
  std::int64_t inputs_ = 0;
  std::int64_t pairs_width_ = 0;  // k * rank
  at::Tensor weight_;             // [outputs, inputs + pairs_width, rounded up]: W, s B, zeros
  at::Tensor bias_;
  std::vector<Pair> pairs_;
  std::int64_t rank_ = 0;
  double scale_ = 0;
  at::Tensor a_;  // [k * rank, inputs]
};

}  // namespace drp::train
