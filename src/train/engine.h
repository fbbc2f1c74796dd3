// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "base/memory.h"
#include "base/pool.h"
#include "train/lora_layout.h"
#include "train/options.h"
#include "train/packing.h"
#include "train/shares.h"
#include "train/weight_layout.h"

namespace drp::train {

// A sum over supervised tokens; sums add up over passes, means do not.
struct LossSum {
  double nll = 0;  // nats
  std::int64_t tokens = 0;

  double mean() const { return tokens > 0 ? nll / static_cast<double>(tokens) : 0; }
};

struct EngineConfig {
  std::filesystem::path model;
  std::vector<model_files::LoraAdapter> frozen;  // merged into the weights in fp32, in this order
  LoraLayout layout;  // of the pairs; empty where `trained_weights` is set
  // Every weight is trained instead of pairs. What parameters() holds then replaces the model's.
  std::optional<WeightLayout> trained_weights;
  double dropout = 0;  // of the pairs' input
  std::uint64_t seed = 0;
  Precision precision = Precision::kAuto;
  DeviceKind device = DeviceKind::kAuto;
  Recompute recompute = Recompute::kAuto;
  WeightStorage weights = WeightStorage::kAuto;
  int threads = 0;                   // 0: available_cores()
  std::int64_t pass_tokens = 0;      // most tokens of one pass, over all its shares
  std::int64_t pass_supervised = 0;  // most supervised tokens of one pass; 0: all of pass_tokens
  std::int64_t row_tokens = 0;       // most tokens of one row
  // Bytes that may be taken beside what the process has; 0: most of what the machine, or the GPU
  // that is used, has available.
  double memory_bytes = 0;
  // Fewest tokens for which a thread takes rows of its own; smaller products run slowly.
  std::int64_t part_tokens = 128;

  std::size_t trained_values() const {
    return trained_weights ? trained_weights->size : layout.size;
  }
  ShareLimits share_limits() const {
    return {static_cast<std::size_t>(threads > 0 ? threads : available_cores()), trained_values(),
            static_cast<std::size_t>(part_tokens)};
  }
};

// The model with trainable values: losses and gradients, nothing of the training recipe.
// Implementations: libtorch (train/torch), a quadratic toy in tests. Used from one thread.
class Engine {
 public:
  virtual ~Engine() = default;

  // Flat, in the layout's order; owned by the engine, at fixed addresses. After writing parameters
  // call parameters_changed() before the next pass.
  virtual std::span<float> parameters() = 0;
  virtual void parameters_changed() = 0;
  virtual std::span<float> gradients() = 0;  // of all passes up to this call

  // Adds the gradient of the pass's summed loss to gradients(). `pass` is the number of the pass in
  // the whole run; it keys dropout. Throws Error{kModel}.
  virtual LossSum train(const PackedBatch& batch, std::int64_t pass) = 0;
  // After the last pass of a step, before gradients() is read.
  virtual void collect_gradients() {}
  // The loss alone, without dropout.
  virtual LossSum evaluate(const PackedBatch& batch) = 0;

  // The precision in use, never kAuto.
  virtual Precision precision() const = 0;
  // What was chosen, such as "bf16, 2 threads, about 1.4 GiB of memory".
  virtual std::string description() const = 0;
  // The whole process's memory at its peak (on a GPU: its memory that tensors take), as estimated
  // before the first pass; 0: unknown.
  virtual double memory_estimate_bytes() const { return 0; }
  // The same as it was up to now.
  virtual double memory_peak_bytes() const {
    return static_cast<double>(process_memory_peak_bytes());
  }
};

using EngineFactory = std::function<std::unique_ptr<Engine>(const EngineConfig&)>;

}  // namespace drp::train
