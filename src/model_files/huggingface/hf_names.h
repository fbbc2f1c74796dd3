// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "model_files/model_shape.h"

namespace drp::model_files {

// One tensor of a model under both its names.
struct TensorName {
  std::string gguf;  // "blk.0.attn_q.weight"
  std::string hf;    // "model.layers.0.self_attn.q_proj.weight"
  std::int64_t rows = 0;
  std::int64_t columns = 0;  // 0: a vector of `rows` values
  // Heads whose rows GGUF stores in another order (reordered_heads), else 0.
  std::int64_t reordered_heads = 0;
  double offset = 0;  // GGUF's values less Hugging Face's (ModelShape::norm_offset)

  bool operator==(const TensorName&) const = default;
};

// Every tensor that a model of this shape has, in Hugging Face's order. rope_freqs.weight, which
// Hugging Face keeps as numbers of its configuration, is not among them.
std::vector<TensorName> tensor_names(const ModelShape& shape);

// The name inside a text model for one inside a model that also sees images: without the part
// "language_model.", wherever it stands. Empty for a tensor of another part of that.
std::string text_model_name(const std::string& name);

enum class RowOrder { kToInterleaved, kToHalves };
// The rows of each head in the other order, whatever their type: `bytes` holds rows of equal size.
std::string reorder_rows(std::string_view bytes, std::int64_t rows, std::int64_t heads,
                         RowOrder order);

}  // namespace drp::model_files
