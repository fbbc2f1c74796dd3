// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <vector>

#include "base/random.h"
#include "llm/chat_model.h"

namespace drp::llm {

// Draws tokens by Sampling's rule: the logits are divided by the temperature, then of what is left
// top_k keeps the likeliest k, top_p the likeliest that make up this share, min_p those with at
// least this share of the likeliest one's probability. Temperature 0 takes the likeliest token, the
// lowest id on a tie. One random number a token. Not thread-safe (scratch space).
class TokenSampler {
 public:
  // One token of the distribution over `logits`; nothing where no logit is a finite number.
  std::optional<TokenId> draw(std::span<const float> logits, const Sampling& sampling,
                              Random& random);

 private:
  struct Candidate {
    float weight;
    TokenId id;
  };

  void keep_top_k(std::size_t k);
  void gather(double mass_min, float weight_min);

  std::vector<float> weights_;  // exp((logit - max) / temperature) by token id
  std::vector<Candidate> candidates_;
};

// log p of `id` under softmax(logits).
double log_probability(std::span<const float> logits, TokenId id);

}  // namespace drp::llm
