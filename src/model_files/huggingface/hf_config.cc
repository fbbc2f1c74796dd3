// SPDX-License-Identifier: Apache-2.0
#include "model_files/huggingface/hf_config.h"

#include <algorithm>
#include <cmath>
#include <nlohmann/json.hpp>
#include <numbers>
#include <utility>

#include "base/check.h"
#include "base/error.h"
#include "model_files/huggingface/gemma3_config.h"
#include "model_files/huggingface/json_file.h"

namespace drp::model_files {
namespace {

constexpr std::int64_t kCountMax = std::int64_t{1} << 24U;
constexpr std::int64_t kLayersMax = 4096;

// The member that names the activation, and what it must say.
std::pair<const char*, const char*> activation_member(Activation activation) {
  return activation == Activation::kGeluTanh ? std::pair("hidden_activation", "gelu_pytorch_tanh")
                                             : std::pair("hidden_act", "silu");
}

// transformers' class without its ending.
std::string class_name(const std::string& architecture) {
  constexpr std::pair<const char*, const char*> kNames[] = {
      {"llama", "Llama"}, {"qwen2", "Qwen2"}, {"qwen3", "Qwen3"}, {"gemma3", "Gemma3"}};
  for (const auto& [name, written] : kNames) {
    if (name == architecture) return written;
  }
  DRP_CHECK(false, "an architecture without a class");
  return {};
}

class ConfigReader {
 public:
  explicit ConfigReader(const std::filesystem::path& file)
      : file_(file), whole_(read_json_file(file)), json_(plain_config(whole_, file)) {}

  HfConfig read() const {
    HfConfig config;
    ModelShape& shape = config.shape;
    set_architecture(shape, architecture());
    shape.layers = count("num_hidden_layers", {}, kLayersMax);
    shape.width = count("hidden_size", {});
    shape.feed_forward = count("intermediate_size", {});
    shape.heads = count("num_attention_heads", {});
    shape.key_value_heads = count("num_key_value_heads", shape.heads);
    shape.head_width = count("head_dim", std::max<std::int64_t>(1, shape.width / shape.heads));
    shape.vocabulary = count("vocab_size", {});
    shape.context_tokens = count("max_position_embeddings", 2048);
    shape.rotated = shape.head_width;
    shape.norm_epsilon = number_member(json_, "rms_norm_eps", file_).value_or(1e-6);
    shape.attention_bias =
        bool_member(json_, "attention_bias", file_).value_or(shape.architecture == "qwen2");
    if (shape.heads % shape.key_value_heads != 0 || shape.head_width % 2 != 0) {
      fail_file(file_, "has " + std::to_string(shape.heads) + " heads on " +
                           std::to_string(shape.key_value_heads) + " key-value heads of width " +
                           std::to_string(shape.head_width) + "; these do not fit each other");
    }
    refuse_other_arithmetic(shape);
    read_rope(config);
    if (shape.architecture == "gemma3") read_gemma3(json_, file_, shape);
    config.tied_head = bool_member(json_, "tie_word_embeddings", file_);
    config.end_ids = end_ids();
    config.start_id = integer_member_of_one("bos_token_id");
    config.pad_id = integer_member_of_one("pad_token_id");
    config.sees_images = sees_images(whole_);
    return config;
  }

 private:
  std::string architecture() const {
    const std::string type = text_member(json_, "model_type", file_).value_or("");
    if (type == "llama" || type == "mistral") return "llama";
    if (type == "qwen2" || type == "qwen3") return type;
    if (type == "gemma3_text") return "gemma3";
    fail_file(
        file_,
        "has model_type '" + type +
            "'; llama (also SmolLM2), mistral, qwen2, qwen3, gemma3_text and the text part of "
            "gemma3 can be imported",
        "choose a student of a supported architecture");
  }

  std::int64_t count(const std::string& key, std::optional<std::int64_t> otherwise,
                     std::int64_t max = kCountMax) const {
    const std::optional<std::int64_t> found = integer_member(json_, key, file_);
    if (!found && !otherwise) fail_file(file_, "lacks '" + key + "'");
    const std::int64_t value = found.value_or(otherwise.value_or(0));
    if (value < 1 || value > max) {
      fail_file(file_, "has '" + key + "': " + std::to_string(value) + "; 1 to " +
                           std::to_string(max) + " is possible");
    }
    return value;
  }

  // A field that is a number, or a list whose first one counts.
  std::optional<std::int64_t> integer_member_of_one(const std::string& key) const {
    const nlohmann::json& list = member(json_, key);
    if (list.is_array()) {
      if (list.empty() || !list[0].is_number_integer()) return std::nullopt;
      return list[0].get<std::int64_t>();
    }
    return integer_member(json_, key, file_);
  }

