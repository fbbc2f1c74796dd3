// SPDX-License-Identifier: Apache-2.0
#include "model_files/model_shape.h"

#include <algorithm>
#include <cmath>
#include <initializer_list>
#include <optional>

#include "base/check.h"

namespace drp::model_files {
namespace {

constexpr std::int64_t kCountMax = std::int64_t{1} << 24U;

// Reads one model's keys, which start with the architecture's name.
class ShapeReader {
 public:
  ShapeReader(const GgufFile& file, std::string architecture)
      : file_(file), architecture_(std::move(architecture)) {}

  std::int64_t count(const std::string& key) const {
    const std::optional<std::int64_t> found = file_.integer(full(key));
    if (!found) fail_missing(key);
    return in_range(key, *found);
  }
  std::int64_t count_or(const std::string& key, std::int64_t otherwise) const {
    return in_range(key, file_.integer(full(key)).value_or(otherwise));
  }
  double positive(const std::string& key, std::optional<double> otherwise) const {
    const std::optional<double> found = file_.number(full(key));
    if (!found && !otherwise) fail_missing(key);
    const double value = found.value_or(otherwise.value_or(0));
    if (!(value > 0) || !std::isfinite(value)) {
      file_.fail("has " + full(key) + " = " + std::to_string(value) + "; it must be positive");
    }
    return value;
  }
  std::string full(const std::string& key) const { return architecture_ + "." + key; }

 private:
  [[noreturn]] void fail_missing(const std::string& key) const {
    file_.fail("lacks the key '" + full(key) + "'",
               "convert the model again with a current converter");
  }
  std::int64_t in_range(const std::string& key, std::int64_t value) const {
    if (value < 1 || value > kCountMax) {
      file_.fail("has " + full(key) + " = " + std::to_string(value) + "; 1 to " +
                 std::to_string(kCountMax) + " is possible");
    }
    return value;
  }

  const GgufFile& file_;
  std::string architecture_;
};

void check_dims(const GgufFile& file, const std::string& name,
                std::initializer_list<std::int64_t> dims) {
  const GgufTensor& tensor = file.tensor(name);
  if (std::equal(dims.begin(), dims.end(), tensor.dims.begin(), tensor.dims.end())) return;
  const auto show = [](auto begin, auto end) {
    std::string text;
    for (auto it = begin; it != end; ++it)
      text += (text.empty() ? "" : " x ") + std::to_string(*it);
    return text;
  };
  file.fail("tensor '" + name + "' is " + show(tensor.dims.begin(), tensor.dims.end()) +
                ", expected " + show(dims.begin(), dims.end()),
            "fetch the file again, or convert the model again");
}

void check_tensors(const GgufFile& file, const ModelShape& shape) {
  check_dims(file, "token_embd.weight", {shape.width, shape.vocabulary});
  check_dims(file, "output_norm.weight", {shape.width});
  if (!shape.tied_head) check_dims(file, "output.weight", {shape.width, shape.vocabulary});
  for (std::int64_t layer = 0; layer < shape.layers; ++layer) {
    const std::string block = "blk." + std::to_string(layer) + ".";
    if (file.find(block + "attn_qkv.weight") != nullptr) {
      file.fail("holds fused query, key and value tensors ('" + block + "attn_qkv.weight')",
                "convert the model again without fusing them");
    }
    check_dims(file, block + "attn_norm.weight", {shape.width});
    check_dims(file, block + "ffn_norm.weight", {shape.width});
    for (const Linear linear : kLinears) {
      check_dims(file, tensor_stem(layer, linear) + ".weight",
                 {inputs(shape, linear), outputs(shape, linear)});
    }
    if (!shape.attention_bias) continue;
    for (const Linear linear : {Linear::kQuery, Linear::kKey, Linear::kValue}) {
      check_dims(file, tensor_stem(layer, linear) + ".bias", {outputs(shape, linear)});
    }
  }
}

// Rotary scaling comes as a tensor of divisors (Llama 3) or as keys; of those only "linear" and
// "none" keep one factor for all positions.
std::vector<float> read_rope_divisors(const GgufFile& file, const ShapeReader& keys,
                                      const ModelShape& shape) {
  const std::size_t count = static_cast<std::size_t>(shape.rotated / 2);
  const std::string kind(file.text(keys.full("rope.scaling.type")).value_or("none"));
  if (kind == "linear") {
    return std::vector<float>(count, static_cast<float>(keys.positive("rope.scaling.factor", 1.0)));
  }
  if (kind != "none") {
    file.fail("uses rotary scaling '" + kind + "'; none and linear are supported",
              "use a model without it");
  }
  const GgufTensor* divisors = file.find("rope_freqs.weight");
  if (divisors == nullptr) return {};
  check_dims(file, divisors->name, {shape.rotated / 2});
  return file.read(*divisors);
}

}  // namespace

ModelShape read_model_shape(const GgufFile& file) {
  const std::optional<std::string_view> architecture = file.text("general.architecture");
  if (!architecture) file.fail("does not name its architecture", "give a model's GGUF file");
  ModelShape shape;
  shape.architecture = *architecture;
  if (file.text("general.type") == "adapter") {
    file.fail("is an adapter, not a model", "give the base model's GGUF file");
  }
  if (shape.architecture != "llama" && shape.architecture != "qwen2") {
    file.fail("has architecture '" + shape.architecture +
                  "'; llama (also SmolLM2, Mistral) and "
                  "qwen2 can be trained",
              "choose a student of a supported architecture");
  }
  const ShapeReader keys(file, shape.architecture);
  shape.rope_pairs = shape.architecture == "llama" ? RopePairs::kInterleaved : RopePairs::kHalves;
  shape.layers = keys.count("block_count");
  shape.width = keys.count("embedding_length");
  shape.feed_forward = keys.count("feed_forward_length");
  shape.heads = keys.count("attention.head_count");
  shape.key_value_heads = keys.count_or("attention.head_count_kv", shape.heads);
  shape.head_width =
      keys.count_or("attention.key_length", std::max<std::int64_t>(1, shape.width / shape.heads));
  shape.context_tokens = keys.count("context_length");
  shape.rotated = keys.count_or("rope.dimension_count", shape.head_width);
  shape.rope_base = keys.positive("rope.freq_base", 10000.0);
  shape.norm_epsilon = keys.positive("attention.layer_norm_rms_epsilon", std::nullopt);
  if (shape.heads % shape.key_value_heads != 0 || shape.rotated > shape.head_width ||
      shape.rotated % 2 != 0 || shape.head_width % 2 != 0) {
    file.fail("has " + std::to_string(shape.heads) + " heads on " +
              std::to_string(shape.key_value_heads) + " key-value heads of width " +
              std::to_string(shape.head_width) + ", " + std::to_string(shape.rotated) +
              " of it rotated; these do not fit each other");
  }
  const GgufTensor& embedding = file.tensor("token_embd.weight");
  shape.vocabulary = embedding.dims.size() == 2 ? embedding.dims[1] : 0;
  shape.tied_head = file.find("output.weight") == nullptr;
  shape.attention_bias = file.find("blk.0.attn_q.bias") != nullptr;
  check_tensors(file, shape);
  shape.rope_divisors = read_rope_divisors(file, keys, shape);
  return shape;
}

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
