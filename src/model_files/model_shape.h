// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "model_files/gguf_file.h"

namespace drp::model_files {

// Which elements of a head rotary embedding turns together: (2i, 2i+1), or (i, i + rotated / 2).
enum class RopePairs { kInterleaved, kHalves };

// What the gated MLP makes of its gate: x sigmoid(x), or GELU in its tanh form.
enum class Activation { kSilu, kGeluTanh };

// The numbers that define a dense decoder of the Llama family.
struct ModelShape {
  std::string architecture;  // general.architecture: llama, qwen2, qwen3 or gemma3
  std::int64_t layers = 0;
  std::int64_t width = 0;         // of the residual stream
  std::int64_t feed_forward = 0;  // inner width of the gated MLP
  std::int64_t heads = 0;         // query heads
  std::int64_t key_value_heads = 0;
  std::int64_t head_width = 0;
  std::int64_t vocabulary = 0;
  std::int64_t context_tokens = 0;  // trained context
  std::int64_t rotated = 0;         // leading elements of a head that rotary embedding turns
  RopePairs rope_pairs = RopePairs::kInterleaved;
  double rope_base = 10000;
  double norm_epsilon = 1e-5;
  bool attention_bias = false;    // q, k and v have one
  bool head_norms = false;        // each head of q and k is normalised before it is rotated
  bool tied_head = false;         // the output matrix is the embedding
  bool post_norms = false;        // what attention and MLP give is normalised before it is added
  double norm_offset = 0;         // GGUF's weights of norms less Hugging Face's
  bool scaled_embedding = false;  // by the root of the width
  Activation activation = Activation::kSilu;
  // Keys that a query of a windowed layer sees, its own among them; 0: no layer is windowed. Of
  // every `window_period` layers the last one sees all.
  std::int64_t window = 0;
  std::int64_t window_period = 0;
  double window_rope_base = 10000;  // of windowed layers, whose frequencies nothing divides
  // Divisors of the rotary frequencies (rotated / 2 of them), or empty for none.
  std::vector<float> rope_divisors;

  std::int64_t query_width() const { return heads * head_width; }
  std::int64_t key_value_width() const { return key_value_heads * head_width; }
  bool windowed(std::int64_t layer) const {
    return window > 0 && layer % window_period < window_period - 1;
  }
  double embedding_scale() const;
  // Attention's scores are divided by its root.
  std::int64_t score_width() const;
  bool operator==(const ModelShape&) const = default;
};

// Sets what the name of the architecture says by itself; false where it is none of ours.
bool set_architecture(ModelShape& shape, std::string_view name);
// For messages: "llama (also SmolLM2, Mistral), qwen2, ...".
std::string_view architecture_names();
// The window_period of a model's layers; nothing where they follow none.
std::optional<std::int64_t> find_window_period(const std::vector<bool>& windowed);

// Reads the shape and checks that every tensor of the architecture is there with the right
// dimensions, so that what follows cannot run past one. Throws Error{kModel} naming the file, the
// key or tensor and what would do.
ModelShape read_model_shape(const GgufFile& file);

// The linear layers that an adapter can change, in the order that everything lists them: attn_q,
// attn_k, attn_v, attn_output, ffn_gate, ffn_up, ffn_down.
enum class Linear { kQuery, kKey, kValue, kAttentionOutput, kGate, kUp, kDown };
inline constexpr Linear kLinears[] = {
    Linear::kQuery, Linear::kKey, Linear::kValue, Linear::kAttentionOutput,
    Linear::kGate,  Linear::kUp,  Linear::kDown};
std::string_view gguf_name(Linear linear);  // "attn_q"
std::string_view peft_name(Linear linear);  // "q_proj"
std::int64_t inputs(const ModelShape& shape, Linear linear);
std::int64_t outputs(const ModelShape& shape, Linear linear);
// "blk.3.attn_q"
std::string tensor_stem(std::int64_t layer, Linear linear);
// "model.layers.3.self_attn.q_proj"
std::string peft_module(std::int64_t layer, Linear linear);

// Order of the rows of a query or key projection: GGUF stores them so that rotary pairs are
// neighbours for the llama architecture, Hugging Face stores halves. `rows` holds heads *
// head_width rows of `columns` values.
std::vector<float> rows_to_halves(std::span<const float> rows, std::int64_t heads,
                                  std::int64_t columns);
std::vector<float> rows_to_interleaved(std::span<const float> rows, std::int64_t heads,
                                       std::int64_t columns);
// Heads of the projection if its rows are reordered in this architecture, else 0.
std::int64_t reordered_heads(const ModelShape& shape, Linear linear);

}  // namespace drp::model_files
