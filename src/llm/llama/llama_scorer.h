// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <atomic>
#include <memory>
#include <vector>

#include "llm/llama/llama_chat.h"
#include "llm/scorer.h"

namespace drp::llm {

// Likelihood of given text: each request is read in large batches; what it shares with the one read
// before in the same worker is not read again, so requests with a common context belong together.
class LlamaScorer final : public Scorer {
 public:
  LlamaScorer(LlamaVariant variant, const LlamaLayout& layout);

  // Throws Error{kData} for a request that does not fit the model's context or is empty.
  std::vector<std::vector<float>> score(std::span<const ScoreRequest> requests,
                                        const StopFlag& stop) override;

 private:
  struct Worker;
  void check(std::span<const ScoreRequest> requests) const;

  LlamaVariant variant_;
  LlamaLayout layout_;
};

}  // namespace drp::llm
