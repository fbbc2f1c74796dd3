// SPDX-License-Identifier: Apache-2.0
#include "llm/llama/adapter_stack.h"

#include <cstdint>
#include <map>
#include <string_view>
#include <vector>

#include "base/check.h"
#include "model_files/gguf_writer.h"

namespace drp::llm {
namespace {

constexpr std::string_view kA = ".lora_a";
constexpr std::string_view kB = ".lora_b";

struct Stack {
  std::int64_t inputs = 0;
  std::int64_t outputs = 0;
  std::int64_t rank = 0;
  std::vector<float> a;                // [rank, inputs]
  std::vector<std::vector<float>> bs;  // each [outputs, its rank], scaled
  std::vector<std::int64_t> ranks;
};

void add(Stack& stack, const model_files::GgufFile& file, const std::string& target) {
  const model_files::GgufTensor& a = file.tensor(target + std::string(kA));
  const model_files::GgufTensor& b = file.tensor(target + std::string(kB));
  const std::int64_t rank = b.dims[0];
  const double alpha = file.number("adapter.lora.alpha").value_or(0);
  const auto scale = static_cast<float>(alpha == 0 ? 1.0 : alpha / static_cast<double>(rank));
  stack.inputs = a.dims[0];
  stack.outputs = b.dims[1];
  stack.rank += rank;
  const std::vector<float> rows = file.read(a);
  stack.a.insert(stack.a.end(), rows.begin(), rows.end());
  std::vector<float> columns = file.read(b);
  for (float& value : columns) value *= scale;
  stack.bs.push_back(std::move(columns));
  stack.ranks.push_back(rank);
}

std::vector<float> side_by_side(const Stack& stack) {
  std::vector<float> out;
  out.reserve(static_cast<std::size_t>(stack.outputs * stack.rank));
  for (std::int64_t row = 0; row < stack.outputs; ++row) {
    for (std::size_t i = 0; i < stack.bs.size(); ++i) {
      const auto begin = stack.bs[i].begin() + row * stack.ranks[i];
      out.insert(out.end(), begin, begin + stack.ranks[i]);
    }
  }
  return out;
}

}  // namespace

std::string stack_adapters(std::span<const model_files::GgufFile* const> adapters) {
  DRP_CHECK(!adapters.empty(), "nothing to stack");
  std::map<std::string, Stack> stacks;
  for (const model_files::GgufFile* file : adapters) {
    for (const model_files::GgufTensor& tensor : file->tensors()) {
      if (!tensor.name.ends_with(kA)) continue;
      const std::string target = tensor.name.substr(0, tensor.name.size() - kA.size());
      add(stacks[target], *file, target);
    }
  }
  model_files::GgufWriter writer;
  writer.add_text("general.type", "adapter");
  writer.add_text("general.architecture", *adapters[0]->text("general.architecture"));
  writer.add_text("adapter.type", "lora");
  // No alpha: the scales stand in B already.
  for (const auto& [target, stack] : stacks) {
    writer.add_tensor(target + std::string(kA), {stack.inputs, stack.rank}, stack.a);
    writer.add_tensor(target + std::string(kB), {stack.rank, stack.outputs}, side_by_side(stack));
  }
  return writer.bytes();
}

}  // namespace drp::llm
