// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <ATen/core/Tensor.h>

#include <cstdint>

#include "model_files/model_shape.h"
#include "train/engine.h"

namespace drp::train {

// Where the memory of a training goes, in bytes of the whole process; on a GPU in bytes of its
// memory that tensors take.
struct MemoryUse {
  double before = 0;   // what the process had before the model was read
  double weights = 0;  // frozen, in the compute type
  double trained = 0;  // parameters, gradients, moments and their copies for checkpoints
  double kept = 0;     // values that the forward pass keeps for the backward pass
  double working = 0;  // what the head or one block's backward pass needs beside
  double reading = 0;  // the model file while it is read, if that is more than kept and working
  double total() const;
};

// What fits: layers recomputed from the first on, weights kept or read for each use.
struct MemoryPlan {
  std::int64_t recomputed_layers = 0;
  WeightStorage weights = WeightStorage::kMemory;  // never kAuto
  MemoryUse use;
};

// The sizes that memory depends on.
struct MemoryLoad {
  std::int64_t tokens = 0;      // of the largest pass
  std::int64_t supervised = 0;  // of them
  std::int64_t row_tokens = 0;  // of the longest row
  std::int64_t parts = 1;       // shares of a pass that run at the same time
  double file_bytes = 0;        // of the model file
  double process_bytes = 0;     // before the model is read
  bool gpu = false;             // weights and passes are there, the optimizer is not
};

// An estimate for one plan, right within a tenth on the models that it was measured on.
MemoryUse estimate_memory(const model_files::ModelShape& shape, const EngineConfig& config,
                          at::ScalarType type, const MemoryLoad& load, const MemoryPlan& plan);

// The fastest plan that stays within `budget` bytes beside what the process has, as far as the
// options leave a choice: first as few recomputed layers as needed, then weights from the file.
// Where nothing fits, the smallest plan.
MemoryPlan plan_memory(const model_files::ModelShape& shape, const EngineConfig& config,
                       at::ScalarType type, const MemoryLoad& load, double budget);

}  // namespace drp::train
