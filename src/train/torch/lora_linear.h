// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <vector>

#include "train/lora_layout.h"

namespace drp::train {

// A part of a flat buffer as a matrix: a view.
at::Tensor view(const at::Tensor& flat, std::size_t begin, std::int64_t rows, std::int64_t columns);
// gradient += dy^T x: that of a weight, for dy [tokens, outputs] and x [tokens, inputs].
void add_product(const at::Tensor& dy, const at::Tensor& x, at::Tensor gradient);

// Linear layers that read one input, as one matrix: frozen with their LoRA pairs,
//   y = x W^T (+ bias) + u (s B)^T,  u = dropout(x) A^T
// or trained themselves, without pairs.
// W [outputs, inputs]; A the pairs' A stacked [k * rank, inputs]; s B block-diagonal [outputs, k *
// rank]. Products run in the compute type, gradients are added to fp32 buffers; `parameters` and
// `gradients` are flat, fp32 and on the weights' device.
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

  // The frozen W. `read` writes it into a matrix [outputs, inputs] whose rows may lie apart: once
  // where W is kept, else for every product, so that memory holds the weights of few layers only.
  struct Frozen {
    std::int64_t outputs = 0;
    std::int64_t inputs = 0;
    at::TensorOptions options;  // the compute type and the device
    std::function<void(at::Tensor& out)> read;
    bool kept = true;
  };

  // `bias` may be undefined, else in the compute type.
  LoraLinear(Frozen frozen, at::Tensor bias, std::vector<Pair> pairs, const LoraLayout& layout);

  // Columns of [W | s B] for so many columns of W and of s B.
  static std::int64_t joint_columns(std::int64_t inputs, std::int64_t pairs_width);

  // Makes the weight itself what is trained (there are no pairs then): it lies at `weight` of the
  // flat buffers, the bias at `bias`.
  void train_weight(std::size_t weight, std::size_t bias);

  // Takes what is trained from the flat parameters; call after each change of them. In fp32 a
  // trained weight is no copy: where the parameters are a view of memory, that must outlive this.
  void refresh(const at::Tensor& parameters);

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
                      const at::Tensor& gradients) const;

 private:
  struct Trained {
    std::size_t weight = 0;
    std::size_t bias = 0;
  };
  void add_weight_gradient(const at::Tensor& x, const at::Tensor& dy,
                           const at::Tensor& gradients) const;

  // [outputs, columns]: W, s B, zeros.
  at::Tensor joint() const;

  Frozen frozen_;
  std::optional<Trained> trained_;
  std::int64_t inputs_ = 0;
  std::int64_t pairs_width_ = 0;  // k * rank
  std::int64_t columns_ = 0;      // inputs + pairs_width, rounded up
  at::Tensor weight_;             // joint() where W is kept
  at::Tensor tail_;               // its columns after W, where it is not
  at::Tensor bias_;
  std::vector<Pair> pairs_;
  std::int64_t rank_ = 0;
  double scale_ = 0;
  at::Tensor a_;  // [k * rank, inputs]
};

}  // namespace drp::train
