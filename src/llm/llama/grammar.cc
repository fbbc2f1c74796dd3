// SPDX-License-Identifier: Apache-2.0
#include "llm/llama/grammar.h"

#include "base/error.h"
#include "llm/llama/llama_library.h"

namespace drp::llm {

GrammarGuard::GrammarGuard(const llama_vocab* vocab, const std::string& grammar) {
  clear_llama_log();
  sampler_.reset(llama_sampler_init_grammar(vocab, grammar.c_str(), "root"));
  if (!sampler_) {
    throw Error(ErrorKind::kConfig,
                "the grammar of a request does not parse: " + last_llama_error() + " in \"" +
                    grammar.substr(0, 80) + "\"");
  }
}

bool GrammarGuard::allows(TokenId token) const {
  llama_token_data data{token, 0.F, 0.F};
  llama_token_data_array one{&data, 1, -1, false};
  llama_sampler_apply(sampler_.get(), &one);
  return data.logit == 0.F;
}

std::span<const float> GrammarGuard::masked(std::span<const float> logits) {
  tokens_.resize(logits.size());
  for (std::size_t i = 0; i < logits.size(); ++i) {
    tokens_[i] = {static_cast<llama_token>(i), logits[i], 0.F};
  }
  llama_token_data_array all{tokens_.data(), tokens_.size(), -1, false};
  llama_sampler_apply(sampler_.get(), &all);
  logits_.resize(logits.size());
  for (const llama_token_data& token : tokens_) {
    logits_[static_cast<std::size_t>(token.id)] = token.logit;
  }
  return logits_;
}

void GrammarGuard::accept(TokenId token) { llama_sampler_accept(sampler_.get(), token); }

}  // namespace drp::llm
