// SPDX-License-Identifier: Apache-2.0
#include "train/torch/memory_plan.h"

#include <algorithm>

#include "train/torch/decoder.h"
#include "train/torch/lora_linear.h"

namespace drp::train {
namespace {

using model_files::Linear;
using model_files::ModelShape;

// Bytes a token or a layer, worked out once from the shapes that decoder.cc handles.
class Sizes {
 public:
  Sizes(const ModelShape& shape, const LoraLayout& layout, at::ScalarType type)
      : shape_(shape),
        compute_(static_cast<double>(at::elementSize(type))),
        wide_(type == at::kDouble ? 8 : 4),
        rank_(layout.rank) {
    for (const LoraPlace& place : layout.places) targeted_[index(place.linear)] = true;
  }

  double compute() const { return compute_; }
  double wide() const { return wide_; }
  double width() const { return static_cast<double>(shape_.width); }
  double joint_outputs() const {
    return static_cast<double>(shape_.query_width() + 2 * shape_.key_value_width());
  }
  double columns(std::initializer_list<Linear> linears) const {
    return static_cast<double>(
        LoraLinear::joint_columns(inputs(shape_, *linears.begin()), pairs_width(linears)));
  }
  double query_columns() const { return columns({Linear::kQuery, Linear::kKey, Linear::kValue}); }
  double output_columns() const { return columns({Linear::kAttentionOutput}); }
  double gate_columns() const { return columns({Linear::kGate, Linear::kUp}); }
  double down_columns() const { return columns({Linear::kDown}); }
  double inner() const { return static_cast<double>(shape_.feed_forward); }

  // One layer's joint matrices [outputs, columns].
  double layer_weights() const {
    return compute_ * (joint_outputs() * query_columns() + width() * output_columns() +
                       2 * inner() * gate_columns() + width() * down_columns());
  }
  double largest_linear() const {
    return std::max({joint_outputs() * query_columns(), 2 * inner() * gate_columns(),
                     width() * down_columns()});
  }
  // What forward keeps of one layer, a token.
  double kept() const {
    const double heads = static_cast<double>(shape_.heads);
    double bytes = wide_ * (2 * width() + 2 + heads) +
                   compute_ * (joint_outputs() + output_columns() + 2 * inner());
    bytes += compute_ * static_cast<double>(pairs_width(
                            {Linear::kQuery, Linear::kKey, Linear::kValue, Linear::kAttentionOutput,
                             Linear::kGate, Linear::kUp, Linear::kDown}));
    if (shape_.head_norms) {
      bytes += compute_ * static_cast<double>(shape_.query_width() + shape_.key_value_width()) +
               wide_ * static_cast<double>(shape_.heads + shape_.key_value_heads);
    }
    if (shape_.post_norms) bytes += 2 * (compute_ * width() + wide_);
    return bytes;
  }
  // What one block's backward pass holds at its end, a token.
  double backward() const {
    return compute_ * (inner() + down_columns() + width() + gate_columns() + output_columns() +
                       joint_outputs() + query_columns()) +
           (wide_ > compute_ || shape_.post_norms ? compute_ * width() : 0);
  }

 private:
  static std::size_t index(Linear linear) { return static_cast<std::size_t>(linear); }
  std::int64_t pairs_width(std::initializer_list<Linear> linears) const {
    return rank_ * std::count_if(linears.begin(), linears.end(),
                                 [&](Linear linear) { return targeted_[index(linear)]; });
  }

