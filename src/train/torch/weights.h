// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "train/engine.h"
#include "train/torch/decoder.h"

namespace drp::train {

// Reads the weights of config.model onto `device` in the compute type `type` (kBFloat16, kFloat,
// kDouble), with config.frozen merged in fp32 first; linear layers at each use where config.weights
// is kFile. Throws Error{kModel}.
DecoderWeights load_weights(const EngineConfig& config, at::ScalarType type,
                            const at::Device& device = at::kCPU);

}  // namespace drp::train
