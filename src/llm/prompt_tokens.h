// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <functional>
#include <string_view>

#include "llm/chat_model.h"

namespace drp::llm {

// Prompt tokens of a request, counted by the tokenizer of the model that will read it.
using PromptCounter = std::function<std::int64_t(const ChatRequest&)>;

// Bytes of all that a request makes the model read.
std::int64_t prompt_bytes(const ChatRequest& request);

// No tokenizer in use makes more tokens of a text than it has bytes, so bytes bound the prompt from
// above, with an allowance for the template's own tokens.
std::int64_t prompt_tokens_bound(const ChatRequest& request);

// How many tokens a byte makes, learnt from what services report; before that a value usual for
// English and LaTeX. An estimate for plans and projections, never for a cap.
class TokenRatio {
 public:
  static constexpr double kUsual = 0.28;

  void add(std::int64_t bytes, std::int64_t tokens) {
    bytes_ += bytes;
    tokens_ += tokens;
  }
  bool learnt() const { return bytes_ >= kBytesMin && tokens_ > 0; }
  double value() const {
    return learnt() ? static_cast<double>(tokens_) / static_cast<double>(bytes_) : kUsual;
  }
  std::int64_t tokens(std::int64_t bytes) const {
    return static_cast<std::int64_t>(value() * static_cast<double>(bytes) + 0.5);
  }

 private:
  static constexpr std::int64_t kBytesMin = 10'000;

  std::int64_t bytes_ = 0;
  std::int64_t tokens_ = 0;
};

}  // namespace drp::llm
