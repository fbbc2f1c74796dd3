// SPDX-License-Identifier: Apache-2.0
#include "model_files/adapter.h"

#include <optional>

#include "base/check.h"
#include "model_files/gguf_file.h"
#include "model_files/gguf_writer.h"

namespace drp::model_files {
namespace {

std::string names_of_linears() {
  std::string names;
  for (const Linear linear : kLinears) {
    names += (names.empty() ? "" : ", ") + std::string(gguf_name(linear));
  }
  return names;
}

// Reads one half of a pair after checking its dimensions; `dims` in file order.
std::vector<float> read_half(const GgufFile& file, const std::string& name, std::int64_t in,
                             std::int64_t out) {
  const GgufTensor& tensor = file.tensor(name);
  if (tensor.dims != std::vector<std::int64_t>{in, out}) {
    file.fail("tensor '" + name + "' does not fit the model: expected " + std::to_string(in) +
                  " x " + std::to_string(out),
              "use the adapter with the model it was trained on");
  }
  return file.read(tensor);
}

std::optional<LoraPair> read_pair(const GgufFile& file, const ModelShape& shape, std::int64_t layer,
                                  Linear linear) {
  const std::string stem = tensor_stem(layer, linear) + ".weight";
  const GgufTensor* a = file.find(stem + ".lora_a");
  const GgufTensor* b = file.find(stem + ".lora_b");
  if (a == nullptr && b == nullptr) return std::nullopt;
  if (a == nullptr || b == nullptr || a->dims.size() != 2) {
    file.fail("holds only one half of '" + stem + "'", "export the adapter again");
  }
  LoraPair pair;
  pair.layer = layer;
  pair.linear = linear;
  pair.rank = a->dims[1];
  pair.a = read_half(file, stem + ".lora_a", inputs(shape, linear), pair.rank);
  pair.b = read_half(file, stem + ".lora_b", pair.rank, outputs(shape, linear));
  return pair;
}

}  // namespace

void write_gguf_lora(const std::filesystem::path& path, const LoraAdapter& adapter,
                     const std::string& base_name, FloatType type) {
  DRP_CHECK(!adapter.pairs.empty(), "an adapter without pairs");
  const LoraPair& first = adapter.pairs.front();
  GgufWriter writer;
  writer.add_text("general.type", "adapter");
  writer.add_text("general.architecture", adapter.architecture);
  if (!base_name.empty()) {
    writer.add_u32("general.base_model.count", 1);
    writer.add_text("general.base_model.0.name", base_name);
  }
  writer.add_text("adapter.type", "lora");
  writer.add_f32("adapter.lora.alpha",
                 static_cast<float>(adapter.scale(first) * static_cast<double>(first.rank)));
  for (const LoraPair& pair : adapter.pairs) {
    DRP_CHECK(pair.rank == first.rank, "one alpha serves one rank");
    const std::string stem = tensor_stem(pair.layer, pair.linear) + ".weight";
    const auto columns = static_cast<std::int64_t>(pair.a.size()) / pair.rank;
    const auto rows = static_cast<std::int64_t>(pair.b.size()) / pair.rank;
    writer.add_tensor(stem + ".lora_a", {columns, pair.rank}, pair.a, type);
    writer.add_tensor(stem + ".lora_b", {pair.rank, rows}, pair.b, type);
  }
  writer.write(path);
}

LoraAdapter read_gguf_lora(const std::filesystem::path& path, const ModelShape& shape) {
  const GgufFile file(path);
  if (file.text("general.type") != "adapter" || file.text("adapter.type") != "lora") {
    file.fail("is no LoRA adapter", "give an adapter that `drp train` or llama.cpp wrote");
  }
  LoraAdapter adapter;
  adapter.architecture = file.text("general.architecture").value_or("");
  if (adapter.architecture != shape.architecture) {
    file.fail("is for architecture '" + adapter.architecture + "', the model is '" +
                  shape.architecture + "'",
              "use the adapter with the model it was trained on");
  }
  for (std::int64_t layer = 0; layer < shape.layers; ++layer) {
    for (const Linear linear : kLinears) {
      if (auto pair = read_pair(file, shape, layer, linear)) {
        adapter.pairs.push_back(std::move(*pair));
      }
    }
  }
  if (adapter.pairs.empty() || adapter.pairs.size() * 2 != file.tensors().size()) {
    file.fail("holds " + std::to_string(file.tensors().size()) + " tensors, of which " +
                  std::to_string(adapter.pairs.size() * 2) + " belong to this model's layers (" +
                  names_of_linears() + ")",
              "use the adapter with the model it was trained on");
  }
  const double alpha = file.number("adapter.lora.alpha").value_or(0);
  const std::int64_t rank = adapter.pairs.front().rank;
  for (const LoraPair& pair : adapter.pairs) {
    if (pair.rank != rank) {
      file.fail("mixes ranks " + std::to_string(rank) + " and " + std::to_string(pair.rank),
                "train it again with one rank");
    }
  }
  // llama.cpp takes alpha 0 (or none) as scale 1.
  adapter.alpha = alpha == 0 ? static_cast<double>(rank) : alpha;
  return adapter;
}

}  // namespace drp::model_files
