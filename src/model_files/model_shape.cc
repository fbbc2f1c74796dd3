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

// Layers that read one input run as one matrix, so they all have a bias or none has.
void check_biases(const GgufFile& file, const ModelShape& shape, std::int64_t layer) {
  const std::initializer_list<Linear> groups[] = {{Linear::kQuery, Linear::kKey, Linear::kValue},
                                                  {Linear::kAttentionOutput},
                                                  {Linear::kGate, Linear::kUp},
                                                  {Linear::kDown}};
  for (const auto& group : groups) {
    const bool any = std::any_of(group.begin(), group.end(), [&](Linear linear) {
      return file.find(tensor_stem(layer, linear) + ".bias") != nullptr;
    });
    if (!any) continue;
    for (const Linear linear : group) {
      check_dims(file, tensor_stem(layer, linear) + ".bias", {outputs(shape, linear)});
    }
  }
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
    if (shape.head_norms) {
      check_dims(file, block + "attn_q_norm.weight", {shape.head_width});
      check_dims(file, block + "attn_k_norm.weight", {shape.head_width});
    }
    check_biases(file, shape, layer);
  }
}

// Rotary scaling comes as a tensor of divisors (Llama 3) or as keys; of those only "linear", which
// llama.cpp also takes where no type is named, and "none" keep one factor for all positions.
std::vector<float> read_rope_divisors(const GgufFile& file, const ShapeReader& keys,
                                      const ModelShape& shape) {
  const std::string kind(file.text(keys.full("rope.scaling.type")).value_or("linear"));
  if (kind != "linear" && kind != "none") {
    file.fail("uses rotary scaling '" + kind + "'; none, linear and Llama 3's are supported",
              "use a model without it");
  }
  double factor = 1;
  if (kind == "linear") {
    factor = keys.positive("rope.scaling.factor", keys.positive("rope.scale_linear", 1.0));
  }
  std::vector<float> divisors;
  if (const GgufTensor* tensor = file.find("rope_freqs.weight"); tensor != nullptr) {
    check_dims(file, tensor->name, {shape.rotated / 2});
    divisors = file.read(*tensor);
    const auto usable = [](float value) { return value > 0 && std::isfinite(value); };
    if (!std::all_of(divisors.begin(), divisors.end(), usable)) {
      file.fail("tensor 'rope_freqs.weight' holds a divisor that is not positive",
                "fetch the file again, or convert the model again");
    }
  } else if (factor != 1) {
    divisors.assign(static_cast<std::size_t>(shape.rotated / 2), 1.0F);
  }
  for (float& divisor : divisors) divisor *= static_cast<float>(factor);
  return divisors;
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
  if (shape.architecture != "llama" && shape.architecture != "qwen2" &&
      shape.architecture != "qwen3") {
    file.fail("has architecture '" + shape.architecture +
                  "'; llama (also SmolLM2, Mistral), qwen2 and qwen3 can be trained",
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
  if (const auto value_width = keys.count_or("attention.value_length", shape.head_width);
      value_width != shape.head_width) {
    file.fail("has keys of width " + std::to_string(shape.head_width) + " and values of width " +
                  std::to_string(value_width) + "; only equal widths can be trained",
              "choose a student whose key_length and value_length are equal");
  }
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
  shape.head_norms = shape.architecture == "qwen3";
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
