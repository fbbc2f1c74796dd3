// SPDX-License-Identifier: Apache-2.0
#include "llm/llama/adapter_check.h"

#include <algorithm>
#include <string>
#include <string_view>

namespace drp::llm {
namespace {

constexpr std::string_view kA = ".lora_a";
constexpr std::string_view kB = ".lora_b";
constexpr const char* kHint = "use an adapter that was trained on this model";

std::string shape(const model_files::GgufTensor& tensor) {
  std::string out;
  for (const std::int64_t dim : tensor.dims)
    out += (out.empty() ? "" : " x ") + std::to_string(dim);
  return out;
}

void check_pair(const model_files::GgufFile& adapter, const model_files::GgufTensor& a,
                const model_files::GgufTensor& b, const model_files::GgufTensor& base) {
  const bool matrices = a.dims.size() == 2 && b.dims.size() == 2 && base.dims.size() == 2;
  // llama.cpp keeps the embedding's pair transposed.
  const bool embedding = base.name == "token_embd.weight";
  const bool fits =
      matrices && (embedding ? base.dims[0] == b.dims[1] && base.dims[1] == a.dims[1]
                             : base.dims[0] == a.dims[0] && base.dims[1] == b.dims[1] &&
                                   a.dims[1] == b.dims[0]);
  if (!fits) {
    adapter.fail("holds a pair " + shape(a) + " and " + shape(b) +
                     ", which does not fit the base model's '" + base.name + "' of " + shape(base),
                 kHint);
  }
}

}  // namespace

void check_adapter(const model_files::GgufFile& adapter, const model_files::GgufFile& base) {
  if (adapter.text("general.type") != "adapter" || adapter.text("adapter.type") != "lora") {
    adapter.fail("is no GGUF LoRA adapter", "convert PEFT adapters with `drp export`");
  }
  const std::string_view arch = adapter.text("general.architecture").value_or("");
  const std::string_view base_arch = base.text("general.architecture").value_or("");
  if (arch != base_arch) {
    adapter.fail("is for architecture '" + std::string(arch) + "', the model is '" +
                     std::string(base_arch) + "'",
                 kHint);
  }
  if (adapter.tensors().empty()) adapter.fail("holds no tensors", kHint);
  for (const model_files::GgufTensor& tensor : adapter.tensors()) {
    const std::string_view name = tensor.name;
    const bool is_a = name.ends_with(kA);
    if (!is_a && !name.ends_with(kB)) {
      if (name.ends_with("_norm.weight")) continue;  // llama.cpp skips these
      adapter.fail("holds tensor '" + tensor.name + "', which is no half of a LoRA pair", kHint);
    }
    const std::string target(name.substr(0, name.size() - kA.size()));
    const model_files::GgufTensor* other = adapter.find(target + std::string(is_a ? kB : kA));
    if (other == nullptr) adapter.fail("lacks the other half of '" + tensor.name + "'", kHint);
    const model_files::GgufTensor* weight = base.find(target);
    if (weight == nullptr) {
      adapter.fail("is for tensor '" + target + "', which the base model lacks", kHint);
    }
    if (is_a) check_pair(adapter, tensor, *other, *weight);
    if (target == "token_embd.weight" && base.find("output.weight") == nullptr) {
      // llama.cpp would end the process.
      adapter.fail("adapts the embedding of a model whose head is the same matrix",
                   "train the adapter without embedding and head");
    }
  }
}

}  // namespace drp::llm
