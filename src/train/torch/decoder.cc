// SPDX-License-Identifier: Apache-2.0
#include "train/torch/decoder.h"

#include <ATen/ATen.h>

#include <algorithm>
#include <cmath>

#include "base/check.h"
#include "base/random.h"

namespace drp::train {
namespace {

at::ScalarType wide_type(const at::Tensor& compute) {
  return compute.scalar_type() == at::kDouble ? at::kDouble : at::kFloat;
}

double score_scale(const model_files::ModelShape& shape) {
  return 1 / std::sqrt(static_cast<double>(shape.score_width()));
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
    longest_ = std::max(longest_, end);
    for (std::int64_t i = first; i < end; ++i) positions.push_back(static_cast<std::int32_t>(i));
    apart = apart && batch.prompts[segment] < 0;
  }
  DRP_CHECK(positions.size() == batch.tokens.size(), "segments do not tile the batch");
  positions.resize(tokens.size(), 0);
  tokens_ = at::tensor(tokens).to(weights.device());
  const at::Tensor places = at::tensor(positions).to(weights.device());
  const auto at_places = [&](const RopeAngles& table) -> RopeAngles {
    if (!table.cosine.defined()) return {};
    return {table.cosine.index_select(0, places), table.sine.index_select(0, places), table.pairs};
  };
  angles_ = at_places(weights.rope);
  windowed_angles_ = at_places(weights.windowed_rope);
  if (!options.flash || !apart || batch.segments() == 0) return;
  flash_.emplace(batch.starts, weights.device());
  flash_->heads = shape_.heads;
  flash_->key_value_heads = shape_.key_value_heads;
  flash_->head_width = shape_.head_width;
  flash_->scale = score_scale(shape_);
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
    if (shape_.scaled_embedding) gradient_.mul_(shape_.embedding_scale());
    embed_backward(gradient_, tokens_,
                   view(gradients, weights_.trained->embedding, shape_.vocabulary, shape_.width));
  }
  gradient_.reset();
}

at::Tensor DecoderPass::embed() const {
  at::Tensor h = weights_.embedding.index_select(0, tokens_).to(wide_type(weights_.embedding));
  if (shape_.scaled_embedding) h.mul_(shape_.embedding_scale());
  return h;
}

at::Tensor DecoderPass::empty(std::int64_t rows, std::int64_t columns) const {
  return at::empty({rows, columns}, weights_.embedding.options());
}

bool DecoderPass::windowed(std::size_t layer) const {
  return shape_.windowed(static_cast<std::int64_t>(layer));
}

const RopeAngles& DecoderPass::angles(std::size_t layer) const {
  return windowed(layer) ? windowed_angles_ : angles_;
}

AttentionShape DecoderPass::attention_shape(std::size_t layer) const {
  AttentionShape attention;
  attention.heads = shape_.heads;
  attention.key_value_heads = shape_.key_value_heads;
  attention.head_width = shape_.head_width;
  attention.scale = score_scale(shape_);
  attention.starts = batch_.starts;
  attention.prompts = batch_.prompts;
  // A window that holds the longest row hides nothing.
  if (windowed(layer) && longest_ > shape_.window) attention.window = shape_.window;
  if (flash_) attention.flash = &*flash_;
  return attention;
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
  prepare_heads(layer, kept);
  room = block.attention_output.room(tokens);
  kept.attention = block.attention_output.values(room);
  kept.attention_sums = attend(kept.query_key_value, attention_shape(layer), kept.attention);
  at::Tensor y = block.attention_output.forward(room, drop(layer, 1), kept.u_attention_output);
  finish(block.post_attention_norm, y, kept.attention_out, kept.inverse_attention_out);
  kept.middle = at::empty_like(h);
  add_residual(h, y, kept.middle);

  kept.inverse_feed_forward = at::empty({tokens}, h.options());
  room = block.gate_up.room(tokens);
  x = block.gate_up.values(room);
  rms_norm(kept.middle, block.feed_forward_norm, shape_.norm_epsilon, x, kept.inverse_feed_forward);
  kept.gate_up = block.gate_up.forward(room, drop(layer, 2), kept.u_gate_up);
  room = block.down.room(tokens);
  x = block.down.values(room);
  gated(kept.gate_up, shape_.activation, x);
  y = block.down.forward(room, drop(layer, 3), kept.u_down);
  finish(block.post_feed_forward_norm, y, kept.feed_forward_out, kept.inverse_feed_forward_out);
  at::Tensor out = at::empty_like(h);
  add_residual(kept.middle, y, out);
  return out;
}

