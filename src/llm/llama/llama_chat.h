// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "llm/chat_model.h"
#include "llm/llama/llama_context.h"
#include "llm/llama/llama_student.h"
#include "llm/llama/llama_tokenizer.h"

namespace drp::llm {

// A loaded model with one set of adapters. Borrows everything from the student.
struct LlamaVariant {
  llama_model* model = nullptr;
  const LlamaTokenizer* tokenizer = nullptr;
  llama_adapter_lora* adapter = nullptr;  // or none
  std::string identity;
};

// How the work is laid out on the machine; every value is set.
struct LlamaLayout {
  int workers = 1;
  int threads = 1;         // of each worker
  int slots = 1;           // of each worker
  int context_tokens = 0;  // most tokens of prompt and response
  bool share_prompts = true;
};

// Continuous batching over a stream of requests. Requests are handed to the workers' queues in
// groups of equal prompts, so that a prompt is read once; contexts are made when the first requests
// tell how much room they need, and made anew when one needs more.
class LlamaChat final : public ChatModel {
 public:
  LlamaChat(LlamaVariant variant, const LlamaLayout& layout);

  std::string identity() const override { return variant_.identity; }
  void run(const Source& next, const Sink& done, const StopFlag& stop) override;

 private:
  LlamaVariant variant_;
  LlamaLayout layout_;
};

}  // namespace drp::llm
