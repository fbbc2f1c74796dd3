// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <string>
#include <vector>

#include "model_files/safetensors_view.h"

namespace drp::model_files {

// The weights of a Hugging Face folder, over all its shards, mapped read-only.
class HfWeights {
 public:
  // Reads model.safetensors.index.json, else model.safetensors. Throws Error{kIo} or Error{kModel}
  // naming the file, and the tensor where the index and the shards disagree.
  explicit HfWeights(const std::filesystem::path& folder);

  // Of a model that also sees images: leaves the language model alone, under the names that it has
  // by itself. Returns how many tensors were left out.
  std::int64_t keep_text_model();

  // nullptr where there is none of this name.
  const StoredArray* find(const std::string& name) const;
  // Every name in alphabetical order.
  std::vector<std::string> names() const;

 private:
  void read_index(const std::filesystem::path& index);
  void open_shard(const std::string& name);

  std::filesystem::path folder_;
  std::map<std::string, SafetensorsView> shards_;  // by file name
  std::map<std::string, const StoredArray*> arrays_;
};

}  // namespace drp::model_files