// As of a single head as wide as the stream.
void DecoderPass::finish(const at::Tensor& norm, at::Tensor& y, at::Tensor& kept,
                         at::Tensor& inverse) const {
  if (!norm.defined()) return;
  kept = y.clone();
  inverse = at::empty({y.size(0), 1}, norm.options());
  head_norm(y, norm, shape_.norm_epsilon, inverse);
}

at::Tensor DecoderPass::finish_backward(const at::Tensor& dh, const at::Tensor& norm,
                                        const at::Tensor& kept, const at::Tensor& inverse,
                                        std::optional<std::size_t> place,
                                        const at::Tensor& gradients) const {
  const at::ScalarType compute = weights_.embedding.scalar_type();
  if (!norm.defined()) return dh.to(compute);
  at::Tensor dy = dh.to(compute, /*non_blocking=*/false, /*copy=*/true);
  if (place) {
    head_norm_weight_backward(dy, kept, inverse, view(gradients, *place, 1, shape_.width));
  }
  head_norm_backward(dy, kept, norm, inverse);
  return dy;
}

void DecoderPass::prepare_heads(std::size_t layer, Kept& kept) const {
  const DecoderLayer& block = weights_.layers[layer];
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
  rope(joint, angles(layer), shape_.heads + shape_.key_value_heads, shape_.head_width, 1);
}

void DecoderPass::prepare_heads_backward(std::size_t layer, const Kept& kept, at::Tensor& djoint,
                                         const at::Tensor& gradients) const {
  const DecoderLayer& block = weights_.layers[layer];
  rope(djoint, angles(layer), shape_.heads + shape_.key_value_heads, shape_.head_width, -1);
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
  const TrainedPlaces::Norms* norms = weights_.trained ? &weights_.trained->layers[layer] : nullptr;
  const auto place = [&](std::size_t TrainedPlaces::Norms::*norm) {
    return norms == nullptr ? std::nullopt : std::optional(norms->*norm);
  };
  const std::int64_t tokens = dh.size(0);
  at::Tensor inner = empty(tokens, shape_.feed_forward);
  gated(kept.gate_up, shape_.activation, inner);
  at::Tensor dy = finish_backward(dh, block.post_feed_forward_norm, kept.feed_forward_out,
                                  kept.inverse_feed_forward_out,
                                  place(&TrainedPlaces::Norms::post_feed_forward), gradients);
  const at::Tensor dinner = block.down.backward(inner, kept.u_down, dy, drop(layer, 3),
                                                InputGradient::kCompute, gradients);
  gated_backward(dinner, shape_.activation, kept.gate_up);
  at::Tensor x = empty(tokens, shape_.width);
  rms_norm(kept.middle, block.feed_forward_norm, shape_.norm_epsilon, x, kept.inverse_feed_forward);
  at::Tensor dx = block.gate_up.backward(x, kept.u_gate_up, kept.gate_up, drop(layer, 2),
                                         InputGradient::kCompute, gradients);
  const std::int64_t width = shape_.width;
  if (norms != nullptr) {
    rms_norm_weight_backward(dx, kept.middle, kept.inverse_feed_forward,
                             view(gradients, norms->feed_forward, 1, width));
  }
  rms_norm_backward(dx, kept.middle, block.feed_forward_norm, kept.inverse_feed_forward, dh);

  dy =
      finish_backward(dh, block.post_attention_norm, kept.attention_out, kept.inverse_attention_out,
                      place(&TrainedPlaces::Norms::post_attention), gradients);
  const at::Tensor dattention =
      block.attention_output.backward(kept.attention, kept.u_attention_output, dy, drop(layer, 1),
                                      InputGradient::kCompute, gradients);
  at::Tensor djoint = attend_backward(dattention, kept.query_key_value, kept.attention,
                                      kept.attention_sums, attention_shape(layer));
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
