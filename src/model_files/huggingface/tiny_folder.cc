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
  shape.architecture = model.architecture;
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
  shape.head_norms = model.architecture == "qwen3";
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
  nlohmann::ordered_json json = make_hf_config(config, dtype);
  if (model.new_spelling) {
    nlohmann::ordered_json rope = json.contains("rope_scaling")
                                      ? json["rope_scaling"]
                                      : nlohmann::ordered_json{{"rope_type", "default"}};
    rope["rope_theta"] = json["rope_theta"];
    json["rope_parameters"] = rope;
    json["dtype"] = json["torch_dtype"];
    for (const char* old : {"rope_scaling", "rope_theta", "torch_dtype"}) json.erase(old);
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
      value = static_cast<float>((norm ? 1 : 0) + deviation * random.normal());
    }
    const std::string bytes = encode_weights(values, type, columns);
    const std::size_t shard = i % shards.size();
    shards[shard].add(name.hf, model.dtype,
                      name.columns == 0 ? std::vector<std::int64_t>{name.rows}
                                        : std::vector<std::int64_t>{name.rows, name.columns},
                      bytes.size(), [bytes] { return bytes; });
    map[name.hf] = "model-" + std::to_string(shard + 1) + ".safetensors";
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
