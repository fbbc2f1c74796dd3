// SPDX-License-Identifier: Apache-2.0
#include "model_files/model_shape.h"

#include <algorithm>
#include <cmath>
#include <initializer_list>
#include <optional>

namespace drp::model_files {
namespace {

constexpr std::int64_t kCountMax = std::int64_t{1} << 24U;
// That of every Gemma 3, and llama.cpp's where no key names another.
constexpr std::int64_t kWindowPeriod = 6;

struct Architecture {
  std::string_view name;
  RopePairs rope_pairs = RopePairs::kHalves;
  bool head_norms = false;
  bool post_norms = false;
  double norm_offset = 0;
  bool scaled_embedding = false;
  Activation activation = Activation::kSilu;
};
constexpr Architecture kArchitectures[] = {
    {.name = "llama", .rope_pairs = RopePairs::kInterleaved},
    {.name = "qwen2"},
    {.name = "qwen3", .head_norms = true},
    {.name = "gemma3",
     .head_norms = true,
     .post_norms = true,
     .norm_offset = 1,
     .scaled_embedding = true,
     .activation = Activation::kGeluTanh},
};

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
    if (shape.post_norms) {
      check_dims(file, block + "post_attention_norm.weight", {shape.width});
      check_dims(file, block + "post_ffw_norm.weight", {shape.width});
    }
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

// Which layers are windowed is a number or a list of them all.
std::int64_t read_window_period(const GgufFile& file, const ShapeReader& keys,
                                const ModelShape& shape) {
  const std::string key = "attention.sliding_window_pattern";
  const std::vector<std::int64_t> list = file.integer_list(keys.full(key));
  if (list.empty()) return keys.count_or(key, kWindowPeriod);
  std::vector<bool> windowed;
  for (std::int64_t layer = 0; layer < shape.layers; ++layer) {
    const auto at = static_cast<std::size_t>(layer);
    windowed.push_back(at < list.size() && list[at] != 0);
  }
  const auto period = find_window_period(windowed);
  if (!period) {
    file.fail("has windowed layers that follow no period (" + keys.full(key) + ")",
              "choose a student whose last layer of every few sees all");
  }
  return *period;
}

void read_window(const GgufFile& file, const ShapeReader& keys, ModelShape& shape) {
  if (shape.architecture != "gemma3") return;
  if (file.number(keys.full("final_logit_softcapping")).value_or(0) != 0) {
    file.fail("caps its logits (" + keys.full("final_logit_softcapping") +
                  "), which Gemma 3's own models do not",
              "choose a student without it");
  }
  if (file.integer(keys.full("attention.sliding_window")).value_or(0) == 0) return;
  shape.window = keys.count("attention.sliding_window");
  shape.window_period = read_window_period(file, keys, shape);
  shape.window_rope_base = keys.positive("rope.freq_base_swa", shape.window_rope_base);
}

}  // namespace

double ModelShape::embedding_scale() const {
  return scaled_embedding ? std::sqrt(static_cast<double>(width)) : 1;
}

// No key of GGUF's says it: llama.cpp knows Gemma 3 27B, which takes the width of the stream
// instead of the head's, by its number of layers.
std::int64_t ModelShape::score_width() const {
  constexpr std::int64_t kLayersOf27B = 62;
  const bool of_stream = architecture == "gemma3" && layers == kLayersOf27B;
  return of_stream ? width / heads : head_width;
}

bool set_architecture(ModelShape& shape, std::string_view name) {
  const auto* found = std::find_if(std::begin(kArchitectures), std::end(kArchitectures),
                                   [&](const Architecture& known) { return known.name == name; });
  if (found == std::end(kArchitectures)) return false;
  shape.architecture = name;
  shape.rope_pairs = found->rope_pairs;
  shape.head_norms = found->head_norms;
  shape.post_norms = found->post_norms;
  shape.norm_offset = found->norm_offset;
  shape.scaled_embedding = found->scaled_embedding;
  shape.activation = found->activation;
  return true;
}

std::string_view architecture_names() {
  return "llama (also SmolLM2, Mistral), qwen2, qwen3 and gemma3";
}

std::optional<std::int64_t> find_window_period(const std::vector<bool>& windowed) {
  const auto layers = static_cast<std::int64_t>(windowed.size());
  const auto fits = [&](std::int64_t period) {
    for (std::int64_t layer = 0; layer < layers; ++layer) {
      if (windowed[static_cast<std::size_t>(layer)] != (layer % period < period - 1)) return false;
    }
    return true;
  };
  if (fits(kWindowPeriod)) return kWindowPeriod;
  for (std::int64_t period = 1; period <= layers + 1; ++period) {
    if (fits(period)) return period;
  }
  return std::nullopt;
}

ModelShape read_model_shape(const GgufFile& file) {
  const std::optional<std::string_view> architecture = file.text("general.architecture");
  if (!architecture) file.fail("does not name its architecture", "give a model's GGUF file");
  if (file.text("general.type") == "adapter") {
    file.fail("is an adapter, not a model", "give the base model's GGUF file");
  }
  ModelShape shape;
  if (!set_architecture(shape, *architecture)) {
    file.fail("has architecture '" + std::string(*architecture) + "'; " +
                  std::string(architecture_names()) + " can be trained",
              "choose a student of a supported architecture");
  }
  const ShapeReader keys(file, shape.architecture);
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
  check_tensors(file, shape);
  read_window(file, keys, shape);
  shape.rope_divisors = read_rope_divisors(file, keys, shape);
  return shape;
}

}  // namespace drp::model_files
