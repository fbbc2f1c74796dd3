// SPDX-License-Identifier: Apache-2.0
#include "model_files/merge.h"

#include <ggml.h>

#include <algorithm>
#include <optional>

namespace drp::model_files {
namespace {

struct Place {
  std::int64_t layer = 0;
  Linear linear = Linear::kQuery;
};

// Which adapted matrix a tensor is, if it is one: "blk.3.attn_q.weight".
std::optional<Place> place_of(const GgufTensor& tensor, std::span<const LoraAdapter> adapters) {
  for (const LoraAdapter& adapter : adapters) {
    for (const LoraPair& pair : adapter.pairs) {
      if (tensor.name == tensor_stem(pair.layer, pair.linear) + ".weight") {
        return Place{pair.layer, pair.linear};
      }
    }
  }
  return std::nullopt;
}

bool writable(int type) {
  const auto types = weight_types();
  return std::any_of(types.begin(), types.end(),
                     [&](const WeightType& known) { return known.ggml == type; });
}

// Errors of these two reach every token.
bool embeds(const std::string& name) {
  return name == "token_embd.weight" || name == "output.weight";
}

// What llama.cpp keeps the embedding and the head in where the rest is coarser.
int embedding_type(int type) {
  switch (type) {
    case GGML_TYPE_Q4_0:
    case GGML_TYPE_Q4_1:
    case GGML_TYPE_Q4_K:
    case GGML_TYPE_Q5_0:
    case GGML_TYPE_Q5_1:
    case GGML_TYPE_Q5_K:
      return GGML_TYPE_Q6_K;
    default:
      return type;  // a number of ggml's
  }
}

int target_type(const GgufTensor& tensor, const WeightType* type, bool changed) {
  if (tensor.dims.size() < 2) return tensor.type;
  if (type == nullptr) {
    return !changed || writable(tensor.type) ? tensor.type : static_cast<int>(GGML_TYPE_F16);
  }
  return fitting_type(embeds(tensor.name) ? embedding_type(type->ggml) : type->ggml,
                      tensor.dims[0]);
}

}  // namespace

bool MergedWeights::changed(const GgufTensor& tensor) const {
  return place_of(tensor, adapters_).has_value();
}

std::string MergedWeights::bytes(const GgufTensor& tensor, int type) const {
  const std::optional<Place> place = place_of(tensor, adapters_);
  if (!place && type == tensor.type) return std::string(base_.data(tensor));
  std::vector<float> values = base_.read(tensor);
  if (place) {
    for (const LoraAdapter& adapter : adapters_) {
      add_delta(adapter, place->layer, place->linear, values);
    }
  }
  return encode_weights(values, type, tensor.dims[0]);
}

GgufWriter merged_gguf(const MergedWeights& weights, const WeightType* type,
                       std::vector<std::string>* others) {
  GgufWriter writer;
  for (const GgufFile::RawKey& key : weights.base().raw_keys()) {
    if (key.name == "general.alignment") continue;  // ours is GGUF's own
    if (type != nullptr && key.name == "general.file_type") continue;
    if (key.name.starts_with("split.")) continue;
    writer.add_raw(key);
  }
  if (type != nullptr) {
    writer.add_u32("general.file_type", static_cast<std::uint32_t>(type->file_type));
  }
  for (const GgufTensor& tensor : weights.base().tensors()) {
    const int target = target_type(tensor, type, weights.changed(tensor));
    const int wanted = type == nullptr ? tensor.type : type->ggml;
    if (others != nullptr && tensor.dims.size() > 1 && target != wanted) {
      others->push_back(tensor.name + " " + ggml_type_name(static_cast<ggml_type>(target)));
    }
    writer.add_tensor(tensor.name, tensor.dims, target,
                      [&weights, &tensor, target] { return weights.bytes(tensor, target); });
  }
  return writer;
}

std::vector<std::string> write_merged_gguf(const std::filesystem::path& output,
                                           const GgufFile& base,
                                           std::span<const LoraAdapter> adapters,
                                           const WeightType* type) {
  const MergedWeights weights(base, adapters);
  std::vector<std::string> others;
  merged_gguf(weights, type, &others).write(output);
  return others;
}

LoraAdapter read_adapter(const std::filesystem::path& path, const ModelShape& shape) {
  return std::filesystem::is_directory(path) ? read_peft_folder(path, shape)
                                             : read_gguf_lora(path, shape);
}

}  // namespace drp::model_files
