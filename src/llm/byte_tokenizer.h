// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "llm/tokenizer.h"

namespace drp::llm {

// For tests and benches: one token a byte, and as template a line for each message.
class ByteTokenizer final : public Tokenizer {
 public:
  std::vector<TokenId> tokenize(std::string_view text, ControlText) const override {
    return {text.begin(), text.end()};
  }
  std::string detokenize(std::span<const TokenId> ids) const override {
    return {ids.begin(), ids.end()};
  }
  std::vector<TokenId> render_prompt(std::span<const Message> messages,
                                     std::string_view prefix) const override {
    std::string text;
    for (const Message& message : messages) text += message.content + "\n";
    return tokenize(text + std::string(prefix), ControlText::kPlain);
  }
  TokenId end_token() const override { return 0; }
  int vocabulary_size() const override { return 256; }
  std::string fingerprint() const override { return "bytes"; }
};

}  // namespace drp::llm
