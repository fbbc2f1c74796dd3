// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "llm/chat_model.h"
#include "llm/llama/llama_library.h"

namespace drp::llm {

// What a context is made for.
struct ContextPlan {
  llama_model* model = nullptr;
  llama_adapter_lora* adapter = nullptr;  // at scale 1, or none
  int sequences = 1;
  int sequence_tokens = 0;  // room of each
  int batch_tokens = 512;   // most tokens of one decode()
  int outputs = 1;          // most rows of logits of one decode()
  int threads = 1;
  const std::atomic<bool>* abort = nullptr;  // decode() gives up when this is set
};

// Memory that one token of one sequence takes in the cache, in bytes.
std::size_t cache_bytes_per_token(const llama_model* model);

// Whether llama.cpp was built for a GPU and found one.
bool runs_on_gpu();

// A llama.cpp context with its own cache and threads, and the batch it decodes next. Tokens of a
// batch must be added in ascending order of their sequences: llama.cpp cuts a batch where a
// sequence number is left out.
class LlamaContext {
 public:
  // Throws Error{kModel} when the memory does not suffice.
  explicit LlamaContext(const ContextPlan& plan);

  // Adds a token; returns its row for logits() when `output`.
  int add(TokenId token, int position, int sequence, bool output);
  int batch_size() const { return static_cast<int>(tokens_.size()); }
  // Runs the batch and empties it. False when aborted; throws Error{kModel} when llama.cpp fails.
  bool decode();
  // Of a row that was added as output to the batch decoded last.
  std::span<const float> logits(int row) const;

  int sequence_tokens() const { return sequence_tokens_; }
  // Makes `to` hold the first `tokens` tokens of `from`.
  void copy_sequence(int from, int to, int tokens);
  // Cuts a sequence to `tokens` tokens. False where the model's memory cannot be cut; it is then
  // empty.
  bool cut_sequence(int sequence, int tokens);

 private:
  ThreadpoolHandle pool_;
  ContextHandle context_;
  int sequence_tokens_ = 0;
  int vocabulary_ = 0;
  std::vector<TokenId> tokens_;
  std::vector<llama_pos> positions_;
  std::vector<llama_seq_id> sequences_;
  std::vector<std::int8_t> outputs_;
};

}  // namespace drp::llm
