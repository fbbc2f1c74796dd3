// SPDX-License-Identifier: Apache-2.0
#include "train/weight_layout.h"

#include <algorithm>

#include "base/check.h"
#include "model_files/gguf_writer.h"

namespace drp::train {
namespace {

using model_files::FloatType;
using model_files::GgufFile;
using model_files::GgufTensor;
using model_files::Linear;

// Divisors of the rotary frequencies: a part of the architecture, not a weight.
constexpr std::string_view kRopeDivisors = "rope_freqs.weight";

class LayoutMaker {
 public:
  explicit LayoutMaker(const GgufFile& file) : file_(file) {}

  void add(const std::string& name) {
    const GgufTensor& tensor = file_.tensor(name);
    const std::int64_t columns = tensor.dims[0];
    layout_.places.push_back({name, tensor.elements / columns, columns, layout_.size});
    layout_.size += static_cast<std::size_t>(tensor.elements);
  }
  void add_if_there(const std::string& name) {
    if (file_.find(name) != nullptr) add(name);
  }
  void add_layers(std::int64_t layer, std::initializer_list<Linear> linears) {
    for (const Linear linear : linears) add(tensor_stem(layer, linear) + ".weight");
    for (const Linear linear : linears) add_if_there(tensor_stem(layer, linear) + ".bias");
  }

  WeightLayout finish() {
    for (const GgufTensor& tensor : file_.tensors()) {
      if (tensor.name == kRopeDivisors || layout_.find(tensor.name) != nullptr) continue;
      file_.fail("holds the tensor '" + tensor.name + "', which full training does not know",
                 "train an adapter instead: train.kind lora");
    }
    return std::move(layout_);
  }

 private:
  const GgufFile& file_;
  WeightLayout layout_;
};

// general.file_type, which libllama shows to its users.
std::uint32_t file_type(FloatType type) {
  switch (type) {
    case FloatType::kF32:
      return 0;
    case FloatType::kF16:
      return 1;
    case FloatType::kBF16:
      return 32;
  }
  return 0;
}

}  // namespace

const WeightPlace* WeightLayout::find(const std::string& tensor) const {
  const auto found = std::find_if(places.begin(), places.end(),
                                  [&](const WeightPlace& place) { return place.tensor == tensor; });
  return found == places.end() ? nullptr : &*found;
}

const WeightPlace& WeightLayout::at(const std::string& tensor) const {
  const WeightPlace* found = find(tensor);
  DRP_CHECK(found != nullptr, tensor.c_str());
  return *found;
}

WeightLayout make_weight_layout(const GgufFile& file, const model_files::ModelShape& shape) {
  LayoutMaker maker(file);
  maker.add("token_embd.weight");
  maker.add("output_norm.weight");
  maker.add_if_there("output.weight");
  for (std::int64_t layer = 0; layer < shape.layers; ++layer) {
    const std::string block = "blk." + std::to_string(layer) + ".";
    maker.add(block + "attn_norm.weight");
    maker.add_layers(layer, {Linear::kQuery, Linear::kKey, Linear::kValue});
    maker.add_if_there(block + "attn_q_norm.weight");
    maker.add_if_there(block + "attn_k_norm.weight");
    maker.add_layers(layer, {Linear::kAttentionOutput});
    maker.add_if_there(block + "post_attention_norm.weight");
    maker.add(block + "ffn_norm.weight");
    maker.add_layers(layer, {Linear::kGate, Linear::kUp});
    maker.add_layers(layer, {Linear::kDown});
    maker.add_if_there(block + "post_ffw_norm.weight");
  }
  return maker.finish();
}

std::vector<float> read_weights(const GgufFile& file, const WeightLayout& layout,
                                std::span<const model_files::LoraAdapter> frozen) {
  std::vector<float> parameters(layout.size);
  for (const WeightPlace& place : layout.places) {
    const std::span<float> room(parameters.data() + place.begin,
                                static_cast<std::size_t>(place.rows * place.columns));
    file.read(file.tensor(place.tensor), room);
  }
  for (const model_files::LoraAdapter& adapter : frozen) {
    for (const model_files::LoraPair& pair : adapter.pairs) {
      const WeightPlace& place = layout.at(tensor_stem(pair.layer, pair.linear) + ".weight");
      add_delta(
          adapter, pair.layer, pair.linear,
          {parameters.data() + place.begin, static_cast<std::size_t>(place.rows * place.columns)});
    }
  }
  return parameters;
}

void write_weights(const std::filesystem::path& path, const GgufFile& base,
                   const WeightLayout& layout, std::span<const float> parameters, FloatType type) {
  DRP_CHECK(parameters.size() == layout.size, "parameters of another layout");
  model_files::GgufWriter writer;
  for (const GgufFile::RawKey& key : base.raw_keys()) {
    // The writer's alignment is the default one.
    if (key.name == "general.file_type" || key.name == "general.alignment") continue;
    writer.add_raw(key);
  }
  writer.add_u32("general.file_type", file_type(type));
  for (const GgufTensor& tensor : base.tensors()) {
    const WeightPlace* place = layout.find(tensor.name);
    if (place == nullptr) {
      writer.add_tensor(tensor.name, tensor.dims, base.read(tensor));
      continue;
    }
    writer.add_tensor(tensor.name, tensor.dims,
                      parameters.subspan(place->begin, static_cast<std::size_t>(tensor.elements)),
                      type);
  }
  writer.write(path);
}

}  // namespace drp::train
