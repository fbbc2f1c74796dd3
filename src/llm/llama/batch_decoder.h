// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <memory>
#include <optional>
#include <vector>

#include "base/random.h"
#include "llm/chat_model.h"
#include "llm/llama/grammar.h"
#include "llm/llama/llama_context.h"
#include "llm/llama/llama_tokenizer.h"
#include "llm/llama/token_sampler.h"
#include "llm/repeat_detector.h"
#include "llm/stop_texts.h"

namespace drp::llm {

// A request whose prompt is rendered and whose grammar, if it has one, is read.
struct DecoderJob {
  ChatRequest request;
  std::vector<TokenId> prompt;
  std::unique_ptr<GrammarGuard> grammar;
};

// Draws several responses at once in one context: a slot each. Used from one thread.
class BatchDecoder {
 public:
  BatchDecoder(const ContextPlan& plan, const LlamaTokenizer& tokenizer, bool share_prompts);
  ~BatchDecoder();

  int free_slots() const;
  bool idle() const { return free_slots() == static_cast<int>(slots_.size()); }
  int slot_tokens() const { return context_.sequence_tokens(); }

  // Gives a job to a free slot, of which there must be one. Prompt and tokens_max together must not
  // exceed slot_tokens().
  void admit(DecoderJob job);
  // One pass over all slots: reads prompts, adds a token to each response, and appends the replies
  // of those that ended. False when aborted.
  bool step(std::vector<ChatReply>& replies);
  // Closes gaps between busy slots, for when no job is left to fill them: llama.cpp decodes only
  // neighbouring sequences in one pass.
  void compact();

 private:
  enum class State { kFree, kWaiting, kPrompt, kResponse };

  struct Slot {
    State state = State::kFree;
    DecoderJob job;
    std::vector<TokenId> tokens;  // prompt, then response
    std::size_t cached = 0;       // of `tokens`, those in the context's cache
    std::size_t donor = 0;        // kWaiting: the slot that reads the shared part
    std::size_t shared = 0;       // kWaiting: length of that part
    int row = -1;                 // of the logits in this pass
    std::unique_ptr<Random> random;
    RepeatDetector repeats;
    StopTexts stops;
  };

  void start(std::size_t index, std::size_t kept);
  std::optional<TokenId> draw(Slot& slot);
  void wake_waiting();
  void fill_batch();
  // Takes the next token of a slot; a reason when the response ends with it.
  void take_token(Slot& slot, std::vector<ChatReply>& replies);
  void finish(Slot& slot, FinishReason reason, std::vector<ChatReply>& replies);

  const LlamaTokenizer& tokenizer_;
  bool share_prompts_;
  int batch_tokens_;
  LlamaContext context_;
  std::vector<Slot> slots_;
  TokenSampler sampler_;
};

}  // namespace drp::llm
