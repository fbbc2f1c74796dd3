// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "train/options.h"

namespace drp::train {

// Sets the targets of `lora` from words: "all"; a layer's name in GGUF ("attn_q") or Hugging Face
// ("q_proj") form; anything with a character that no name has is a regular expression over whole
// layer names, see LoraOptions::target_patterns. Throws Error{kConfig} naming the word.
void set_targets(const std::vector<std::string>& words, LoraOptions& lora);

}  // namespace drp::train
