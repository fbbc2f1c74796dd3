// SPDX-License-Identifier: Apache-2.0
#include <nlohmann/json.hpp>
#include <set>

#include "base/check.h"
#include "base/error.h"
#include "base/file.h"
#include "model_files/adapter.h"

namespace drp::model_files {
namespace {

constexpr std::string_view kWeightsFile = "adapter_model.safetensors";
constexpr std::string_view kConfigFile = "adapter_config.json";

[[noreturn]] void fail(const std::filesystem::path& file, const std::string& reason) {
  throw Error(ErrorKind::kModel, "adapter file '" + file.string() + "' " + reason,
              "give an adapter that was trained on this model with plain LoRA");
}

std::string peft_stem(std::int64_t layer, Linear linear) {
  return "base_model.model." + peft_module(layer, linear);
}

// Suffixes where every layer has the same pairs, else whole names: PEFT would put pairs on all
// layers and miss their values.
std::set<std::string> target_modules(const LoraAdapter& adapter, std::int64_t layers) {
  std::set<std::string> suffixes;
  std::set<std::string> names;
  for (const LoraPair& pair : adapter.pairs) {
    suffixes.emplace(peft_name(pair.linear));
    names.insert(peft_module(pair.layer, pair.linear));
  }
  return std::ssize(names) == std::ssize(suffixes) * layers ? suffixes : names;
}

// Keys that every PEFT and vLLM release reads, and no others: older ones refuse what they don't
// know.
std::string config_text(const LoraAdapter& adapter, std::int64_t layers,
                        const PeftOptions& options) {
  nlohmann::ordered_json config = {
      {"peft_type", "LORA"},
      {"task_type", "CAUSAL_LM"},
      {"base_model_name_or_path", options.base_model},
      {"r", adapter.pairs.front().rank},
      {"lora_alpha", adapter.alpha},
      {"lora_dropout", options.dropout},
      {"target_modules", target_modules(adapter, layers)},
      {"bias", "none"},
      {"fan_in_fan_out", false},
      {"inference_mode", true},
      {"init_lora_weights", true},
      {"modules_to_save", nullptr},
      {"rank_pattern", nlohmann::json::object()},
      {"alpha_pattern", nlohmann::json::object()},
      {"layers_to_transform", nullptr},
      {"layers_pattern", nullptr},
      {"revision", nullptr},
  };
  if (adapter.alpha == static_cast<double>(static_cast<std::int64_t>(adapter.alpha))) {
    config["lora_alpha"] = static_cast<std::int64_t>(adapter.alpha);
  }
  if (adapter.rank_stabilised) config["use_rslora"] = true;
  return config.dump(2) + "\n";
}

void read_config(const std::filesystem::path& file, LoraAdapter& adapter, std::int64_t& rank) {
  const std::string text = read_file(file);
  try {
    const auto config = nlohmann::json::parse(text);
    if (config.value("peft_type", std::string()) != "LORA") fail(file, "is not of type LORA");
    if (config.value("use_dora", false)) fail(file, "uses DoRA, which cannot be applied");
    for (const char* key : {"rank_pattern", "alpha_pattern"}) {
      const auto found = config.find(key);
      if (found != config.end() && found->is_object() && !found->empty()) {
        fail(file, std::string("sets '") + key + "'; one rank and one alpha can be applied");
      }
    }
    rank = config.at("r").get<std::int64_t>();
    adapter.alpha = config.at("lora_alpha").get<double>();
    adapter.rank_stabilised = config.value("use_rslora", false);
  } catch (const nlohmann::json::exception& error) {
    fail(file, std::string("cannot be read: ") + error.what());
  }
  if (rank < 1) fail(file, "has rank " + std::to_string(rank) + "; at least 1 is needed");
}

}  // namespace

void write_peft_folder(const std::filesystem::path& folder, const LoraAdapter& adapter,
                       const ModelShape& shape, const PeftOptions& options) {
  DRP_CHECK(!adapter.pairs.empty(), "an adapter without pairs");
  make_folder(folder);
  SafetensorsFile weights;
  weights.metadata["format"] = "pt";
  for (const LoraPair& pair : adapter.pairs) {
    DRP_CHECK(pair.rank == adapter.pairs.front().rank, "PEFT folders hold one rank");
    const std::string stem = peft_stem(pair.layer, pair.linear);
    const std::int64_t heads = reordered_heads(shape, pair.linear);
    weights.arrays.push_back(
        {stem + ".lora_A.weight", {pair.rank, inputs(shape, pair.linear)}, pair.a});
    weights.arrays.push_back({stem + ".lora_B.weight",
                              {outputs(shape, pair.linear), pair.rank},
                              heads > 0 ? rows_to_halves(pair.b, heads, pair.rank) : pair.b});
  }
  write_safetensors(folder / kWeightsFile, weights, options.type);
  write_file_atomic(folder / kConfigFile, config_text(adapter, shape.layers, options));
}

LoraAdapter read_peft_folder(const std::filesystem::path& folder, const ModelShape& shape) {
  LoraAdapter adapter;
  adapter.architecture = shape.architecture;
  std::int64_t rank = 0;
  read_config(folder / kConfigFile, adapter, rank);
  const std::filesystem::path file = folder / kWeightsFile;
  const SafetensorsFile weights = read_safetensors(file);
  for (std::int64_t layer = 0; layer < shape.layers; ++layer) {
    for (const Linear linear : kLinears) {
      const std::string stem = peft_stem(layer, linear);
      const NamedArray* a = weights.find(stem + ".lora_A.weight");
      const NamedArray* b = weights.find(stem + ".lora_B.weight");
      if (a == nullptr && b == nullptr) continue;
      if (a == nullptr || b == nullptr) fail(file, "holds only one half of '" + stem + "'");
      if (a->shape != std::vector<std::int64_t>{rank, inputs(shape, linear)} ||
          b->shape != std::vector<std::int64_t>{outputs(shape, linear), rank}) {
        fail(file, "holds '" + stem + "' in a shape that does not fit the model");
      }
      const std::int64_t heads = reordered_heads(shape, linear);
      adapter.pairs.push_back(
          {layer, linear, rank, a->values,
           heads > 0 ? rows_to_interleaved(b->values, heads, rank) : b->values});
    }
  }
  if (adapter.pairs.empty() || adapter.pairs.size() * 2 != weights.arrays.size()) {
    fail(file, "holds " + std::to_string(weights.arrays.size()) + " arrays, of which " +
                   std::to_string(adapter.pairs.size() * 2) + " belong to this model's layers");
  }
  return adapter;
}

}  // namespace drp::model_files
