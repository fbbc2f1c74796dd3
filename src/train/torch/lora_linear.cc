// SPDX-License-Identifier: Apache-2.0
#include "train/torch/lora_linear.h"

#include <ATen/ATen.h>

#include "base/check.h"
#include "train/torch/kernels.h"

namespace drp::train {
namespace {

// Products run best on row lengths that fill whole vector registers and matrix tiles.
constexpr std::int64_t kColumnStep = 32;

// Where the compute type is that of the parameters they serve as they are.
void refresh_trained(at::Tensor& kept, const at::Tensor& parameters) {
  if (kept.scalar_type() == at::kFloat) {
    kept = parameters;
  } else {
    kept.copy_(parameters);
  }
}

at::Tensor dropped(const at::Tensor& x, const LoraLinear::Dropout& drop) {
  if (drop.probability <= 0) return x;
  at::Tensor out = at::empty(x.sizes(), x.options());
  dropout(x, drop.probability, drop.key, out);
  return out;
}

}  // namespace

at::Tensor view(const at::Tensor& flat, std::size_t begin, std::int64_t rows,
                std::int64_t columns) {
  return flat.narrow(0, static_cast<std::int64_t>(begin), rows * columns).view({rows, columns});
}

void add_product(const at::Tensor& dy, const at::Tensor& x, at::Tensor gradient) {
  if (dy.scalar_type() == at::kFloat) {
    gradient.addmm_(dy.t(), x);
  } else {
    gradient.add_(at::mm(dy.t(), x));
  }
}

LoraLinear::LoraLinear(Frozen frozen, at::Tensor bias, std::vector<Pair> pairs,
                       const LoraLayout& layout)
    : frozen_(std::move(frozen)),
      inputs_(frozen_.inputs),
      pairs_width_(static_cast<std::int64_t>(pairs.size()) * layout.rank),
      columns_(inputs_),
      bias_(std::move(bias)),
      pairs_(std::move(pairs)),
      rank_(layout.rank),
      scale_(layout.scale) {
  if (!pairs_.empty()) {
    a_ = at::zeros({pairs_width_, inputs_}, frozen_.options);
    columns_ = joint_columns(inputs_, pairs_width_);
  }
  tail_ = at::zeros({frozen_.outputs, columns_ - inputs_}, frozen_.options);
  if (!frozen_.kept) return;
  weight_ = at::zeros({frozen_.outputs, columns_}, frozen_.options);
  at::Tensor values = weight_.narrow(1, 0, inputs_);
  frozen_.read(values);
  frozen_.read = nullptr;
  tail_ = weight_.narrow(1, inputs_, columns_ - inputs_);
}

std::int64_t LoraLinear::joint_columns(std::int64_t inputs, std::int64_t pairs_width) {
  if (pairs_width == 0) return inputs;
  return (inputs + pairs_width + kColumnStep - 1) / kColumnStep * kColumnStep;
}

at::Tensor LoraLinear::joint() const {
  if (frozen_.kept) return weight_;
  at::Tensor out = at::empty({frozen_.outputs, columns_}, frozen_.options);
  at::Tensor values = out.narrow(1, 0, inputs_);
  frozen_.read(values);
  out.narrow(1, inputs_, columns_ - inputs_).copy_(tail_);
  return out;
}

void LoraLinear::train_weight(std::size_t weight, std::size_t bias) {
  DRP_CHECK(pairs_.empty() && frozen_.kept, "a trained weight has no pairs and is in memory");
  trained_ = Trained{weight, bias};
}

void LoraLinear::refresh(const at::Tensor& parameters) {
  if (trained_) {
    refresh_trained(weight_, view(parameters, trained_->weight, weight_.size(0), inputs_));
    if (bias_.defined()) {
      refresh_trained(bias_, view(parameters, trained_->bias, 1, bias_.size(0)).squeeze(0));
    }
    return;
  }
  for (std::size_t i = 0; i < pairs_.size(); ++i) {
    const LoraPlace& place = pairs_[i].place;
    const std::int64_t column = static_cast<std::int64_t>(i) * rank_;
    a_.narrow(0, column, rank_).copy_(view(parameters, place.a, rank_, place.inputs));
    tail_.narrow(0, pairs_[i].first_output, place.outputs)
        .narrow(1, column, rank_)
        .copy_(view(parameters, place.b, place.outputs, rank_).mul(scale_));
  }
}

at::Tensor LoraLinear::room(std::int64_t tokens) const {
  return at::empty({tokens, columns_}, frozen_.options);
}

at::Tensor LoraLinear::values(const at::Tensor& room) const { return room.narrow(1, 0, inputs_); }

at::Tensor LoraLinear::forward(at::Tensor& room, const Dropout& drop, at::Tensor& u) const {
  if (!pairs_.empty()) {
    u = at::mm(dropped(values(room), drop), a_.t());
    room.narrow(1, inputs_, pairs_width_).copy_(u);
    const std::int64_t used = inputs_ + pairs_width_;
    room.narrow(1, used, room.size(1) - used).zero_();
  }
  const at::Tensor weight = joint();
  return bias_.defined() ? at::addmm(bias_, room, weight.t()) : at::mm(room, weight.t());
}

void LoraLinear::add_weight_gradient(const at::Tensor& x, const at::Tensor& dy,
                                     const at::Tensor& gradients) const {
  add_product(dy, x, view(gradients, trained_->weight, dy.size(1), inputs_));
  if (!bias_.defined()) return;
  const at::ScalarType wide = dy.scalar_type() == at::kDouble ? at::kDouble : at::kFloat;
  view(gradients, trained_->bias, 1, dy.size(1)).add_(dy.sum(0, true, wide));
}

at::Tensor LoraLinear::backward(const at::Tensor& x, const at::Tensor& u, const at::Tensor& dy,
                                const Dropout& drop, InputGradient input_gradient,
                                const at::Tensor& gradients) const {
  const bool skip = input_gradient == InputGradient::kSkip;
  if (trained_) add_weight_gradient(x, dy, gradients);
  if (pairs_.empty()) return skip ? at::Tensor() : at::mm(dy, joint());
  // [dx of W | du | gradient of the zeros]
  const at::Tensor droom = skip ? at::Tensor() : at::mm(dy, joint());
  const at::Tensor du = skip ? at::mm(dy, tail_.narrow(1, 0, pairs_width_))
                             : droom.narrow(1, inputs_, pairs_width_).contiguous();
  const at::Tensor da = at::mm(du.t(), dropped(x, drop));
  const at::Tensor db = at::mm(u.t().contiguous(), dy);  // transposed; only its blocks are used
  for (std::size_t i = 0; i < pairs_.size(); ++i) {
    const LoraPlace& place = pairs_[i].place;
    const std::int64_t column = static_cast<std::int64_t>(i) * rank_;
    view(gradients, place.a, rank_, place.inputs).add_(da.narrow(0, column, rank_));
    const at::Tensor block =
        db.narrow(0, column, rank_).narrow(1, pairs_[i].first_output, place.outputs);
    view(gradients, place.b, place.outputs, rank_).add_(block.t(), scale_);
  }
  if (skip) return {};
  at::Tensor dx = values(droom);
  if (drop.probability <= 0) return dx.addmm_(du, a_);
  return dx.add_(dropped(at::mm(du, a_), drop));  // the same hash, so the same values are kept
}

}  // namespace drp::train
