// SPDX-License-Identifier: Apache-2.0
#include "train/torch/aten_kernels.h"

#include <ATen/ATen.h>

#include <bit>
#include <limits>
#include <tuple>

namespace drp::train::aten {
namespace {

at::ScalarType wide(const at::Tensor& compute) {
  return compute.scalar_type() == at::kDouble ? at::kDouble : at::kFloat;
}

// x / sqrt(mean(x^2) + epsilon) * weight over the last dimension, and the divisor's inverse, of
// which that dimension stays with size 1.
struct Normed {
  at::Tensor values, inverse;
};
Normed normed(const at::Tensor& x, const at::Tensor& weight, double epsilon) {
  auto [values, inverse] =
      at::_fused_rms_norm(x.to(weight.scalar_type()), weight.sizes(), weight, epsilon);
  return {values, inverse};
}

// The gradient of x given that of normalised x * weight: scale * w * dy - x * dot(w * dy, x) *
// scale^3 / width, in the wide type. `inverse` with a last dimension of size 1.
at::Tensor through_norm(const at::Tensor& dy, const at::Tensor& x, const at::Tensor& weight,
                        const at::Tensor& inverse) {
  if (x.is_cuda()) {  // one kernel, which the processor has no other form of
    const at::ScalarType type = weight.scalar_type();
    return std::get<0>(at::_fused_rms_norm_backward(dy.to(type), x.to(type), weight.sizes(),
                                                    inverse, weight, {true, false}));
  }
  at::Tensor weighted = at::mul(dy, weight);
  const at::Tensor along = (weighted * x)
                               .sum(-1, /*keepdim=*/true)
                               .mul_(inverse.pow(3))
                               .div_(-static_cast<double>(x.size(-1)));
  return weighted.mul_(inverse).addcmul_(along, x.to(weighted.scalar_type()));
}

at::Tensor activated(const at::Tensor& gate, model_files::Activation activation) {
  return activation == model_files::Activation::kSilu ? at::silu(gate) : at::gelu(gate, "tanh");
}

at::Tensor by_heads(const at::Tensor& x, std::int64_t width) {
  return x.unflatten(1, {x.size(1) / width, width});
}

}  // namespace

void rms_norm(const at::Tensor& h, const at::Tensor& weight, double epsilon, at::Tensor& out,
              at::Tensor& inverse) {
  const Normed result = normed(h, weight, epsilon);
  inverse = result.inverse.squeeze(1);
  out.copy_(result.values);
}

void rms_norm_backward(const at::Tensor& dout, const at::Tensor& h, const at::Tensor& weight,
                       const at::Tensor& inverse, at::Tensor& dh) {
  dh.add_(through_norm(dout, h, weight, inverse.unsqueeze(1)));
}

void rms_norm_weight_backward(const at::Tensor& dout, const at::Tensor& h,
                              const at::Tensor& inverse, at::Tensor& gradient) {
  gradient.add_(at::mul(h, inverse.unsqueeze(1)).mul_(dout).sum(0).view(gradient.sizes()));
}

void embed_backward(const at::Tensor& dout, const at::Tensor& rows, at::Tensor& gradient) {
  gradient.index_add_(0, rows, dout.to(gradient.scalar_type()));
}

void head_norm(at::Tensor& x, const at::Tensor& weight, double epsilon, at::Tensor& inverse) {
  at::Tensor heads = by_heads(x, weight.size(0));
  const Normed result = normed(heads, weight, epsilon);
  inverse = result.inverse.squeeze(2);
  heads.copy_(result.values);
}

void head_norm_backward(at::Tensor& dx, const at::Tensor& x, const at::Tensor& weight,
                        const at::Tensor& inverse) {
  at::Tensor heads = by_heads(dx, weight.size(0));
  heads.copy_(through_norm(heads, by_heads(x, weight.size(0)), weight, inverse.unsqueeze(2)));
}

void head_norm_weight_backward(const at::Tensor& dx, const at::Tensor& x, const at::Tensor& inverse,
                               at::Tensor& gradient) {
  const std::int64_t width = gradient.numel();
  at::Tensor normal = at::mul(by_heads(x, width), inverse.unsqueeze(2));
  gradient.add_(normal.mul_(by_heads(dx, width)).flatten(0, 1).sum(0).view(gradient.sizes()));
}

void rope(at::Tensor& x, const RopeAngles& angles, std::int64_t heads, std::int64_t head_width,
          int direction) {
  const std::int64_t half = angles.cosine.size(1);
  const at::Tensor turned =
      by_heads(x.narrow(1, 0, heads * head_width), head_width).narrow(2, 0, 2 * half);
  at::Tensor first;
  at::Tensor second;
  if (angles.pairs == model_files::RopePairs::kInterleaved) {
    const at::Tensor pairs = turned.unflatten(2, {half, 2});
    first = pairs.select(3, 0);
    second = pairs.select(3, 1);
  } else {
    first = turned.narrow(2, 0, half);
    second = turned.narrow(2, half, half);
  }
  const at::Tensor cosine = angles.cosine.unsqueeze(1);
  const at::Tensor sine = angles.sine.unsqueeze(1);
  const at::Tensor b = second.to(cosine.scalar_type());
  at::Tensor turned_first = at::mul(first, cosine).addcmul_(b, sine, -direction);
  at::Tensor turned_second =
      at::mul(b, cosine).addcmul_(first.to(b.scalar_type()), sine, direction);
  first.copy_(turned_first);
  second.copy_(turned_second);
}

void gated(const at::Tensor& gate_up, model_files::Activation activation, at::Tensor& out) {
  const std::int64_t inner = out.size(1);
  at::mul_out(out, activated(gate_up.narrow(1, 0, inner), activation),
              gate_up.narrow(1, inner, inner));
}

void gated_backward(const at::Tensor& dout, model_files::Activation activation,
                    at::Tensor& gate_up) {
  const std::int64_t inner = dout.size(1);
  at::Tensor gate = gate_up.narrow(1, 0, inner);
  at::Tensor up = gate_up.narrow(1, inner, inner);
  const at::Tensor dy = at::mul(dout, up);
  const at::Tensor dgate = activation == model_files::Activation::kSilu
                               ? at::silu_backward(dy, gate)
                               : at::gelu_backward(dy, gate, "tanh");
  at::mul_out(up, activated(gate, activation), dout);
  gate.copy_(dgate);
}

void add_residual(const at::Tensor& h, const at::Tensor& y, at::Tensor& out) {
  at::add_out(out, h, y);
}

at::Tensor visible(const QueryBlock& block, std::int64_t queries, std::int64_t keys,
                   const at::Device& device) {
  const auto numbers = at::TensorOptions(at::kLong).device(device);
  const at::Tensor key = at::arange(keys, numbers).unsqueeze(0);
  const at::Tensor query = at::arange(queries, numbers).unsqueeze(1);
  const at::Tensor last = query + block.first;
  at::Tensor seen =
      key.le(last).logical_and_(key.lt(block.keys)).logical_and_(query.lt(block.count));
  if (block.window > 0) seen.logical_and_(key.gt(last - block.window));
  return seen;
}

void softmax_backward(at::Tensor& scores, at::Tensor& dscores, const at::Tensor& log_sums,
                      const at::Tensor& dots, const QueryBlock& block) {
  const std::int64_t keys = scores.size(2);
  const auto by_group = [&](const at::Tensor& joined) {
    return joined.view({log_sums.size(0), log_sums.size(1), log_sums.size(2), keys});
  };
  const at::Tensor hidden = visible(block, log_sums.size(2), keys, scores.device()).logical_not_();
  at::Tensor share = by_group(scores).to(log_sums.scalar_type(), false, /*copy=*/true);
  share.mul_(block.scale).sub_(log_sums.unsqueeze(3));
  share.masked_fill_(hidden, -std::numeric_limits<double>::infinity()).exp_();
  // Padding may hold anything, also what times zero is not zero.
  at::Tensor difference = at::sub(by_group(dscores), dots.unsqueeze(3)).masked_fill_(hidden, 0);
  dscores.copy_(difference.mul_(share).mul_(block.scale).view(dscores.sizes()));
  scores.copy_(share.view(scores.sizes()));
}

at::Tensor cross_entropy(at::Tensor& logits, const at::Tensor& labels) {
  const std::int64_t count = labels.size(0);
  at::Tensor live = logits.narrow(0, 0, count);
  logits.narrow(0, count, logits.size(0) - count).zero_();
  // One wide copy of the logits, which are the largest of all tensors, in place from here on.
  at::Tensor shares = live.to(wide(logits), /*non_blocking=*/false, /*copy=*/true);
  const at::Tensor column = labels.to(at::kLong).unsqueeze(1);
  shares.sub_(shares.amax(1, /*keepdim=*/true));
  const at::Tensor chosen = shares.gather(1, column);
  const at::Tensor sums = shares.exp_().sum(1, /*keepdim=*/true);
  const at::Tensor nll = at::sub(sums.log(), chosen).sum(at::kDouble);
  shares.div_(sums);
  const at::Tensor place =
      at::arange(count, column.options()).mul_(logits.size(1)).add_(column.squeeze(1));
  shares.view({-1}).index_put_({place}, shares.gather(1, column).squeeze(1).sub_(1));
  live.copy_(shares);
  return nll;
}

// The hash of kernels.cc in the device's integers: they wrap around as unsigned ones do, and a
// shift that drags the sign along is cut back by a mask.
void dropout(const at::Tensor& x, double probability, std::uint64_t key, at::Tensor& out) {
  const auto integer = [](std::uint64_t bits) { return std::bit_cast<std::int64_t>(bits); };
  const auto mix = [&](at::Tensor& z, unsigned shift) {
    z.bitwise_xor_(z.bitwise_right_shift(shift).bitwise_and_(integer(~std::uint64_t{0} >> shift)));
  };
  at::Tensor z = at::arange(x.numel(), x.options().dtype(at::kLong));
  z.mul_(integer(0x9E3779B97F4A7C15U)).add_(integer(key));
  mix(z, 30);
  z.mul_(integer(0xBF58476D1CE4E5B9U));
  mix(z, 27);
  z.mul_(integer(0x94D049BB133111EBU));
  const at::Tensor draw =
      z.bitwise_right_shift(32).bitwise_and_(integer(0xFFFFFFFFU)).view(x.sizes());
  const at::Tensor kept = draw.ge(static_cast<std::int64_t>(probability * 0x1.0p32));
  at::mul_out(out, at::where(kept, x, at::zeros({}, x.options())),
              at::scalar_tensor(1 / (1 - probability), at::TensorOptions(wide(x))));
}

}  // namespace drp::train::aten
