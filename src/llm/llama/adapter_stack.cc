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
  std::vector<std::vector<float>>
      as;  // each [its rank, inputs]; the embedding's [inputs, its rank]
  std::vector<std::vector<float>> bs;  // each [outputs, its rank], scaled
  std::vector<std::int64_t> ranks;
};

// llama.cpp looks rows of this one up, so it keeps the pair's A transposed.
bool is_embedding(const std::string& target) { return target == "token_embd.weight"; }

void add(Stack& stack, const model_files::GgufFile& file, const std::string& target) {
  const model_files::GgufTensor& a = file.tensor(target + std::string(kA));
  const model_files::GgufTensor& b = file.tensor(target + std::string(kB));
  const std::int64_t rank = b.dims[0];
  const double alpha = file.number("adapter.lora.alpha").value_or(0);
  const auto scale = static_cast<float>(alpha == 0 ? 1.0 : alpha / static_cast<double>(rank));
  stack.inputs = a.dims[is_embedding(target) ? 1 : 0];
  stack.outputs = b.dims[1];
  stack.rank += rank;
  stack.as.push_back(file.read(a));
  std::vector<float> columns = file.read(b);
  for (float& value : columns) value *= scale;
  stack.bs.push_back(std::move(columns));
  stack.ranks.push_back(rank);
}

// Matrices [rows, rank each] as one [rows, all ranks].
std::vector<float> side_by_side(const std::vector<std::vector<float>>& matrices,
                                const std::vector<std::int64_t>& ranks, std::int64_t rows) {
  std::vector<float> out;
  for (std::int64_t row = 0; row < rows; ++row) {
    for (std::size_t i = 0; i < matrices.size(); ++i) {
      const auto begin = matrices[i].begin() + row * ranks[i];
      out.insert(out.end(), begin, begin + ranks[i]);
    }
  }
  return out;
}

std::vector<float> one_after_another(const std::vector<std::vector<float>>& matrices) {
  std::vector<float> out;
  for (const std::vector<float>& matrix : matrices) {
    out.insert(out.end(), matrix.begin(), matrix.end());
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
    const std::string a = target + std::string(kA);
    if (is_embedding(target)) {
      writer.add_tensor(a, {stack.rank, stack.inputs},
                        side_by_side(stack.as, stack.ranks, stack.inputs));
    } else {
      writer.add_tensor(a, {stack.inputs, stack.rank}, one_after_another(stack.as));
    }
    writer.add_tensor(target + std::string(kB), {stack.rank, stack.outputs},
                      side_by_side(stack.bs, stack.ranks, stack.outputs));
  }
  return writer.bytes();
}

}  // namespace drp::llm
