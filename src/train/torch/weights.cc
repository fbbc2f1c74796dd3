// SPDX-License-Identifier: Apache-2.0
#include "train/torch/weights.h"

#include <ATen/ATen.h>

#include <cmath>
#include <memory>
#include <utility>

namespace drp::train {
namespace {

using model_files::Linear;
using model_files::ModelShape;

// Layers that read the same input as one matrix.
LoraLinear make_linear(const WeightSource& source, const EngineConfig& config,
                       at::TensorOptions options, std::int64_t layer, std::vector<Linear> linears) {
  const std::string first = tensor_stem(layer, linears.front());
  LoraLinear::Frozen frozen;
  std::vector<at::Tensor> biases;
  std::vector<LoraLinear::Pair> pairs;
  for (const Linear linear : linears) {
    const std::string stem = tensor_stem(layer, linear);
    if (source.file().find(stem + ".bias") != nullptr) {
      biases.push_back(source.read(stem + ".bias", options));
    }
    for (const LoraPlace& place : config.layout.places) {
      if (place.layer == layer && place.linear == linear) pairs.push_back({place, frozen.outputs});
    }
    const auto& dims = source.file().tensor(stem + ".weight").dims;
    frozen.inputs = dims[0];
    frozen.outputs += dims[1];
  }
  frozen.options = options;
  frozen.kept = config.weights != WeightStorage::kFile || config.trained_weights;
  frozen.read = [&source, layer, linears = std::move(linears)](at::Tensor& out) {
    std::int64_t row = 0;
    for (const Linear linear : linears) {
      const auto& dims = source.file().tensor(tensor_stem(layer, linear) + ".weight").dims;
      at::Tensor rows = out.narrow(0, row, dims[1]);
      source.read_linear(layer, linear, rows);
      row += dims[1];
    }
  };
  LoraLinear joint(std::move(frozen), biases.empty() ? at::Tensor() : at::cat(biases),
                   std::move(pairs), config.layout);
  if (config.trained_weights) {
    const WeightPlace* bias = config.trained_weights->find(first + ".bias");
    joint.train_weight(config.trained_weights->at(first + ".weight").begin,
                       bias == nullptr ? 0 : bias->begin);
  }
  return joint;
}

RopeAngles make_rope_table(const ModelShape& shape, double base, std::span<const float> divisors,
                           std::int64_t positions, at::TensorOptions wide) {
  const std::int64_t half = shape.rotated / 2;
  RopeAngles table;
  table.pairs = shape.rope_pairs;
  table.cosine = at::empty({positions, half}, at::kDouble);
  table.sine = at::empty({positions, half}, at::kDouble);
  double* cosine = table.cosine.data_ptr<double>();
  double* sine = table.sine.data_ptr<double>();
  for (std::int64_t i = 0; i < half; ++i) {
    const double power = -2.0 * static_cast<double>(i) / static_cast<double>(shape.rotated);
    double frequency = std::pow(base, power);
    if (!divisors.empty()) frequency /= static_cast<double>(divisors[static_cast<std::size_t>(i)]);
    for (std::int64_t position = 0; position < positions; ++position) {
      const double angle = static_cast<double>(position) * frequency;
      cosine[position * half + i] = std::cos(angle);
      sine[position * half + i] = std::sin(angle);
    }
  }
  table.cosine = table.cosine.to(wide);
  table.sine = table.sine.to(wide);
  return table;
}

TrainedPlaces trained_places(const WeightLayout& layout, const ModelShape& shape) {
  TrainedPlaces places;
  places.embedding = layout.at("token_embd.weight").begin;
  places.output_norm = layout.at("output_norm.weight").begin;
  places.head = shape.tied_head ? places.embedding : layout.at("output.weight").begin;
  for (std::int64_t layer = 0; layer < shape.layers; ++layer) {
    const std::string block = "blk." + std::to_string(layer) + ".";
    TrainedPlaces::Norms norms{layout.at(block + "attn_norm.weight").begin,
                               layout.at(block + "ffn_norm.weight").begin};
    if (shape.head_norms) {
      norms.query = layout.at(block + "attn_q_norm.weight").begin;
      norms.key = layout.at(block + "attn_k_norm.weight").begin;
    }
    if (shape.post_norms) {
      norms.post_attention = layout.at(block + "post_attention_norm.weight").begin;
      norms.post_feed_forward = layout.at(block + "post_ffw_norm.weight").begin;
    }
    places.layers.push_back(norms);
  }
  return places;
}

}  // namespace

void DecoderWeights::refresh(const at::Tensor& parameters) {
  for (DecoderLayer& layer : layers) {
    for (LoraLinear* linear :
         {&layer.query_key_value, &layer.attention_output, &layer.gate_up, &layer.down}) {
      linear->refresh(parameters);
    }
  }
  if (!trained) return;
  const auto take = [&](at::Tensor& norm, std::size_t begin) {
    norm.copy_(view(parameters, begin, 1, norm.size(0)).squeeze(0));
  };
  embedding.copy_(view(parameters, trained->embedding, shape.vocabulary, shape.width));
  take(output_norm, trained->output_norm);
  // A tied head is the embedding's own tensor.
  if (!shape.tied_head) head.copy_(view(parameters, trained->head, shape.vocabulary, shape.width));
  for (std::size_t i = 0; i < layers.size(); ++i) {
    const TrainedPlaces::Norms& norms = trained->layers[i];
    take(layers[i].attention_norm, norms.attention);
    take(layers[i].feed_forward_norm, norms.feed_forward);
    if (shape.head_norms) {
      take(layers[i].query_norm, norms.query);
      take(layers[i].key_norm, norms.key);
    }
    if (!shape.post_norms) continue;
    take(layers[i].post_attention_norm, norms.post_attention);
    take(layers[i].post_feed_forward_norm, norms.post_feed_forward);
  }
}

DecoderWeights load_weights(const EngineConfig& config, at::ScalarType type,
                            const at::Device& device) {
  auto source = std::make_unique<const WeightSource>(config.model, config.frozen);
  const auto compute = at::TensorOptions(type).device(device);
  const auto wide = compute.dtype(type == at::kDouble ? at::kDouble : at::kFloat);
  DecoderWeights weights;
  weights.shape = model_files::read_model_shape(source->file());
  weights.embedding = source->read("token_embd.weight", compute);
  weights.output_norm = source->read("output_norm.weight", wide);
  weights.head =
      weights.shape.tied_head ? weights.embedding : source->read("output.weight", compute);
  for (std::int64_t layer = 0; layer < weights.shape.layers; ++layer) {
    const std::string block = "blk." + std::to_string(layer) + ".";
    const auto norm = [&](const char* name) { return source->read(block + name, wide); };
    const auto linear = [&](std::vector<Linear> linears) {
      return make_linear(*source, config, compute, layer, std::move(linears));
    };
    const bool heads = weights.shape.head_norms;
    const bool post = weights.shape.post_norms;
    weights.layers.push_back({norm("attn_norm.weight"), norm("ffn_norm.weight"),
                              heads ? norm("attn_q_norm.weight") : at::Tensor(),
                              heads ? norm("attn_k_norm.weight") : at::Tensor(),
                              post ? norm("post_attention_norm.weight") : at::Tensor(),
                              post ? norm("post_ffw_norm.weight") : at::Tensor(),
                              linear({Linear::kQuery, Linear::kKey, Linear::kValue}),
                              linear({Linear::kAttentionOutput}),
                              linear({Linear::kGate, Linear::kUp}), linear({Linear::kDown})});
  }
  if (config.trained_weights)
    weights.trained = trained_places(*config.trained_weights, weights.shape);
  const ModelShape& shape = weights.shape;
  weights.rope =
      make_rope_table(shape, shape.rope_base, shape.rope_divisors, config.row_tokens, wide);
  if (shape.window > 0) {
    weights.windowed_rope =
        make_rope_table(shape, shape.window_rope_base, {}, config.row_tokens, wide);
  }
  if (config.weights == WeightStorage::kFile) weights.source = std::move(source);
  return weights;
}

}  // namespace drp::train
