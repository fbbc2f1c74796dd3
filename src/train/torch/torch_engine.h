// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>

#include "train/engine.h"

namespace drp::train {

// The engine on libtorch, on the processor or a GPU (config.device). Reads the model from GGUF of
// any quantisation, merges the frozen adapters in fp32 and keeps the weights in the compute
// precision; trained values, gradients and the residual stream stay fp32 (fp64 in fp64). Throws
// Error{kModel} when the model cannot be used.
std::unique_ptr<Engine> make_torch_engine(const EngineConfig& config);

}  // namespace drp::train
