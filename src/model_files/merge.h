// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <filesystem>
#include <span>
#include <string>
#include <vector>

#include "model_files/adapter.h"
#include "model_files/gguf_file.h"
#include "model_files/gguf_writer.h"
#include "model_files/model_shape.h"
#include "model_files/weight_type.h"

namespace drp::model_files {

// A model's tensors with adapters added to them. Borrows both.
//
// What no adapter touches and no type changes is copied byte for byte. The rest is added up in fp32
// and rounded or quantised once.
class MergedWeights {
 public:
  // Each adapter must fit the shape.
  MergedWeights(const GgufFile& base, std::span<const LoraAdapter> adapters)
      : base_(base), adapters_(adapters) {}

  const GgufFile& base() const { return base_; }
  bool changed(const GgufTensor& tensor) const;
  // The bytes of the tensor in this ggml type.
  std::string bytes(const GgufTensor& tensor, int type) const;

 private:
  const GgufFile& base_;
  std::span<const LoraAdapter> adapters_;
};

// The base with adapters merged as one GGUF: keys (tokenizer, template, all of them) and order of
// the base. `type` of the matrices; nullptr keeps each in its own, or F16 where ggml cannot write
// its own type. As in llama.cpp, embedding and head are Q6_K at least below it. Names of tensors
// that are in another type than asked for go to `others`, with that type. The writer borrows the
// weights and reads them as it writes.
GgufWriter merged_gguf(const MergedWeights& weights, const WeightType* type,
                       std::vector<std::string>* others = nullptr);

// That file, published whole; returns the others, for the user. Throws Error{kIo}.
std::vector<std::string> write_merged_gguf(const std::filesystem::path& output,
                                           const GgufFile& base,
                                           std::span<const LoraAdapter> adapters,
                                           const WeightType* type = nullptr);

// An adapter in either form: a PEFT folder or a GGUF LoRA. Throws Error{kModel} or Error{kIo}.
LoraAdapter read_adapter(const std::filesystem::path& path, const ModelShape& shape);

}  // namespace drp::model_files
