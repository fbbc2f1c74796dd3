// SPDX-License-Identifier: Apache-2.0
#include "train/targets.h"

#include <algorithm>

#include "base/error.h"
#include "base/text.h"

namespace drp::train {
namespace {

using model_files::Linear;

// Layers that people name and that stay frozen.
constexpr std::string_view kFrozen[] = {"lm_head", "embed_tokens", "output", "token_embd"};

bool is_name(const std::string& word) {
  return std::all_of(word.begin(), word.end(), [](char c) {
    return c == '_' || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
  });
}

[[noreturn]] void refuse(const std::string& word) {
  const std::string start = "train.targets holds '" + word + "'";
  if (std::find(std::begin(kFrozen), std::end(kFrozen), word) != std::end(kFrozen)) {
    throw Error(ErrorKind::kConfig,
                start +
                    "; the embedding and the output matrix stay frozen (in many models they are "
                    "one matrix)",
                "leave it out: all stands for every linear layer of the blocks");
  }
  std::vector<std::string> known = {"all"};
  for (const Linear linear : model_files::kLinears) known.emplace_back(gguf_name(linear));
  std::vector<std::string> names = known;
  for (const Linear linear : model_files::kLinears) names.emplace_back(peft_name(linear));
  const auto close = nearest(word, names);
  throw Error(ErrorKind::kConfig,
              start + ", expected " + join(known, ", ") +
                  ", their Hugging Face names or a regular "
                  "expression",
              close ? "did you mean '" + *close + "'?" : "");
}

}  // namespace

void set_targets(const std::vector<std::string>& words, LoraOptions& lora) {
  lora.targets.clear();
  lora.target_patterns.clear();
  for (const std::string& word : words) {
    if (!is_name(word)) {
      lora.target_patterns.push_back(word);
      continue;
    }
    bool found = false;
    for (const Linear linear : model_files::kLinears) {
      if (word != "all" && word != gguf_name(linear) && word != peft_name(linear)) continue;
      found = true;
      if (std::find(lora.targets.begin(), lora.targets.end(), linear) == lora.targets.end()) {
        lora.targets.push_back(linear);
      }
    }
    if (!found) refuse(word);
  }
}

}  // namespace drp::train
