// SPDX-License-Identifier: Apache-2.0
#include "pipeline/cost_estimate.h"

#include <algorithm>
#include <cmath>

namespace drp::pipeline {
namespace {

constexpr double kFirstTokenSeconds = 1;

std::int64_t rounded(double value) { return static_cast<std::int64_t>(std::llround(value)); }

double slowest(const ServiceLimits& limits, double requests, double prompt, double output) {
  if (requests == 0) return 0;
  const double latency = kFirstTokenSeconds + output / requests / limits.tokens_a_second;
  double seconds =
      requests * latency / static_cast<double>(std::max<std::int64_t>(limits.concurrency, 1));
  seconds = std::max(seconds, latency);
  if (limits.requests_a_minute > 0) {
    seconds = std::max(seconds, 60 * requests / static_cast<double>(limits.requests_a_minute));
  }
  if (limits.tokens_a_minute > 0) {
    seconds =
        std::max(seconds, 60 * (prompt + output) / static_cast<double>(limits.tokens_a_minute));
  }
  return seconds;
}

}  // namespace

void Band::add(const Band& other, double times) {
  low += times * other.low;
  likely += times * other.likely;
  high += times * other.high;
}

CostEstimator::CostEstimator(CallShape shape, const llm::TokenRatio& ratio,
                             llm::PromptCounter count)
    : shape_(std::move(shape)), ratio_(ratio), count_(std::move(count)) {
  sum_.exact = static_cast<bool>(count_);
}

void CostEstimator::add(const Problem& problem, const Trace& trace, std::int64_t rows) {
  const auto bytes = static_cast<std::int64_t>(trace.reasoning.size());
  const std::int64_t tokens =
      trace.reasoning_tokens > 0 ? trace.reasoning_tokens : ratio_.tokens(bytes);
  sum_.rows += rows;
  sum_.trace_tokens += rows * tokens;
  for (const PlannedCall& call : shape_.calls(problem, trace, tokens)) {
    const std::int64_t exact = count_ ? count_(call.request) : 0;
    const std::int64_t likely = count_ ? exact : ratio_.tokens(llm::prompt_bytes(call.request));
    const std::int64_t bound = count_ ? exact : llm::prompt_tokens_bound(call.request);
    const auto times = static_cast<double>(rows);
    const Band& share = call.share;
    requests_.add(share, times);
    prompts_.add(share, times * static_cast<double>(likely));
    sum_.prompt_bound += rows * bound;
    sum_.output_tokens.add({share.low * call.output.low, share.likely * call.output.likely,
                            share.high * call.output.high},
                           times);
    sum_.output_bound += rows * call.request.sampling.tokens_max;
  }
}

CostEstimate CostEstimator::result(const std::optional<llm::Price>& price, bool batch,
                                   const ServiceLimits& limits) const {
  CostEstimate out = sum_;
  out.requests = rounded(requests_.likely);
  out.prompt_tokens = rounded(prompts_.likely);
  const auto cost = [&](double prompt, double output) {
    return price->cost({.prompt_tokens = rounded(prompt), .completion_tokens = rounded(output)},
                       batch);
  };
  const Band& output = out.output_tokens;
  if (price) {
    out.usd = Band{cost(prompts_.low, output.low), cost(prompts_.likely, output.likely),
                   cost(prompts_.high, output.high)};
    out.usd_bound =
        cost(static_cast<double>(out.prompt_bound), static_cast<double>(out.output_bound));
  }
  out.seconds = {slowest(limits, requests_.low, prompts_.low, output.low),
                 slowest(limits, requests_.likely, prompts_.likely, output.likely),
                 slowest(limits, requests_.high, prompts_.high, output.high)};
  return out;
}

}  // namespace drp::pipeline
