// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "llama.h"
#include "llm/llama/chat_template.h"
#include "llm/tokenizer.h"
#include "model_files/gguf_file.h"

namespace drp::llm {

// The tokenizer and template of a loaded model, which must outlive it.
class LlamaTokenizer final : public Tokenizer {
 public:
  // `file` is the model's own file; read during construction only.
  LlamaTokenizer(const llama_model* model, const model_files::GgufFile& file);

  std::vector<TokenId> tokenize(std::string_view text, ControlText control) const override;
  // Control tokens included; not repaired where it is not UTF-8.
  std::string detokenize(std::span<const TokenId> ids) const override;
  std::vector<TokenId> render_prompt(std::span<const Message> messages,
                                     std::string_view response_prefix) const override;
  // A prompt without a template: BOS where the model's file asks for one, then the text, in which
  // nothing is a control token.
  std::vector<TokenId> plain_prompt(std::string_view text) const;
  TokenId end_token() const override { return end_token_; }
  int vocabulary_size() const override;
  std::string fingerprint() const override { return fingerprint_; }

  const llama_vocab* vocabulary() const { return vocab_; }
  bool ends_generation(TokenId id) const { return llama_vocab_is_eog(vocab_, id); }

 private:
  std::vector<TokenId> tokenize_parts(const std::vector<PromptPart>& parts) const;
  // The control token that `text` goes on with at `at`, the longest one, or nothing.
  std::pair<TokenId, std::size_t> control_at(std::string_view text, std::size_t at) const;
  // What the template writes in the form of a control token must be a token of this vocabulary.
  void check_literals(std::span<const Message> messages,
                      const std::vector<PromptPart>& parts) const;
  void check_control_kept_apart(std::span<const Message> messages,
                                const std::vector<PromptPart>& parts) const;
  TokenId find_end_token() const;

  const llama_vocab* vocab_;
  std::vector<std::pair<std::string, TokenId>> control_;  // longest text first
  std::string control_first_bytes_;
  std::unique_ptr<ChatTemplate> template_;
  TokenId end_token_ = -1;
  std::string fingerprint_;
};

}  // namespace drp::llm
