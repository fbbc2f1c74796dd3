// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <filesystem>
#include <span>
#include <string>
#include <vector>

#include "model_files/adapter.h"
#include "model_files/gguf_file.h"
#include "model_files/model_shape.h"

namespace drp::train {

// Where one tensor of the model lies in the flat buffers of parameters, gradients and moments.
struct WeightPlace {
  std::string tensor;     // its name in the GGUF file
  std::int64_t rows = 0;  // outputs; 1 for a vector
  std::int64_t columns = 0;
  std::size_t begin = 0;
};

// All weights of a model as one flat fp32 buffer, for training every one of them. Layers that read
// the same input (query, key, value; gate, up) follow each other, and so do their biases: together
// they are one [outputs, inputs] matrix and one vector. A tied embedding is there once.
struct WeightLayout {
  std::vector<WeightPlace> places;
  std::size_t size = 0;

  const WeightPlace* find(const std::string& tensor) const;
  // The place of a tensor that must be there.
  const WeightPlace& at(const std::string& tensor) const;
};

// Throws Error{kModel} for a tensor that full training does not know: it would stay as it was
// while all around it moves.
WeightLayout make_weight_layout(const model_files::GgufFile& file,
                                const model_files::ModelShape& shape);

// The model's weights in that layout, with the frozen adapters added.
std::vector<float> read_weights(const model_files::GgufFile& file, const WeightLayout& layout,
                                std::span<const model_files::LoraAdapter> frozen);

// The model with these weights: the base's keys (tokenizer, template and all), its tensors in its
// order. Matrices are stored as `type`, vectors as F32. Throws Error{kIo}.
void write_weights(const std::filesystem::path& path, const model_files::GgufFile& base,
                   const WeightLayout& layout, std::span<const float> parameters,
                   model_files::FloatType type);

}  // namespace drp::train
