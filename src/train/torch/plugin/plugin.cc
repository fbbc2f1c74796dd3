// SPDX-License-Identifier: Apache-2.0
#include "train/torch/torch_engine.h"

// What train/plugin.cc looks up. Exceptions pass through: both sides are built by one compiler.
extern "C" __attribute__((visibility("default"))) drp::train::Engine* drp_make_engine(
    const drp::train::EngineConfig& config) {
  return drp::train::make_torch_engine(config).release();
}
