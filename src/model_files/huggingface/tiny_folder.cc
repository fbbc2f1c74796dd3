// SPDX-License-Identifier: Apache-2.0
#include "model_files/huggingface/tiny_folder.h"

#include <cmath>
#include <nlohmann/json.hpp>

#include "base/file.h"
#include "base/random.h"
#include "model_files/huggingface/hf_config.h"
#include "model_files/huggingface/hf_names.h"
#include "model_files/safetensors_writer.h"
#include "model_files/weight_type.h"

namespace drp::model_files {
namespace {

ModelShape shape_of(const TinyFolder& model) {
  ModelShape shape;
  set_architecture(shape, model.architecture);
  shape.layers = model.layers;
  shape.width = model.width;
  shape.feed_forward = model.feed_forward;
  shape.heads = model.heads;
  shape.key_value_heads = model.key_value_heads;
  shape.head_width = model.head_width;
  shape.vocabulary = model.vocabulary;
  shape.context_tokens = 512;
  shape.rotated = model.head_width;
  shape.rope_base = 100;  // small, so that a wrong position shows
  shape.norm_epsilon = 1e-5;
  shape.attention_bias = model.architecture == "qwen2";
  if (shape.post_norms) {
    shape.window = 8;
    shape.window_period = 2;
    shape.window_rope_base = 30;
  }
  shape.tied_head = model.tied_head;
  return shape;
}

void write_config(const std::filesystem::path& folder, const TinyFolder& model,
                  const ModelShape& shape) {
  HfConfig config;
  config.shape = shape;
  config.end_ids = {0};
  if (model.llama3_scaling) {
    config.rope = {RopeScaling::kLlama3, 8, 1, 4, 64};
  }
  const std::string dtype = model.dtype == "F32"   ? "float32"
                            : model.dtype == "F16" ? "float16"
                                                   : "bfloat16";
  if (shape.post_norms) config.rope = {RopeScaling::kLinear, 2};
  nlohmann::ordered_json json = make_hf_config(config, dtype);
  if (model.new_spelling && shape.post_norms) {
    nlohmann::ordered_json whole = json["rope_scaling"];
    whole["rope_theta"] = json["rope_theta"];
    json["rope_parameters"] = {
        {"full_attention", whole},
        {"sliding_attention",
         {{"rope_type", "default"}, {"rope_theta", json["rope_local_base_freq"]}}}};
    for (const char* old : {"rope_scaling", "rope_theta", "rope_local_base_freq"}) json.erase(old);
  } else if (model.new_spelling) {
    nlohmann::ordered_json rope = json.contains("rope_scaling")
                                      ? json["rope_scaling"]
                                      : nlohmann::ordered_json{{"rope_type", "default"}};
    rope["rope_theta"] = json["rope_theta"];
    json["rope_parameters"] = rope;
    for (const char* old : {"rope_scaling", "rope_theta"}) json.erase(old);
  }
  if (model.new_spelling) {
    json["dtype"] = json["torch_dtype"];
    json.erase("torch_dtype");
  }
  if (model.sees_images) {
    json = {{"architectures", {"Gemma3ForConditionalGeneration"}},
            {"model_type", "gemma3"},
            {"eos_token_id", json["eos_token_id"]},
            {"torch_dtype", dtype},
            {"vision_config", {{"hidden_size", 4}}},
            {"text_config", json}};
  }
  write_file_atomic(folder / "config.json", json.dump(2) + "\n");
}

}  // namespace

void write_tiny_folder(const std::filesystem::path& folder, const TinyFolder& model) {
  make_folder(folder);
  const ModelShape shape = shape_of(model);
  write_config(folder, model, shape);
  for (const auto& entry : std::filesystem::directory_iterator(model.tokenizer_folder)) {
    std::filesystem::copy_file(entry.path(), folder / entry.path().filename(),
                               std::filesystem::copy_options::overwrite_existing);
  }
  Random random(model.seed);
  const int type = ggml_type_of_safetensors(model.dtype);
  const std::vector<TensorName> names = tensor_names(shape);
  std::vector<SafetensorsWriter> shards(static_cast<std::size_t>(model.shards));
  nlohmann::ordered_json map;
  for (std::size_t i = 0; i < names.size(); ++i) {
    const TensorName& name = names[i];
    const std::int64_t columns = name.columns == 0 ? 1 : name.columns;
    const bool norm = name.hf.find("norm") != std::string::npos;
    const double deviation =
        name.columns == 0 ? 0.1 : 1.5 / std::sqrt(static_cast<double>(columns));
    std::vector<float> values(static_cast<std::size_t>(name.rows * columns));
    for (float& value : values) {
      value = static_cast<float>((norm ? 1 - name.offset : 0) + deviation * random.normal());
    }
    if (name.offset != 0) values[0] = 1e-9F;  // lost by adding 1
    const std::string bytes = encode_weights(values, type, columns);
    const std::size_t shard = i % shards.size();
    const std::string stored = (model.sees_images ? "language_model." : "") + name.hf;
    shards[shard].add(stored, model.dtype,
                      name.columns == 0 ? std::vector<std::int64_t>{name.rows}
                                        : std::vector<std::int64_t>{name.rows, name.columns},
                      bytes.size(), [bytes] { return bytes; });
    map[stored] = "model-" + std::to_string(shard + 1) + ".safetensors";
  }
  if (model.sees_images) {
    shards[0].add("vision_tower.patch.weight", "F32", {1}, 4, [] { return std::string(4, '\0'); });
  }
  if (model.shards == 1) {
    shards[0].set_metadata({{"format", "pt"}});
    shards[0].write(folder / "model.safetensors");
    return;
  }
  for (std::size_t i = 0; i < shards.size(); ++i) {
    shards[i].write(folder / ("model-" + std::to_string(i + 1) + ".safetensors"));
  }
  write_file_atomic(folder / "model.safetensors.index.json",
                    nlohmann::ordered_json{{"weight_map", map}}.dump(1) + "\n");
}

}  // namespace drp::model_files
