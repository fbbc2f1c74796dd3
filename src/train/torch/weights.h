// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <ATen/core/Tensor.h>

#include <cstddef>
#include <memory>
#include <optional>
#include <vector>

#include "model_files/model_shape.h"
#include "train/engine.h"
#include "train/torch/kernels.h"
#include "train/torch/lora_linear.h"
#include "train/torch/weight_source.h"

namespace drp::train {

// One block's weights: norms in the wide type, the rest in the compute type.
struct DecoderLayer {
  at::Tensor attention_norm;
  at::Tensor feed_forward_norm;
  at::Tensor query_norm, key_norm;  // of a head; undefined where heads are not normalised
  // Of what attention and MLP give; undefined where that is not normalised.
  at::Tensor post_attention_norm, post_feed_forward_norm;
  LoraLinear query_key_value;
  LoraLinear attention_output;
  LoraLinear gate_up;
  LoraLinear down;
};

// Where the weights outside the linear layers lie in the flat buffers when all are trained.
struct TrainedPlaces {
  struct Norms {
    std::size_t attention = 0;
    std::size_t feed_forward = 0;
    std::size_t query = 0, key = 0;                         // where heads are normalised
    std::size_t post_attention = 0, post_feed_forward = 0;  // where outputs are
  };
  std::size_t embedding = 0;
  std::size_t output_norm = 0;
  std::size_t head = 0;  // the embedding's where tied
  std::vector<Norms> layers;
};

struct DecoderWeights {
  std::unique_ptr<const WeightSource> source;  // where linear layers are read anew for each use
  model_files::ModelShape shape;
  at::Tensor embedding;    // [vocabulary, width]
  at::Tensor output_norm;  // [width]
  at::Tensor head;         // [vocabulary, width]; the embedding where tied
  std::vector<DecoderLayer> layers;
  RopeAngles rope;           // of each position
  RopeAngles windowed_rope;  // the same in windowed layers, where there are such
  std::optional<TrainedPlaces> trained;

  at::Device device() const { return embedding.device(); }
  // Takes what is trained from the flat parameters (fp32, on the device). Where they are a view of
  // memory, that must outlive the weights.
  void refresh(const at::Tensor& parameters);
};

// Reads the weights of config.model onto `device` in the compute type `type` (kBFloat16, kFloat,
// kDouble), with config.frozen merged in fp32 first; linear layers at each use where config.weights
// is kFile. Throws Error{kModel}.
DecoderWeights load_weights(const EngineConfig& config, at::ScalarType type,
                            const at::Device& device = at::kCPU);

}  // namespace drp::train
