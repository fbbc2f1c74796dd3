// SPDX-License-Identifier: Apache-2.0
#include "model_files/huggingface/gemma3_config.h"

#include <nlohmann/json.hpp>
#include <optional>
#include <vector>

#include "model_files/huggingface/json_file.h"

namespace drp::model_files {
namespace {

using nlohmann::json;

constexpr const char* kTextType = "gemma3_text";
constexpr const char* kWhole = "full_attention";
constexpr const char* kSliding = "sliding_attention";

bool of_type(const json& config, const char* type) {
  const auto found = config.find("model_type");
  return found != config.end() && *found == type;
}

// Gemma3TextConfig's defaults.
json defaults() {
  return {{"vocab_size", 262208},
          {"hidden_size", 2304},
          {"intermediate_size", 9216},
          {"num_hidden_layers", 26},
          {"num_attention_heads", 8},
          {"num_key_value_heads", 4},
          {"head_dim", 256},
          {"hidden_activation", "gelu_pytorch_tanh"},
          {"max_position_embeddings", 131072},
          {"rms_norm_eps", 1e-6},
          {"pad_token_id", 0},
          {"eos_token_id", 1},
          {"bos_token_id", 2},
          {"tie_word_embeddings", true},
          {"query_pre_attn_scalar", 256},
          {"sliding_window", 4096},
          {"sliding_window_pattern", 6},
          {"rope_theta", 1000000.0},
          {"rope_local_base_freq", 10000.0}};
}

// rope_parameters has an object for each kind of layer.
void split_rope(const std::filesystem::path& file, json& config) {
  const json parameters = member(config, "rope_parameters");
  if (!parameters.is_object()) return;
  config.erase("rope_parameters");
  const json& whole = member(parameters, kWhole);
  if (whole.is_object()) {
    if (const auto base = number_member(whole, "rope_theta", file)) config["rope_theta"] = *base;
    config["rope_scaling"] = whole;
  }
  const json& sliding = member(parameters, kSliding);
  if (!sliding.is_object()) return;
  if (text_member(sliding, "rope_type", file).value_or("default") != "default") {
    fail_file(file,
              "scales the rotary frequencies of its windowed layers; plain ones can be "
              "imported");
  }
  if (const auto base = number_member(sliding, "rope_theta", file)) {
    config["rope_local_base_freq"] = *base;
  }
}

// Which layers are windowed: named one by one, or all but the last of every few.
std::vector<bool> windowed_layers(const json& config, const std::filesystem::path& file,
                                  std::int64_t layers) {
  std::vector<bool> windowed;
  const json& types = member(config, "layer_types");
  if (types.is_array()) {
    for (const json& type : types) {
      if (type != kWhole && type != kSliding) {
        fail_file(file, "has a layer type other than full_attention and sliding_attention");
      }
      windowed.push_back(type == kSliding);
    }
    if (std::ssize(windowed) != layers) {
      fail_file(file, "has " + std::to_string(windowed.size()) + " layer_types for " +
                          std::to_string(layers) + " layers");
    }
    return windowed;
  }
  const std::int64_t period = integer_member(config, "sliding_window_pattern", file).value_or(0);
  if (period < 1) fail_file(file, "has a sliding_window_pattern that is not positive");
  for (std::int64_t i = 0; i < layers; ++i) windowed.push_back((i + 1) % period != 0);
  return windowed;
}

void refuse_other_arithmetic(const json& config, const std::filesystem::path& file,
                             const ModelShape& shape) {
  for (const char* key : {"final_logit_softcapping", "attn_logit_softcapping"}) {
    if (number_member(config, key, file).value_or(0) != 0) {
      fail_file(file, "has " + std::string(key) + ", which Gemma 3's own models do not have");
    }
  }
  if (bool_member(config, "use_bidirectional_attention", file).value_or(false)) {
    fail_file(file,
              "has use_bidirectional_attention; a model that sees no later token can be "
              "imported");
  }
  const json& scaling = member(config, "rope_scaling");
  if (scaling.is_object()) {
    const auto type = text_member(scaling, "rope_type", file);
    const std::string kind = type ? *type : text_member(scaling, "type", file).value_or("default");
    if (kind != "default" && kind != "linear") {
      fail_file(file, "has rope_type '" + kind + "'; default and linear can be imported of gemma3");
    }
  }
  const double scalar = number_member(config, "query_pre_attn_scalar", file).value_or(0);
  if (scalar != static_cast<double>(shape.score_width())) {
    fail_file(file, "has query_pre_attn_scalar " + std::to_string(scalar) + "; llama.cpp takes " +
                        std::to_string(shape.score_width()) + " for a model of this shape");
  }
}

}  // namespace

bool sees_images(const json& config) {
  return of_type(config, "gemma3") && member(config, "text_config").is_object();
}

json text_model_config(const json& config) {
  if (!sees_images(config)) return config;
  json text = member(config, "text_config");
  text["model_type"] = kTextType;
  text["architectures"] = {"Gemma3ForCausalLM"};
  for (const char* key : {"eos_token_id", "bos_token_id", "pad_token_id", "tie_word_embeddings",
                          "torch_dtype", "dtype", "transformers_version", "quantization_config"}) {
    const auto found = config.find(key);
    if (found != config.end() && !text.contains(key)) text[key] = *found;
  }
  // The outer object knows every end of a response, the inner one its default.
  if (const auto ends = config.find("eos_token_id"); ends != config.end()) {
    text["eos_token_id"] = *ends;
  }
  return text;
}

json plain_config(const json& config, const std::filesystem::path& file) {
  json plain = text_model_config(config);
  if (!of_type(plain, kTextType)) return plain;
  split_rope(file, plain);
  // An absent number is its default; a null says that there is none.
  const json values = defaults();
  for (const auto& [key, value] : values.items()) {
    if (!plain.contains(key)) plain[key] = value;
  }
  return plain;
}

void read_gemma3(const json& config, const std::filesystem::path& file, ModelShape& shape) {
  const std::optional<std::int64_t> window = integer_member(config, "sliding_window", file);
  const std::vector<bool> windowed = windowed_layers(config, file, shape.layers);
  const auto period = find_window_period(windowed);
  if (!period) {
    fail_file(file, "has windowed layers that follow no period (layer_types)",
              "the last layer of every few must see all");
  }
  if (window && *period > 1) {
    if (*window < 1) fail_file(file, "has a sliding_window that is not positive");
    shape.window = *window;
    shape.window_period = *period;
    shape.window_rope_base =
        number_member(config, "rope_local_base_freq", file).value_or(shape.window_rope_base);
    if (!(shape.window_rope_base > 0)) {
      fail_file(file, "has a rope_local_base_freq that is not positive");
    }
  }
  refuse_other_arithmetic(config, file, shape);
}

void add_gemma3(const ModelShape& shape, nlohmann::ordered_json& config) {
  config["model_type"] = kTextType;
  config["query_pre_attn_scalar"] = shape.score_width();
  config["sliding_window"] =
      shape.window > 0 ? nlohmann::ordered_json(shape.window) : nlohmann::ordered_json();
  config["sliding_window_pattern"] = shape.window > 0 ? shape.window_period : 1;
  nlohmann::ordered_json types = nlohmann::ordered_json::array();
  for (std::int64_t layer = 0; layer < shape.layers; ++layer) {
    types.push_back(shape.windowed(layer) ? kSliding : kWhole);
  }
  config["layer_types"] = types;
  config["rope_local_base_freq"] = shape.window_rope_base;
}

}  // namespace drp::model_files