  const ModelShape& shape_;
  double compute_;
  double wide_;
  std::int64_t rank_;
  bool targeted_[std::size(model_files::kLinears)] = {};
};

double weight_bytes(const ModelShape& shape, const Sizes& sizes, const MemoryLoad& load,
                    WeightStorage place) {
  const double layers = static_cast<double>(shape.layers);
  const double matrix = static_cast<double>(shape.vocabulary * shape.width);
  double bytes = sizes.compute() * matrix * (shape.tied_head ? 1 : 2);
  bytes += sizes.wide() *
           ((shape.post_norms ? 4 : 2) * layers * sizes.width() +
            static_cast<double>(load.row_tokens * shape.rotated * (shape.window > 0 ? 2 : 1)));
  if (place != WeightStorage::kFile) return bytes + layers * sizes.layer_weights();
  // The mapped file; a layer's matrix and the fp32 values it is made of, once for each share.
  constexpr double kRead = 4;
  return bytes + (load.gpu ? 0 : load.file_bytes) +
         static_cast<double>(load.parts) * sizes.largest_linear() *
             (sizes.compute() + (load.gpu ? 0 : kRead));
}

// Keys whose scores a block of queries writes out: the row's, none where one kernel does it all
// (flash attention).
double keys_beside_a_block(const MemoryLoad& load, at::ScalarType type) {
  return load.gpu && type == at::kBFloat16 ? 0 : static_cast<double>(load.row_tokens);
}

}  // namespace

double MemoryUse::total() const {
  return before + weights + trained + std::max(kept + working, reading);
}

MemoryUse estimate_memory(const ModelShape& shape, const EngineConfig& config, at::ScalarType type,
                          const MemoryLoad& load, const MemoryPlan& plan) {
  const Sizes sizes(shape, config.layout, type);
  const double tokens = static_cast<double>(load.tokens + load.parts * kTokenStep / 2);
  const double supervised = static_cast<double>(load.supervised);
  MemoryUse use;
  use.before = load.process_bytes;
  use.weights = weight_bytes(shape, sizes, load, plan.weights);
  // Trained fp32 weights of the linear layers are the parameters themselves.
  if (config.trained_weights && type == at::kFloat) {
    use.weights -= static_cast<double>(shape.layers) * sizes.layer_weights();
  }
  use.reading = plan.weights == WeightStorage::kFile || load.gpu ? 0 : load.file_bytes;
  // Parameters, gradients, two moments and the checkpoint's copy of all but the gradients, with the
  // best parameters; a gradient buffer for each further share. A GPU has the first two alone.
  const double copies = load.gpu ? 2 : 8;
  use.trained = sizeof(float) * static_cast<double>(config.trained_values()) *
                (copies + static_cast<double>(load.parts - 1));

  const double recomputed = static_cast<double>(plan.recomputed_layers);
  const double whole = static_cast<double>(shape.layers) - recomputed;
  use.kept = tokens * (whole * sizes.kept() + recomputed * sizes.wide() * sizes.width());
  if (plan.recomputed_layers > 0) use.kept += tokens * sizes.kept();
  const double stream = 2 * tokens * sizes.wide() * sizes.width();  // it and its gradient
  const double logits = std::min(supervised * static_cast<double>(shape.vocabulary),
                                 static_cast<double>(PassOptions{}.logits_max));
  const double head = supervised * 2 * sizes.width() * (sizes.wide() + sizes.compute()) +
                      logits * (sizes.compute() + (load.gpu ? sizes.wide() : 0));
  const double row = static_cast<double>(load.row_tokens);
  const double queries = std::min(row, static_cast<double>(kQueryBlock));
  const double scores = 2 * static_cast<double>(load.parts * shape.heads) *
                        keys_beside_a_block(load, type) * queries * sizes.compute();
  // On a GPU operations write out what the processor's loops hold in registers.
  const double between =
      load.gpu ? 2 * sizes.compute() * sizes.inner() + sizes.wide() * sizes.width() : 0;
  use.working = stream + std::max(head, tokens * (sizes.backward() + between) + scores);
  return use;
}

MemoryPlan plan_memory(const ModelShape& shape, const EngineConfig& config, at::ScalarType type,
                       const MemoryLoad& load, double budget) {
  MemoryPlan plan;
  const auto fits = [&](WeightStorage weights, std::int64_t recomputed) {
    plan.weights = weights;
    plan.recomputed_layers = recomputed;
    plan.use = estimate_memory(shape, config, type, load, plan);
    return plan.use.total() - plan.use.before <= budget;
  };
  const std::int64_t least = config.recompute == Recompute::kAlways ? shape.layers : 0;
  const std::int64_t most = config.recompute == Recompute::kNever ? 0 : shape.layers;
  for (const WeightStorage place : {WeightStorage::kMemory, WeightStorage::kFile}) {
    if (config.trained_weights && place == WeightStorage::kFile) continue;
    if (!config.trained_weights && config.weights != WeightStorage::kAuto &&
        config.weights != place)
      continue;
    for (std::int64_t recomputed = least; recomputed <= most; ++recomputed) {
      if (fits(place, recomputed)) return plan;
    }
  }
  return plan;  // the last one tried is the smallest
}

}  // namespace drp::train
