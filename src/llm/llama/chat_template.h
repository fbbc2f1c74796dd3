// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <span>
#include <string>
#include <vector>

#include "llm/chat_model.h"

namespace drp::llm {

// A piece of a rendered prompt: what the template wrote, or what came out of a message.
struct PromptPart {
  bool content = false;
  std::string text;

  bool operator==(const PromptPart&) const = default;
};

// A Jinja chat template, run by llama.cpp's engine, which marks where each character came from.
// Thread-safe. The date that templates may ask for is fixed, so that prompts are reproducible.
class ChatTemplate {
 public:
  // Throws Error{kModel} when `source` does not parse.
  ChatTemplate(const std::string& source, const std::string& bos, const std::string& eos);
  ~ChatTemplate();

  // Neighbours are of different kinds. A system message goes in front of the first user message
  // where the template knows no system role. Throws Error{kData} when the template refuses.
  std::vector<PromptPart> render(std::span<const Message> messages, bool generation_prompt) const;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace drp::llm
