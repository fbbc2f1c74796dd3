// SPDX-License-Identifier: Apache-2.0
#include "llm/llama/llama_scorer.h"

#include <algorithm>
#include <utility>

#include "base/error.h"
#include "base/pool.h"
#include "llm/llama/token_sampler.h"

namespace drp::llm {
namespace {

constexpr int kBatchTokens = 512;
constexpr int kOutputs = 128;  // rows of logits in one pass: 25 to 80 MB

int total_tokens(const ScoreRequest& request) {
  return static_cast<int>(request.context.size() + request.continuation.size());
}

}  // namespace

// One context with one sequence, cut back to what the next request shares with the last.
struct LlamaScorer::Worker {
  explicit Worker(const ContextPlan& plan) : context(plan) {}

  std::vector<float> score(const ScoreRequest& request) {
    std::vector<TokenId> tokens = request.context;
    tokens.insert(tokens.end(), request.continuation.begin(), request.continuation.end());
    tokens.pop_back();  // nothing follows the last token
    const std::size_t first = request.context.size() - 1;
    std::size_t shared = 0;
    while (shared < read.size() && shared < first && read[shared] == tokens[shared]) ++shared;
    std::size_t at = context.cut_sequence(0, static_cast<int>(shared)) ? shared : 0;
    read = tokens;
    std::vector<float> out;
    while (at < tokens.size()) {
      const std::size_t begin = at;
      int outputs = 0;
      while (at < tokens.size() && context.batch_size() < kBatchTokens && outputs < kOutputs) {
        const bool output = at >= first;
        context.add(tokens[at], static_cast<int>(at), 0, output);
        outputs += output ? 1 : 0;
        ++at;
      }
      context.decode();
      for (std::size_t i = std::max(begin, first); i < at; ++i) {
        out.push_back(static_cast<float>(log_probability(
            context.logits(static_cast<int>(i - begin)), request.continuation[i - first])));
      }
    }
    return out;
  }

  LlamaContext context;
  std::vector<TokenId> read;
};

LlamaScorer::LlamaScorer(LlamaVariant variant, const LlamaLayout& layout)
    : variant_(std::move(variant)), layout_(layout) {}

void LlamaScorer::check(std::span<const ScoreRequest> requests) const {
  const int vocabulary = variant_.tokenizer->vocabulary_size();
  for (const ScoreRequest& request : requests) {
    if (request.context.empty() || request.continuation.empty()) {
      throw Error(ErrorKind::kData, "a text to score needs a context and a continuation");
    }
    if (total_tokens(request) > layout_.context_tokens) {
      throw Error(ErrorKind::kData, "a text to score has " + std::to_string(total_tokens(request)) +
                                        " tokens; the model's context holds " +
                                        std::to_string(layout_.context_tokens));
    }
    for (const std::vector<TokenId>* ids : {&request.context, &request.continuation}) {
      for (const TokenId id : *ids) {
        if (id < 0 || id >= vocabulary) {
          throw Error(ErrorKind::kData, "token id " + std::to_string(id) +
                                            " is outside the vocabulary [0, " +
                                            std::to_string(vocabulary) + ")");
        }
      }
    }
  }
}

std::vector<std::vector<float>> LlamaScorer::score(std::span<const ScoreRequest> requests,
                                                   const StopFlag& stop) {
  check(requests);
  std::vector<std::vector<float>> out(requests.size());
  if (requests.empty()) return out;
  int longest = 0;
  for (const ScoreRequest& request : requests) longest = std::max(longest, total_tokens(request));
  ContextPlan plan;
  plan.model = variant_.model;
  plan.adapter = variant_.adapter;
  plan.sequence_tokens = (longest + 255) / 256 * 256;
  plan.batch_tokens = kBatchTokens;
  plan.outputs = kOutputs;
  plan.threads = layout_.threads;
  // Chunks of neighbours, so that shared contexts stay together and no worker is left behind.
  const std::size_t workers =
      std::min(requests.size(), static_cast<std::size_t>(std::max(1, layout_.workers)));
  const std::size_t chunk = std::clamp<std::size_t>(requests.size() / (workers * 8), 1, 64);
  std::atomic<std::size_t> next{0};
  parallel_for(workers, static_cast<int>(workers), [&](std::size_t) {
    Worker worker(plan);
    for (std::size_t at = next.fetch_add(chunk); at < requests.size(); at = next.fetch_add(chunk)) {
      for (std::size_t i = at; i < std::min(at + chunk, requests.size()); ++i) {
        stop.check();
        out[i] = worker.score(requests[i]);
      }
    }
  });
  return out;
}

}  // namespace drp::llm
