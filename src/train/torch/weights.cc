// SPDX-License-Identifier: Apache-2.0
#include "train/torch/weights.h"

#include <ATen/ATen.h>

#include <cmath>
#include <initializer_list>

namespace drp::train {
namespace {

using model_files::GgufFile;
using model_files::Linear;
using model_files::ModelShape;

class WeightReader {
 public:
  WeightReader(const GgufFile& file, const EngineConfig& config, at::ScalarType type)
      : file_(file), config_(config), type_(type) {}

  // A matrix or vector in the compute type, or in `type` when given.
  at::Tensor read(const std::string& name) const { return read(name, type_); }
  at::Tensor read(const std::string& name, at::ScalarType type) const {
    const model_files::GgufTensor& tensor = file_.tensor(name);
    return to_tensor(file_.read(tensor), {tensor.dims.rbegin(), tensor.dims.rend()}).to(type);
  }

  // Layers that read the same input as one matrix.
  LoraLinear read_linear(std::int64_t layer, std::initializer_list<Linear> linears) const {
    std::vector<at::Tensor> weights;
    std::vector<at::Tensor> biases;
    std::vector<LoraLinear::Pair> pairs;
    std::int64_t outputs_before = 0;
    for (const Linear linear : linears) {
      const std::string stem = tensor_stem(layer, linear);
      const model_files::GgufTensor& tensor = file_.tensor(stem + ".weight");
      std::vector<float> values = file_.read(tensor);
      for (const auto& adapter : config_.frozen) add_delta(adapter, layer, linear, values);
      weights.push_back(to_tensor(values, {tensor.dims[1], tensor.dims[0]}).to(type_));
      if (file_.find(stem + ".bias") != nullptr) biases.push_back(read(stem + ".bias"));
      for (const LoraPlace& place : config_.layout.places) {
        if (place.layer == layer && place.linear == linear) {
          pairs.push_back({place, outputs_before});
        }
      }
      outputs_before += tensor.dims[1];
    }
    LoraLinear joint(weights.size() == 1 ? weights[0].clone() : at::cat(weights),
                     biases.empty() ? at::Tensor() : at::cat(biases), std::move(pairs),
                     config_.layout);
    if (config_.trained_weights) {
      const std::string stem = tensor_stem(layer, *linears.begin());
      const WeightPlace* bias = config_.trained_weights->find(stem + ".bias");
      joint.train_weight(config_.trained_weights->at(stem + ".weight").begin,
                         bias == nullptr ? 0 : bias->begin);
    }
    return joint;
  }

 private:
  static at::Tensor to_tensor(const std::vector<float>& values,
                              const std::vector<std::int64_t>& sizes) {
    return at::from_blob(const_cast<float*>(values.data()), sizes, at::kFloat).clone();
  }

  const GgufFile& file_;
  const EngineConfig& config_;
  at::ScalarType type_;
};

RopeTable make_rope_table(const ModelShape& shape, std::int64_t positions, at::ScalarType wide) {
  const std::int64_t half = shape.rotated / 2;
  RopeTable table;
  table.pairs = shape.rope_pairs;
  table.cosine = at::empty({positions, half}, at::kDouble);
  table.sine = at::empty({positions, half}, at::kDouble);
  double* cosine = table.cosine.data_ptr<double>();
  double* sine = table.sine.data_ptr<double>();
  for (std::int64_t i = 0; i < half; ++i) {
    const double power = -2.0 * static_cast<double>(i) / static_cast<double>(shape.rotated);
    double frequency = std::pow(shape.rope_base, power);
    if (!shape.rope_divisors.empty()) {
      frequency /= static_cast<double>(shape.rope_divisors[static_cast<std::size_t>(i)]);
    }
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
    places.layers.push_back(
        {layout.at(block + "attn_norm.weight").begin, layout.at(block + "ffn_norm.weight").begin});
  }
  return places;
}

}  // namespace

void DecoderWeights::refresh(std::span<const float> parameters) {
  for (DecoderLayer& layer : layers) {
    for (LoraLinear* linear :
         {&layer.query_key_value, &layer.attention_output, &layer.gate_up, &layer.down}) {
      linear->refresh(parameters);
    }
  }
  if (!trained) return;
  const auto vector = [&](std::size_t begin) {
    return view(parameters, begin, 1, shape.width).squeeze(0);
  };
  embedding.copy_(view(parameters, trained->embedding, shape.vocabulary, shape.width));
  output_norm.copy_(vector(trained->output_norm));
  // A tied head is the embedding's own tensor.
  if (!shape.tied_head) head.copy_(view(parameters, trained->head, shape.vocabulary, shape.width));
  for (std::size_t i = 0; i < layers.size(); ++i) {
    layers[i].attention_norm.copy_(vector(trained->layers[i].attention));
    layers[i].feed_forward_norm.copy_(vector(trained->layers[i].feed_forward));
  }
}

DecoderWeights load_weights(const EngineConfig& config, at::ScalarType type) {
  const GgufFile file(config.model);
  const at::ScalarType wide = type == at::kDouble ? at::kDouble : at::kFloat;
  DecoderWeights weights;
  weights.shape = model_files::read_model_shape(file);
  const WeightReader reader(file, config, type);
  weights.embedding = reader.read("token_embd.weight");
  weights.output_norm = reader.read("output_norm.weight", wide);
  weights.head = weights.shape.tied_head ? weights.embedding : reader.read("output.weight");
  for (std::int64_t layer = 0; layer < weights.shape.layers; ++layer) {
    const std::string block = "blk." + std::to_string(layer) + ".";
    weights.layers.push_back(
        {reader.read(block + "attn_norm.weight", wide),
         reader.read(block + "ffn_norm.weight", wide),
         reader.read_linear(layer, {Linear::kQuery, Linear::kKey, Linear::kValue}),
         reader.read_linear(layer, {Linear::kAttentionOutput}),
         reader.read_linear(layer, {Linear::kGate, Linear::kUp}),
         reader.read_linear(layer, {Linear::kDown})});
  }
  if (config.trained_weights)
    weights.trained = trained_places(*config.trained_weights, weights.shape);
  weights.rope = make_rope_table(weights.shape, config.row_tokens, wide);
  return weights;
}

}  // namespace drp::train
