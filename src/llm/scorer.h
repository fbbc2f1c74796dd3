// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <optional>
#include <span>
#include <vector>

#include "base/stop.h"
#include "llm/chat_model.h"

namespace drp::llm {

// A text whose likelihood is wanted: log p(continuation | context), token by token.
struct ScoreRequest {
  std::vector<TokenId> context;       // at least one token
  std::vector<TokenId> continuation;  // at least one token
};

// Likelihood of given text under a model.
class Scorer {
 public:
  virtual ~Scorer() = default;
  // For each request the natural-log probabilities of its continuation tokens, in order.
  virtual std::vector<std::vector<float>> score(std::span<const ScoreRequest> requests,
                                                const StopFlag& stop) = 0;
};

}  // namespace drp::llm
