// SPDX-License-Identifier: Apache-2.0
// The linear layers of a model: names, sizes and the order of their rows.
#include <algorithm>

#include "base/check.h"
#include "model_files/model_shape.h"

namespace drp::model_files {

std::string_view gguf_name(Linear linear) {
  switch (linear) {
    case Linear::kQuery:
      return "attn_q";
    case Linear::kKey:
      return "attn_k";
    case Linear::kValue:
      return "attn_v";
    case Linear::kAttentionOutput:
      return "attn_output";
    case Linear::kGate:
      return "ffn_gate";
    case Linear::kUp:
      return "ffn_up";
    case Linear::kDown:
      return "ffn_down";
  }
  return {};
}

std::string_view peft_name(Linear linear) {
  switch (linear) {
    case Linear::kQuery:
      return "q_proj";
    case Linear::kKey:
      return "k_proj";
    case Linear::kValue:
      return "v_proj";
    case Linear::kAttentionOutput:
      return "o_proj";
    case Linear::kGate:
      return "gate_proj";
    case Linear::kUp:
      return "up_proj";
    case Linear::kDown:
      return "down_proj";
  }
  return {};
}

std::int64_t inputs(const ModelShape& shape, Linear linear) {
  if (linear == Linear::kAttentionOutput) return shape.query_width();
  return linear == Linear::kDown ? shape.feed_forward : shape.width;
}

std::int64_t outputs(const ModelShape& shape, Linear linear) {
  switch (linear) {
    case Linear::kQuery:
      return shape.query_width();
    case Linear::kKey:
    case Linear::kValue:
      return shape.key_value_width();
    case Linear::kGate:
    case Linear::kUp:
      return shape.feed_forward;
    case Linear::kAttentionOutput:
    case Linear::kDown:
      return shape.width;
  }
  return 0;
}

std::string tensor_stem(std::int64_t layer, Linear linear) {
  return "blk." + std::to_string(layer) + "." + std::string(gguf_name(linear));
}

std::string peft_module(std::int64_t layer, Linear linear) {
  const bool attention = linear <= Linear::kAttentionOutput;
  return "model.layers." + std::to_string(layer) + (attention ? ".self_attn." : ".mlp.") +
         std::string(peft_name(linear));
}

namespace {

// Copies row `from(head, i)` to each row of each head.
template <class From>
std::vector<float> reorder(std::span<const float> rows, std::int64_t heads, std::int64_t columns,
                           const From& from) {
  DRP_CHECK(heads > 0 && columns > 0, "nothing to reorder");
  const std::int64_t head_width = static_cast<std::int64_t>(rows.size()) / (heads * columns);
  DRP_CHECK(
      heads * columns * head_width == static_cast<std::int64_t>(rows.size()) && head_width % 2 == 0,
      "rows do not fit the heads");
  std::vector<float> out(rows.size());
  for (std::int64_t head = 0; head < heads; ++head) {
    for (std::int64_t i = 0; i < head_width; ++i) {
      const std::int64_t source = (head * head_width + from(i, head_width / 2)) * columns;
      std::copy_n(rows.begin() + source, columns, out.begin() + (head * head_width + i) * columns);
    }
  }
  return out;
}

}  // namespace

std::vector<float> rows_to_halves(std::span<const float> rows, std::int64_t heads,
                                  std::int64_t columns) {
  return reorder(rows, heads, columns, [](std::int64_t i, std::int64_t half) {
    return i < half ? 2 * i : 2 * (i - half) + 1;
  });
}

std::vector<float> rows_to_interleaved(std::span<const float> rows, std::int64_t heads,
                                       std::int64_t columns) {
  return reorder(rows, heads, columns, [](std::int64_t i, std::int64_t half) {
    return i % 2 == 0 ? i / 2 : half + i / 2;
  });
}

std::int64_t reordered_heads(const ModelShape& shape, Linear linear) {
  if (shape.rope_pairs != RopePairs::kInterleaved) return 0;
  if (linear == Linear::kQuery) return shape.heads;
  return linear == Linear::kKey ? shape.key_value_heads : 0;
}

}  // namespace drp::model_files
