// SPDX-License-Identifier: Apache-2.0
#include "train/torch/decoder.h"

#include <ATen/ATen.h>

#include "base/check.h"
#include "base/random.h"

namespace drp::train {
namespace {

at::Tensor on_device(std::vector<std::int32_t>& numbers, const at::Device& device) {
  return at::from_blob(numbers.data(), {std::ssize(numbers)}, at::kInt)
      .to(device, at::kInt, /*non_blocking=*/false, /*copy=*/true);
}

at::ScalarType wide_type(const at::Tensor& compute) {
  return compute.scalar_type() == at::kDouble ? at::kDouble : at::kFloat;
}

}  // namespace

DecoderPass::DecoderPass(const DecoderWeights& weights, const PackedBatch& batch,
                         const PassOptions& options)
    : weights_(weights), shape_(weights.shape), batch_(batch), options_(options) {
  constexpr auto kStep = static_cast<std::size_t>(kTokenStep);
  std::vector<std::int32_t> tokens = batch.tokens;
  tokens.resize((tokens.size() + kStep - 1) / kStep * kStep, 0);
  std::vector<std::int32_t> positions;
  bool apart = true;
  for (std::size_t segment = 0; segment < batch.segments(); ++segment) {
    const std::int64_t first = batch.position(segment);
    const std::int64_t end = first + batch.length(segment);
    DRP_CHECK(end <= weights.rope.cosine.size(0), "a row longer than the rotary table");
    for (std::int64_t i = first; i < end; ++i) positions.push_back(static_cast<std::int32_t>(i));
    apart = apart && batch.prompts[segment] < 0;
  }
  DRP_CHECK(positions.size() == batch.tokens.size(), "segments do not tile the batch");
  positions.resize(tokens.size(), 0);
  tokens_ = on_device(tokens, weights.device());
  const at::Tensor places = on_device(positions, weights.device());
  angles_ = {weights.rope.cosine.index_select(0, places), weights.rope.sine.index_select(0, places),
             weights.rope.pairs};
  if (!options.flash || !apart || batch.segments() == 0) return;
  flash_.emplace(batch.starts, weights.device());
  flash_->heads = shape_.heads;
  flash_->key_value_heads = shape_.key_value_heads;
  flash_->head_width = shape_.head_width;
}

void DecoderPass::forward(const at::Tensor& gradients) {
  kept_.resize(weights_.layers.size());
  at::Tensor h = embed();
  for (std::size_t layer = 0; layer < kept_.size(); ++layer) {
    at::Tensor next = run_block(layer, h, kept_[layer]);
    if (layer < options_.recomputed_layers) {
      kept_[layer] = Kept{};
      kept_[layer].input = h;
    }
    h = next;
  }
  run_head(h, gradients);
}

at::Tensor DecoderPass::run_blocks() const {
  at::Tensor h = embed();
  for (std::size_t layer = 0; layer < weights_.layers.size(); ++layer) {
    Kept kept;
    h = run_block(layer, h, kept);
  }
  return h;
}

void DecoderPass::evaluate() { run_head(run_blocks(), std::nullopt); }

LossSum DecoderPass::loss() const {
  DRP_CHECK(nll_.defined(), "the loss of a pass that has not run");
  return {nll_.item<double>(), batch_.supervised()};
}

void DecoderPass::backward(const at::Tensor& gradients) {
  DRP_CHECK(gradient_.defined(), "backward without forward");
  for (std::size_t layer = kept_.size(); layer-- > 0;) {
    Kept& kept = kept_[layer];
    if (layer < options_.recomputed_layers) run_block(layer, kept.input, kept);
    block_backward(layer, kept, gradient_, gradients);
    kept = Kept{};
  }
  if (weights_.trained) {
    embed_backward(gradient_, tokens_,
                   view(gradients, weights_.trained->embedding, shape_.vocabulary, shape_.width));
  }
  gradient_.reset();
}

at::Tensor DecoderPass::embed() const {
  return weights_.embedding.index_select(0, tokens_).to(wide_type(weights_.embedding));
}

at::Tensor DecoderPass::empty(std::int64_t rows, std::int64_t columns) const {
  return at::empty({rows, columns}, weights_.embedding.options());
}

AttentionShape DecoderPass::attention_shape() const {
  return {shape_.heads,  shape_.key_value_heads, shape_.head_width,
          batch_.starts, batch_.prompts,         flash_ ? &*flash_ : nullptr};
}

LoraLinear::Dropout DecoderPass::drop(std::size_t layer, int linear) const {
  if (options_.dropout <= 0) return {};
  const std::uint64_t place = layer * 8 + static_cast<std::uint64_t>(linear);
  return {options_.dropout, derive_seed(options_.dropout_key, "dropout", place)};
}

at::Tensor DecoderPass::run_block(std::size_t layer, const at::Tensor& h, Kept& kept) const {
  const DecoderLayer& block = weights_.layers[layer];
  const std::int64_t tokens = h.size(0);
  kept.input = h;
  kept.inverse_attention = at::empty({tokens}, h.options());
  at::Tensor room = block.query_key_value.room(tokens);
  at::Tensor x = block.query_key_value.values(room);
  rms_norm(h, block.attention_norm, shape_.norm_epsilon, x, kept.inverse_attention);
  kept.query_key_value =
      block.query_key_value.forward(room, drop(layer, 0), kept.u_query_key_value);
  prepare_heads(block, kept);
  room = block.attention_output.room(tokens);
  kept.attention = block.attention_output.values(room);
  kept.attention_sums = attend(kept.query_key_value, attention_shape(), kept.attention);
  at::Tensor y = block.attention_output.forward(room, drop(layer, 1), kept.u_attention_output);
  kept.middle = at::empty_like(h);
  add_residual(h, y, kept.middle);

  kept.inverse_feed_forward = at::empty({tokens}, h.options());
  room = block.gate_up.room(tokens);
  x = block.gate_up.values(room);
  rms_norm(kept.middle, block.feed_forward_norm, shape_.norm_epsilon, x, kept.inverse_feed_forward);
  kept.gate_up = block.gate_up.forward(room, drop(layer, 2), kept.u_gate_up);
  room = block.down.room(tokens);
  x = block.down.values(room);
  swiglu(kept.gate_up, x);
  y = block.down.forward(room, drop(layer, 3), kept.u_down);
  at::Tensor out = at::empty_like(h);
  add_residual(kept.middle, y, out);
  return out;
}

void DecoderPass::prepare_heads(const DecoderLayer& block, Kept& kept) const {
  const std::int64_t queries = shape_.query_width();
  const std::int64_t keys = shape_.key_value_width();
  at::Tensor& joint = kept.query_key_value;
  if (block.query_norm.defined()) {
    const auto wide = block.query_norm.options();
    kept.query_key = joint.narrow(1, 0, queries + keys).clone();
    kept.inverse_query = at::empty({joint.size(0), shape_.heads}, wide);
    kept.inverse_key = at::empty({joint.size(0), shape_.key_value_heads}, wide);
    at::Tensor query = joint.narrow(1, 0, queries);
    at::Tensor key = joint.narrow(1, queries, keys);
    head_norm(query, block.query_norm, shape_.norm_epsilon, kept.inverse_query);
    head_norm(key, block.key_norm, shape_.norm_epsilon, kept.inverse_key);
  }
  rope(joint, angles_, shape_.heads + shape_.key_value_heads, shape_.head_width, 1);
}

void DecoderPass::prepare_heads_backward(std::size_t layer, const Kept& kept, at::Tensor& djoint,
                                         const at::Tensor& gradients) const {
  const DecoderLayer& block = weights_.layers[layer];
  rope(djoint, angles_, shape_.heads + shape_.key_value_heads, shape_.head_width, -1);
  if (!block.query_norm.defined()) return;
  const std::int64_t queries = shape_.query_width();
  const std::int64_t keys = shape_.key_value_width();
  at::Tensor dquery = djoint.narrow(1, 0, queries);
  at::Tensor dkey = djoint.narrow(1, queries, keys);
  const at::Tensor query = kept.query_key.narrow(1, 0, queries);
  const at::Tensor key = kept.query_key.narrow(1, queries, keys);
  if (weights_.trained) {
    const TrainedPlaces::Norms& norms = weights_.trained->layers[layer];
    const std::int64_t width = shape_.head_width;
    head_norm_weight_backward(dquery, query, kept.inverse_query,
                              view(gradients, norms.query, 1, width));
    head_norm_weight_backward(dkey, key, kept.inverse_key, view(gradients, norms.key, 1, width));
  }
  head_norm_backward(dquery, query, block.query_norm, kept.inverse_query);
  head_norm_backward(dkey, key, block.key_norm, kept.inverse_key);
}

void DecoderPass::block_backward(std::size_t layer, Kept& kept, at::Tensor& dh,
                                 const at::Tensor& gradients) const {
  using InputGradient = LoraLinear::InputGradient;
  const DecoderLayer& block = weights_.layers[layer];
  const at::ScalarType compute = weights_.embedding.scalar_type();
  const std::int64_t tokens = dh.size(0);
  at::Tensor inner = empty(tokens, shape_.feed_forward);
  swiglu(kept.gate_up, inner);
  const at::Tensor dinner = block.down.backward(inner, kept.u_down, dh.to(compute), drop(layer, 3),
                                                InputGradient::kCompute, gradients);
  swiglu_backward(dinner, kept.gate_up);
  at::Tensor x = empty(tokens, shape_.width);
  rms_norm(kept.middle, block.feed_forward_norm, shape_.norm_epsilon, x, kept.inverse_feed_forward);
  at::Tensor dx = block.gate_up.backward(x, kept.u_gate_up, kept.gate_up, drop(layer, 2),
                                         InputGradient::kCompute, gradients);
  const TrainedPlaces::Norms* norms = weights_.trained ? &weights_.trained->layers[layer] : nullptr;
  const std::int64_t width = shape_.width;
  if (norms != nullptr) {
    rms_norm_weight_backward(dx, kept.middle, kept.inverse_feed_forward,
                             view(gradients, norms->feed_forward, 1, width));
  }
  rms_norm_backward(dx, kept.middle, block.feed_forward_norm, kept.inverse_feed_forward, dh);

  const at::Tensor dattention =
      block.attention_output.backward(kept.attention, kept.u_attention_output, dh.to(compute),
                                      drop(layer, 1), InputGradient::kCompute, gradients);
  at::Tensor djoint = attend_backward(dattention, kept.query_key_value, kept.attention,
                                      kept.attention_sums, attention_shape());
  prepare_heads_backward(layer, kept, djoint, gradients);
  rms_norm(kept.input, block.attention_norm, shape_.norm_epsilon, x, kept.inverse_attention);
  // Below the first block lies only the embedding, which may be frozen.
  const bool wanted = layer > 0 || weights_.trained;
  const auto input_gradient = wanted ? InputGradient::kCompute : InputGradient::kSkip;
  dx = block.query_key_value.backward(x, kept.u_query_key_value, djoint, drop(layer, 0),
                                      input_gradient, gradients);
  if (norms != nullptr) {
    rms_norm_weight_backward(dx, kept.input, kept.inverse_attention,
                             view(gradients, norms->attention, 1, width));
  }
  if (wanted) {
    rms_norm_backward(dx, kept.input, block.attention_norm, kept.inverse_attention, dh);
  }
}

}  // namespace drp::train
