// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <memory>
#include <span>
#include <string>

#include "llm/chat_model.h"
#include "llm/scorer.h"
#include "llm/tokenizer.h"

namespace drp::llm {

// A local model loaded once. What chat() and scorer() return borrows from it and must not outlive
// it; one of them works at a time.
class Student {
 public:
  using Adapters = std::span<const std::filesystem::path>;

  virtual ~Student() = default;
  virtual const Tokenizer& tokenizer() const = 0;
  // The model with these GGUF LoRA adapters on it, in order, at scale 1. Adapters seen
  // before are switched to without reading anything. Error{kModel} for an adapter of another model.
  virtual std::unique_ptr<ChatModel> chat(Adapters adapters) = 0;
  virtual std::unique_ptr<Scorer> scorer(Adapters adapters) = 0;
};

}  // namespace drp::llm
