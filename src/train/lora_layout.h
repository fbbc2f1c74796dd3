// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "model_files/adapter.h"
#include "model_files/model_shape.h"
#include "train/options.h"

namespace drp::train {

// Where one pair lies in the flat buffers of parameters, gradients and moments: A [rank, inputs] at
// `a`, B [outputs, rank] at `b`.
struct LoraPlace {
  std::int64_t layer = 0;
  model_files::Linear linear = model_files::Linear::kQuery;
  std::int64_t inputs = 0;
  std::int64_t outputs = 0;
  std::size_t a = 0;
  std::size_t b = 0;
};

// All trained values as one flat fp32 buffer, so that the optimizer, the norm and the checkpoint
// are one loop each. Layers that read the same input (query, key, value; gate, up) have their A
// next to each other: together they are one [k * rank, inputs] matrix.
struct LoraLayout {
  std::int64_t rank = 0;
  double scale = 0;  // of B A
  std::vector<LoraPlace> places;
  std::size_t size = 0;
};
// Throws Error{kConfig} for a pattern that is no regular expression or matches no linear layer.
LoraLayout make_layout(const model_files::ModelShape& shape, const LoraOptions& options);
// The layout of an adapter's own pairs.
LoraLayout make_layout(const model_files::ModelShape& shape,
                       const model_files::LoraAdapter& adapter);

// A uniform in +-1 / sqrt(inputs), B zero, keyed by (seed, layer, linear).
std::vector<float> initial_parameters(const LoraLayout& layout, std::uint64_t seed);

model_files::LoraAdapter to_adapter(const model_files::ModelShape& shape, const LoraLayout& layout,
                                    const LoraOptions& options, std::span<const float> parameters);
// The options an adapter was trained with, as far as it shows, and its values in their layout.
LoraOptions options_of(const model_files::LoraAdapter& adapter);
std::vector<float> to_parameters(const model_files::LoraAdapter& adapter, const LoraLayout& layout);

}  // namespace drp::train
