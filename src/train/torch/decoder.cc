// SPDX-License-Identifier: Apache-2.0
#include "train/torch/decoder.h"

#include <ATen/ATen.h>

#include <cmath>

#include "base/check.h"
#include "base/random.h"

namespace drp::train {
namespace {

at::ScalarType wide_type(const at::Tensor& compute) {
  return compute.scalar_type() == at::kDouble ? at::kDouble : at::kFloat;
}

}  // namespace

DecoderPass::DecoderPass(const DecoderWeights& weights, const PackedBatch& batch,
                         const PassOptions& options)
    : weights_(weights), shape_(weights.shape), batch_(batch), options_(options) {
  positions_.reserve(batch.tokens.size());
  for (std::size_t segment = 0; segment + 1 < batch.starts.size(); ++segment) {
    const std::int64_t length = batch.starts[segment + 1] - batch.starts[segment];
    DRP_CHECK(length <= weights.rope.cosine.size(0), "a row longer than the rotary table");
    for (std::int64_t i = 0; i < length; ++i) positions_.push_back(static_cast<std::int32_t>(i));
  }
  DRP_CHECK(positions_.size() == batch.tokens.size(), "segments do not tile the batch");
}

LossSum DecoderPass::forward() {
  kept_.resize(weights_.layers.size());
  at::Tensor h = embed();
  for (std::size_t layer = 0; layer < kept_.size(); ++layer) {
    at::Tensor next = run_block(layer, h, kept_[layer]);
    if (options_.recompute) {
      kept_[layer] = Kept{};
      kept_[layer].input = h;
    }
    h = next;
  }
  return run_head(h, true);
}

LossSum DecoderPass::evaluate() {
  at::Tensor h = embed();
  for (std::size_t layer = 0; layer < weights_.layers.size(); ++layer) {
    Kept kept;
    h = run_block(layer, h, kept);
  }
  return run_head(h, false);
}

void DecoderPass::backward(std::span<float> gradients) {
  DRP_CHECK(gradient_.defined(), "backward without forward");
  for (std::size_t layer = kept_.size(); layer-- > 0;) {
    Kept& kept = kept_[layer];
    if (options_.recompute) run_block(layer, kept.input, kept);
    block_backward(layer, kept, gradient_, gradients);
    kept = Kept{};
  }
  gradient_.reset();
}

at::Tensor DecoderPass::embed() const {
  const at::Tensor tokens =
      at::from_blob(const_cast<std::int32_t*>(batch_.tokens.data()),
                    {static_cast<std::int64_t>(batch_.tokens.size())}, at::kInt);
  return weights_.embedding.index_select(0, tokens).to(wide_type(weights_.embedding));
}

at::Tensor DecoderPass::norm(const at::Tensor& h, const at::Tensor& weight,
                             at::Tensor& inverse) const {
  at::Tensor out = at::empty(h.sizes(), weights_.embedding.options());
  inverse = at::empty({h.size(0)}, h.options());
  rms_norm(h, weight, shape_.norm_epsilon, out, inverse);
  return out;
}

LoraLinear::Dropout DecoderPass::drop(std::size_t layer, int linear) const {
  if (options_.dropout <= 0) return {};
  const std::uint64_t place = layer * 8 + static_cast<std::uint64_t>(linear);
  return {options_.dropout, derive_seed(options_.dropout_key, "dropout", place)};
}

at::Tensor DecoderPass::run_block(std::size_t layer, const at::Tensor& h, Kept& kept) const {
  const DecoderLayer& block = weights_.layers[layer];
  kept.input = h;
  at::Tensor x = norm(h, block.attention_norm, kept.inverse_attention);
  kept.query_key_value = block.query_key_value.forward(x, drop(layer, 0), kept.u_query_key_value);
  rope(kept.query_key_value, weights_.rope, positions_, shape_.heads + shape_.key_value_heads,
       shape_.head_width, 1);
  attend(kept);
  at::Tensor y = block.attention_output.forward(kept.attention, drop(layer, 1),
                                                kept.u_attention_output);
  kept.middle = at::empty_like(h);
  add_residual(h, y, kept.middle);
  x = norm(kept.middle, block.feed_forward_norm, kept.inverse_feed_forward);
  kept.gate_up = block.gate_up.forward(x, drop(layer, 2), kept.u_gate_up);
  at::Tensor inner = at::empty({h.size(0), shape_.feed_forward}, y.options());
  swiglu(kept.gate_up, inner);
  y = block.down.forward(inner, drop(layer, 3), kept.u_down);
  at::Tensor out = at::empty_like(h);
  add_residual(kept.middle, y, out);
  return out;
}

void DecoderPass::block_backward(std::size_t layer, Kept& kept, at::Tensor& dh,
                                 std::span<float> gradients) const {
  using InputGradient = LoraLinear::InputGradient;
  const DecoderLayer& block = weights_.layers[layer];
  const at::ScalarType compute = weights_.embedding.scalar_type();
  at::Tensor inner = at::empty({dh.size(0), shape_.feed_forward}, weights_.embedding.options());
  swiglu(kept.gate_up, inner);
  const at::Tensor dinner = block.down.backward(inner, kept.u_down, dh.to(compute), drop(layer, 3),
                                                InputGradient::kCompute, gradients);
  swiglu_backward(dinner, kept.gate_up);
  at::Tensor inverse;
  at::Tensor x = norm(kept.middle, block.feed_forward_norm, inverse);
  at::Tensor dx = block.gate_up.backward(x, kept.u_gate_up, kept.gate_up, drop(layer, 2),
                                         InputGradient::kCompute, gradients);
  rms_norm_backward(dx, kept.middle, block.feed_forward_norm, kept.inverse_feed_forward, dh);

  const at::Tensor dattention =
      block.attention_output.backward(kept.attention, kept.u_attention_output, dh.to(compute),
                                      drop(layer, 1), InputGradient::kCompute, gradients);
  at::Tensor djoint = attend_backward(dattention, kept);
  rope(djoint, weights_.rope, positions_, shape_.heads + shape_.key_value_heads, shape_.head_width,
       -1);
  x = norm(kept.input, block.attention_norm, inverse);
  // Below the first block lies only the frozen embedding.
  const auto input_gradient = layer == 0 ? InputGradient::kSkip : InputGradient::kCompute;
  dx = block.query_key_value.backward(x, kept.u_query_key_value, djoint, drop(layer, 0),
                                      input_gradient, gradients);
  if (layer > 0) {
    rms_norm_backward(dx, kept.input, block.attention_norm, kept.inverse_attention, dh);
  }
}

DecoderPass::Heads DecoderPass::split_heads(const at::Tensor& joint, std::size_t segment) const {
  const std::int64_t row = joint.size(1);
  const std::int64_t begin = batch_.starts[segment];
  const std::int64_t length = batch_.starts[segment + 1] - begin;
  const std::int64_t width = shape_.head_width;
  const std::int64_t group = shape_.heads / shape_.key_value_heads;
  const std::int64_t sizes[] = {shape_.key_value_heads, group, length, width};
  const std::int64_t query_strides[] = {group * width, width, row, 1};
  const std::int64_t shared_strides[] = {width, 0, row, 1};  // a group shares its key and value
  const std::int64_t at = begin * row;
  return {joint.as_strided(sizes, query_strides, at),
          joint.as_strided(sizes, shared_strides, at + shape_.query_width()),
          joint.as_strided(sizes, shared_strides,
                           at + shape_.query_width() + shape_.key_value_width())};
}

at::Tensor DecoderPass::output_heads(const at::Tensor& attention, std::size_t segment) const {
  const std::int64_t row = attention.size(1);
  const std::int64_t begin = batch_.starts[segment];
  const std::int64_t width = shape_.head_width;
  const std::int64_t group = shape_.heads / shape_.key_value_heads;
  return attention.as_strided(
      {shape_.key_value_heads, group, batch_.starts[segment + 1] - begin, width},
      {group * width, width, row, 1}, begin * row);
}

void DecoderPass::attend(Kept& kept) const {
  const std::int64_t tokens = kept.query_key_value.size(0);
  kept.attention = at::empty({tokens, shape_.query_width()}, kept.query_key_value.options());
  kept.log_sums.clear();
  for (std::size_t segment = 0; segment + 1 < batch_.starts.size(); ++segment) {
    const Heads heads = split_heads(kept.query_key_value, segment);
    auto [out, log_sum] = at::_scaled_dot_product_flash_attention_for_cpu(
        heads.query, heads.key, heads.value, 0.0, true);
    output_heads(kept.attention, segment).copy_(out);
    kept.log_sums.push_back(log_sum);
  }
}

at::Tensor DecoderPass::attend_backward(const at::Tensor& dattention, const Kept& kept) const {
  at::Tensor djoint = at::empty_like(kept.query_key_value);
  for (std::size_t segment = 0; segment + 1 < batch_.starts.size(); ++segment) {
    const Heads heads = split_heads(kept.query_key_value, segment);
    const auto [dquery, dkey, dvalue] = at::_scaled_dot_product_flash_attention_for_cpu_backward(
        output_heads(dattention, segment), heads.query, heads.key, heads.value,
        output_heads(kept.attention, segment), kept.log_sums[segment], 0.0, true);
    const Heads out = split_heads(djoint, segment);
    out.query.copy_(dquery);
    out.key.select(1, 0).copy_(dkey.sum(1));
    out.value.select(1, 0).copy_(dvalue.sum(1));
  }
  return djoint;
}

}  // namespace drp::train
