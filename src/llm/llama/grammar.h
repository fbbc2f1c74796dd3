// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <span>
#include <string>
#include <vector>

#include "llama.h"
#include "llm/chat_model.h"

namespace drp::llm {

// Holds one response to a grammar: which tokens may come next, given those that came. Ending is
// allowed where the grammar is through.
class GrammarGuard {
 public:
  // `grammar` is GBNF with a rule "root". Throws Error{kConfig} where it does not parse.
  GrammarGuard(const llama_vocab* vocab, const std::string& grammar);

  bool allows(TokenId token) const;
  // A copy of `logits` with minus infinity for each token that is not allowed; valid until the next
  // call.
  std::span<const float> masked(std::span<const float> logits);
  // `token` is allowed and was taken.
  void accept(TokenId token);

 private:
  struct Free {
    void operator()(llama_sampler* sampler) const noexcept { llama_sampler_free(sampler); }
  };

  std::unique_ptr<llama_sampler, Free> sampler_;
  std::vector<llama_token_data> tokens_;
  std::vector<float> logits_;
};

}  // namespace drp::llm
