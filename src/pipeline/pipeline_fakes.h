// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "llm/student.h"

// Stand-ins for tests and benches of whole runs.
namespace drp::pipeline {

// One token a byte.
class ByteTokenizer final : public llm::Tokenizer {
 public:
  std::vector<llm::TokenId> tokenize(std::string_view text, llm::ControlText) const override {
    return {text.begin(), text.end()};
  }
  std::string detokenize(std::span<const llm::TokenId> ids) const override {
    return {ids.begin(), ids.end()};
  }
  std::vector<llm::TokenId> render_prompt(std::span<const llm::Message> messages,
                                          std::string_view prefix) const override {
    std::string text;
    for (const llm::Message& message : messages) text += message.content + "\n";
    return tokenize(text + std::string(prefix), llm::ControlText::kPlain);
  }
  llm::TokenId end_token() const override { return 0; }
  int vocabulary_size() const override { return 256; }
  std::string fingerprint() const override { return "bytes"; }
};

class FixedClock final : public Clock {
 public:
  double seconds() const override { return 0; }
  std::string timestamp() const override { return "2026-01-01T00:00:00Z"; }
};

}  // namespace drp::pipeline
