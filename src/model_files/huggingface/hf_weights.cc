// SPDX-License-Identifier: Apache-2.0
#include "model_files/huggingface/hf_weights.h"

#include <nlohmann/json.hpp>
#include <utility>

#include "model_files/huggingface/hf_names.h"
#include "model_files/huggingface/json_file.h"

namespace drp::model_files {
namespace {

constexpr const char* kIndex = "model.safetensors.index.json";
constexpr const char* kSingle = "model.safetensors";

}  // namespace

HfWeights::HfWeights(const std::filesystem::path& folder) : folder_(folder) {
  if (std::filesystem::exists(folder / kIndex)) {
    read_index(folder / kIndex);
    return;
  }
  if (!std::filesystem::exists(folder / kSingle)) {
    fail_file(folder, std::string("holds neither ") + kSingle + " nor " + kIndex,
              "save the model with safe_serialization=True");
  }
  open_shard(kSingle);
}

void HfWeights::open_shard(const std::string& name) {
  if (shards_.contains(name)) return;
  const SafetensorsView& shard = shards_.emplace(name, folder_ / name).first->second;
  for (const StoredArray& array : shard.arrays()) {
    if (!arrays_.emplace(array.name, &array).second) {
      shard.fail("holds array '" + array.name + "', which another shard holds, too");
    }
  }
}

void HfWeights::read_index(const std::filesystem::path& index) {
  const nlohmann::json content = read_json_file(index);
  const nlohmann::json& map = member(content, "weight_map");
  if (!map.is_object() || map.empty()) fail_file(index, "has no weight_map");
  for (const auto& [name, file] : map.items()) {
    if (!file.is_string()) fail_file(index, "names no file for '" + name + "'");
    const std::string place = file.get<std::string>();
    if (place.empty() || std::filesystem::path(place).filename() != place) {
      fail_file(index, "names the file '" + place + "' for '" + name + "', which is no plain name");
    }
    open_shard(place);
    if (find(name) == nullptr) {
      fail_file(index, "says that '" + place + "' holds '" + name + "', which it does not",
                "fetch the shards again");
    }
  }
}

std::int64_t HfWeights::keep_text_model() {
  std::map<std::string, const StoredArray*> text;
  std::int64_t others = 0;
  for (const auto& [name, array] : arrays_) {
    const std::string plain = text_model_name(name);
    if (plain.empty()) {
      ++others;
    } else {
      text.emplace(plain, array);
    }
  }
  arrays_ = std::move(text);
  return others;
}

const StoredArray* HfWeights::find(const std::string& name) const {
  const auto found = arrays_.find(name);
  return found == arrays_.end() ? nullptr : found->second;
}

std::vector<std::string> HfWeights::names() const {
  std::vector<std::string> all;
  for (const auto& [name, array] : arrays_) all.push_back(name);
  return all;
}

}  // namespace drp::model_files