  std::vector<std::int64_t> end_ids() const {
    const nlohmann::json& list = member(json_, "eos_token_id");
    std::vector<std::int64_t> ids;
    if (list.is_array()) {
      for (const nlohmann::json& id : list) {
        if (!id.is_number_integer()) fail_file(file_, "has an eos_token_id that is no number");
        ids.push_back(id.get<std::int64_t>());
      }
    } else if (const auto one = integer_member(json_, "eos_token_id", file_)) {
      ids.push_back(*one);
    }
    return ids;
  }

  // What the GGUF architecture of that name would silently leave out.
  void refuse_other_arithmetic(const ModelShape& shape) const {
    const auto [key, expected] = activation_member(shape.activation);
    const std::string activation = text_member(json_, key, file_).value_or(expected);
    if (activation != expected) {
      fail_file(file_, "has " + std::string(key) + " '" + activation + "'; " + expected +
                           " can be imported");
    }
    if (bool_member(json_, "mlp_bias", file_).value_or(false)) {
      fail_file(file_, "has mlp_bias; layers without can be imported");
    }
    const double partial = number_member(json_, "partial_rotary_factor", file_).value_or(1);
    if (partial != 1) {
      fail_file(file_,
                "has partial_rotary_factor " + std::to_string(partial) + "; 1 can be imported");
    }
    if (uses_window()) {
      fail_file(file_, "uses sliding window attention, which llama.cpp's architecture has not",
                "set sliding_window to null where the texts are shorter than the window");
    }
    if (!member(json_, "quantization_config").is_null()) {
      fail_file(file_, "has quantization_config: its weights are quantised by another tool",
                "import the unquantised model; --type quantises");
    }
  }

  bool uses_window() const {
    const auto window = integer_member(json_, "sliding_window", file_);
    const auto switched = bool_member(json_, "use_sliding_window", file_);
    const std::int64_t context = count("max_position_embeddings", 2048);
    return window && *window < context &&
           switched.value_or(text_member(json_, "model_type", file_) == "mistral");
  }

  void read_rope(HfConfig& config) const {
    const nlohmann::json& parameters = member(json_, "rope_parameters");
    const nlohmann::json& scaling =
        parameters.is_object() ? parameters : member(json_, "rope_scaling");
    std::optional<double> base = number_member(json_, "rope_theta", file_);
    if (scaling.is_object() && !base) base = number_member(scaling, "rope_theta", file_);
    config.shape.rope_base = base.value_or(10000);
    if (!(config.shape.rope_base > 0)) fail_file(file_, "has a rope_theta that is not positive");
    if (!scaling.is_object()) return;
    const auto type = text_member(scaling, "rope_type", file_);
    const std::string kind = type ? *type : text_member(scaling, "type", file_).value_or("default");
    HfRope& rope = config.rope;
    if (kind == "default") return;
    if (kind == "linear") {
      rope.scaling = RopeScaling::kLinear;
    } else if (kind == "llama3") {
      rope.scaling = RopeScaling::kLlama3;
    } else if (kind == "yarn") {
      rope.scaling = RopeScaling::kYarn;
    } else {
      fail_file(file_,
                "has rope_type '" + kind + "'; default, linear, llama3 and yarn can be imported");
    }
    rope.factor = positive(scaling, "factor", {});
    if (rope.scaling == RopeScaling::kLinear) return;
    rope.original_context = positive(scaling, "original_max_position_embeddings",
                                     static_cast<double>(config.shape.context_tokens));
    if (rope.scaling == RopeScaling::kYarn) return;
    rope.low_frequency_factor = positive(scaling, "low_freq_factor", {});
    rope.high_frequency_factor = positive(scaling, "high_freq_factor", {});
    if (rope.low_frequency_factor >= rope.high_frequency_factor) {
      fail_file(file_, "has a low_freq_factor that is not below high_freq_factor");
    }
  }

  double positive(const nlohmann::json& object, const std::string& key,
                  std::optional<double> otherwise) const {
    const std::optional<double> found = number_member(object, key, file_);
    if (!found && !otherwise) fail_file(file_, "lacks '" + key + "' of its rotary scaling");
    const double value = found.value_or(otherwise.value_or(0));
    if (!(value > 0)) {
      fail_file(file_, "has '" + key + "': " + std::to_string(value) + "; it must be positive");
    }
    return value;
  }

