// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "llm/chat_model.h"

namespace drp::llm {

// Whether text may hold control tokens. Content never does; template literals do.
enum class ControlText { kPlain, kParse };

// A model's tokenizer and chat template. Thread-safe.
class Tokenizer {
 public:
  virtual ~Tokenizer() = default;

  // Never adds BOS or EOS by itself.
  virtual std::vector<TokenId> tokenize(std::string_view text, ControlText control) const = 0;
  virtual std::string detokenize(std::span<const TokenId> ids) const = 0;
  // The token ids that generation starts from: the model's own template over `messages` with the
  // generation prompt, BOS where the model wants it (once), then `response_prefix`. Message content
  // is never parsed as control tokens.
  virtual std::vector<TokenId> render_prompt(std::span<const Message> messages,
                                             std::string_view response_prefix) const = 0;
  // The token that ends a response in this model's template; supervised in training.
  virtual TokenId end_token() const = 0;
  virtual int vocabulary_size() const = 0;
  // SHA-256 over vocabulary, merges and template.
  virtual std::string fingerprint() const = 0;

  // Number of tokens of plain text.
  std::size_t count(std::string_view text) const {
    return tokenize(text, ControlText::kPlain).size();
  }
};

}  // namespace drp::llm
