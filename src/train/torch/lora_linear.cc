// SPDX-License-Identifier: Apache-2.0
#include "train/torch/lora_linear.h"

#include <ATen/ATen.h>

#include "train/torch/kernels.h"

namespace drp::train {
namespace {

// A view on a part of a flat fp32 buffer. The buffer outlives the view.
at::Tensor view(std::span<const float> flat, std::size_t begin, std::int64_t rows,
                std::int64_t columns) {
  return at::from_blob(const_cast<float*>(flat.data()) + begin, {rows, columns}, at::kFloat);
}

at::Tensor dropped(const at::Tensor& x, const LoraLinear::Dropout& drop) {
  if (drop.probability <= 0) return x;
  at::Tensor out = at::empty_like(x);
  dropout(x, drop.probability, drop.key, out);
  return out;
}

}  // namespace

LoraLinear::LoraLinear(at::Tensor weight, at::Tensor bias, std::vector<Pair> pairs,
                       const LoraLayout& layout)
    : weight_(std::move(weight)),
      bias_(std::move(bias)),
      pairs_(std::move(pairs)),
      rank_(layout.rank),
      scale_(layout.scale) {
  const std::int64_t width = static_cast<std::int64_t>(pairs_.size()) * rank_;
  a_ = at::zeros({width, weight_.size(1)}, weight_.options());
  b_ = at::zeros({weight_.size(0), width}, weight_.options());
}

void LoraLinear::refresh(std::span<const float> parameters) {
  for (std::size_t i = 0; i < pairs_.size(); ++i) {
    const LoraPlace& place = pairs_[i].place;
    const std::int64_t column = static_cast<std::int64_t>(i) * rank_;
    a_.narrow(0, column, rank_).copy_(view(parameters, place.a, rank_, place.inputs));
    b_.narrow(0, pairs_[i].first_output, place.outputs)
        .narrow(1, column, rank_)
        .copy_(view(parameters, place.b, place.outputs, rank_).mul(scale_));
  }
}

at::Tensor LoraLinear::forward(const at::Tensor& x, const Dropout& drop, at::Tensor& u) const {
  at::Tensor y = bias_.defined() ? at::addmm(bias_, x, weight_.t()) : at::mm(x, weight_.t());
  if (pairs_.empty()) return y;
  u = at::mm(dropped(x, drop), a_.t());
  y.addmm_(u, b_.t());
  return y;
}

at::Tensor LoraLinear::backward(const at::Tensor& x, const at::Tensor& u, const at::Tensor& dy,
                                const Dropout& drop, InputGradient input_gradient,
                                std::span<float> gradients) const {
  at::Tensor du;
  if (!pairs_.empty()) {
    du = at::mm(dy, b_);
    const at::Tensor da = at::mm(du.t(), dropped(x, drop));
    for (std::size_t i = 0; i < pairs_.size(); ++i) {
      const LoraPlace& place = pairs_[i].place;
      const std::int64_t column = static_cast<std::int64_t>(i) * rank_;
      view(gradients, place.a, rank_, place.inputs).add_(da.narrow(0, column, rank_));
      const at::Tensor db = at::mm(dy.narrow(1, pairs_[i].first_output, place.outputs).t(),
                                   u.narrow(1, column, rank_));
      view(gradients, place.b, place.outputs, rank_).add_(db, scale_);
    }
  }
  if (input_gradient == InputGradient::kSkip) return {};
  at::Tensor dx = at::mm(dy, weight_);
  if (pairs_.empty()) return dx;
  if (drop.probability <= 0) {
    dx.addmm_(du, a_);
  } else {
    dx.add_(dropped(at::mm(du, a_), drop));  // the same hash, so the same values are kept
  }
  return dx;
}

}  // namespace drp::train
