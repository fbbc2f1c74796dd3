// SPDX-License-Identifier: Apache-2.0
#include "model_files/huggingface/hf_names.h"

#include <cstring>
#include <utility>

#include "base/check.h"

namespace drp::model_files {
namespace {

std::string hf_linear(const std::string& block, Linear linear) {
  return block + (linear <= Linear::kAttentionOutput ? "self_attn." : "mlp.") +
         std::string(peft_name(linear));
}

TensorName norm(const ModelShape& shape, std::string gguf, std::string hf, std::int64_t width) {
  return {std::move(gguf) + ".weight", std::move(hf) + ".weight", width, 0, 0, shape.norm_offset};
}

void add_layer(const ModelShape& shape, std::int64_t layer, std::vector<TensorName>& names) {
  const std::string gguf = "blk." + std::to_string(layer) + ".";
  const std::string hf = "model.layers." + std::to_string(layer) + ".";
  const auto add_norm = [&](const std::string& of_gguf, const std::string& of_hf,
                            std::int64_t width) {
    names.push_back(norm(shape, gguf + of_gguf, hf + of_hf, width));
  };
  add_norm("attn_norm", "input_layernorm", shape.width);
  for (const Linear linear : kLinears) {
    const std::int64_t heads = reordered_heads(shape, linear);
    names.push_back({tensor_stem(layer, linear) + ".weight", hf_linear(hf, linear) + ".weight",
                     outputs(shape, linear), inputs(shape, linear), heads});
    if (shape.attention_bias && linear < Linear::kAttentionOutput) {
      names.push_back({tensor_stem(layer, linear) + ".bias", hf_linear(hf, linear) + ".bias",
                       outputs(shape, linear), 0, heads});
    }
    if (shape.head_norms && linear <= Linear::kKey) {
      const std::string which = linear == Linear::kQuery ? "q_norm" : "k_norm";
      add_norm("attn_" + which, "self_attn." + which, shape.head_width);
    }
    if (linear != Linear::kAttentionOutput) continue;
    // "Post attention" is the norm in front of the MLP where there is none behind attention.
    if (shape.post_norms) {
      add_norm("post_attention_norm", "post_attention_layernorm", shape.width);
      add_norm("ffn_norm", "pre_feedforward_layernorm", shape.width);
    } else {
      add_norm("ffn_norm", "post_attention_layernorm", shape.width);
    }
  }
  if (shape.post_norms) add_norm("post_ffw_norm", "post_feedforward_layernorm", shape.width);
}

}  // namespace

std::vector<TensorName> tensor_names(const ModelShape& shape) {
  std::vector<TensorName> names = {
      {"token_embd.weight", "model.embed_tokens.weight", shape.vocabulary, shape.width}};
  for (std::int64_t layer = 0; layer < shape.layers; ++layer) add_layer(shape, layer, names);
  names.push_back(norm(shape, "output_norm", "model.norm", shape.width));
  if (!shape.tied_head) {
    names.push_back({"output.weight", "lm_head.weight", shape.vocabulary, shape.width});
  }
  return names;
}

std::string text_model_name(const std::string& name) {
  constexpr std::string_view kPart = "language_model.";
  const std::size_t at = name.find(kPart);
  if (at != std::string::npos) return name.substr(0, at) + name.substr(at + kPart.size());
  // The head may stand outside.
  return name == "lm_head.weight" ? name : std::string();
}

std::string reorder_rows(std::string_view bytes, std::int64_t rows, std::int64_t heads,
                         RowOrder order) {
  DRP_CHECK(heads > 0 && rows % (2 * heads) == 0, "rows do not fit the heads");
  DRP_CHECK(bytes.size() % static_cast<std::size_t>(rows) == 0, "rows of unequal size");
  const std::size_t row_bytes = bytes.size() / static_cast<std::size_t>(rows);
  const std::int64_t head_rows = rows / heads;
  const std::int64_t half = head_rows / 2;
  std::string out(bytes.size(), '\0');
  for (std::int64_t head = 0; head < heads; ++head) {
    for (std::int64_t i = 0; i < half; ++i) {
      for (const std::int64_t part : {0, 1}) {
        const std::int64_t halves = head * head_rows + part * half + i;
        const std::int64_t interleaved = head * head_rows + 2 * i + part;
        const bool from_halves = order == RowOrder::kToInterleaved;
        const auto from = static_cast<std::size_t>(from_halves ? halves : interleaved);
        const auto to = static_cast<std::size_t>(from_halves ? interleaved : halves);
        if (row_bytes == 0) continue;
        std::memcpy(out.data() + to * row_bytes, bytes.data() + from * row_bytes, row_bytes);
      }
    }
  }
  return out;
}

}  // namespace drp::model_files