  std::filesystem::path file_;
  nlohmann::json whole_;
  nlohmann::json json_;
};

}  // namespace

HfConfig read_hf_config(const std::filesystem::path& file) { return ConfigReader(file).read(); }

std::vector<float> llama3_divisors(const HfRope& rope, double rope_base, std::int64_t head_width) {
  std::vector<float> divisors;
  if (rope.scaling != RopeScaling::kLlama3) return divisors;
  const double longest = rope.original_context / rope.low_frequency_factor;
  const double shortest = rope.original_context / rope.high_frequency_factor;
  for (std::int64_t i = 0; i < head_width; i += 2) {
    const double wavelength =
        2 * std::numbers::pi *
        std::pow(rope_base, static_cast<double>(i) / static_cast<double>(head_width));
    double divisor = 1;
    if (wavelength > longest) {
      divisor = rope.factor;
    } else if (wavelength >= shortest) {
      const double smooth = (rope.original_context / wavelength - rope.low_frequency_factor) /
                            (rope.high_frequency_factor - rope.low_frequency_factor);
      divisor = 1 / ((1 - smooth) / rope.factor + smooth);
    }
    divisors.push_back(static_cast<float>(divisor));
  }
  return divisors;
}

std::optional<HfRope> rope_of_divisors(const std::vector<float>& divisors, double rope_base,
                                       std::int64_t head_width) {
  if (divisors.empty()) return HfRope{};
  const auto same = [&](const std::vector<float>& other) {
    return std::equal(divisors.begin(), divisors.end(), other.begin(), other.end(),
                      [](float a, float b) { return std::abs(a - b) <= 1e-5F * std::abs(b); });
  };
  if (same(std::vector<float>(divisors.size(), divisors[0]))) {
    return HfRope{divisors[0] == 1 ? RopeScaling::kNone : RopeScaling::kLinear, divisors[0]};
  }
  HfRope rope;  // the factors that every Llama 3 release has
  rope.scaling = RopeScaling::kLlama3;
  rope.factor = std::round(static_cast<double>(divisors.back()) * 1e4) / 1e4;
  if (same(llama3_divisors(rope, rope_base, head_width))) return rope;
  return std::nullopt;
}

nlohmann::ordered_json make_hf_config(const HfConfig& config, const std::string& dtype) {
  const ModelShape& shape = config.shape;
  const auto [activation_key, activation] = activation_member(shape.activation);
  nlohmann::ordered_json json = {
      {"architectures", {class_name(shape.architecture) + "ForCausalLM"}},
      {"model_type", shape.architecture},
      {activation_key, activation},
      {"hidden_size", shape.width},
      {"intermediate_size", shape.feed_forward},
      {"num_hidden_layers", shape.layers},
      {"num_attention_heads", shape.heads},
      {"num_key_value_heads", shape.key_value_heads},
      {"head_dim", shape.head_width},
      {"vocab_size", shape.vocabulary},
      {"max_position_embeddings", shape.context_tokens},
      {"rms_norm_eps", shape.norm_epsilon},
      {"rope_theta", shape.rope_base},
      {"tie_word_embeddings", shape.tied_head},
      {"torch_dtype", dtype},
  };
  if (shape.architecture != "qwen2") json["attention_bias"] = shape.attention_bias;
  if (shape.architecture == "gemma3") add_gemma3(shape, json);
  const HfRope& rope = config.rope;
  switch (rope.scaling) {
    case RopeScaling::kNone:
      break;
    case RopeScaling::kLinear:
      json["rope_scaling"] = {{"rope_type", "linear"}, {"factor", rope.factor}};
      break;
    case RopeScaling::kLlama3:
      json["rope_scaling"] = {
          {"rope_type", "llama3"},
          {"factor", rope.factor},
          {"low_freq_factor", rope.low_frequency_factor},
          {"high_freq_factor", rope.high_frequency_factor},
          {"original_max_position_embeddings", static_cast<std::int64_t>(rope.original_context)}};
      break;
    case RopeScaling::kYarn:
      json["rope_scaling"] = {
          {"rope_type", "yarn"},
          {"factor", rope.factor},
          {"original_max_position_embeddings", static_cast<std::int64_t>(rope.original_context)}};
      break;
  }
  if (config.start_id) json["bos_token_id"] = *config.start_id;
  if (config.end_ids.size() == 1) json["eos_token_id"] = config.end_ids[0];
  if (config.end_ids.size() > 1) json["eos_token_id"] = config.end_ids;
  if (config.pad_id) json["pad_token_id"] = *config.pad_id;
  return json;
}

}  // namespace drp::model_files
