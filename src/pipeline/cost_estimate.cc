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
    sum_.requests += rows;
    sum_.prompt_tokens += rows * likely;
    sum_.prompt_bound += rows * bound;
    sum_.output_tokens.add(call.output, static_cast<double>(rows));
    sum_.output_bound += rows * call.request.sampling.tokens_max;
  }
}

CostEstimate CostEstimator::result(const std::optional<llm::Price>& price, bool batch,
                                   const ServiceLimits& limits) const {
  CostEstimate out = sum_;
  const auto cost = [&](std::int64_t prompt, double output) {
    return price->cost({.prompt_tokens = prompt, .completion_tokens = rounded(output)}, batch);
  };
  const Band& output = out.output_tokens;
  if (price) {
    out.usd = Band{cost(out.prompt_tokens, output.low), cost(out.prompt_tokens, output.likely),
                   cost(out.prompt_tokens, output.high)};
    out.usd_bound = cost(out.prompt_bound, static_cast<double>(out.output_bound));
  }
  const auto requests = static_cast<double>(out.requests);
  const auto prompt = static_cast<double>(out.prompt_tokens);
  out.seconds = {slowest(limits, requests, prompt, output.low),
                 slowest(limits, requests, prompt, output.likely),
                 slowest(limits, requests, prompt, output.high)};
  return out;
}

}  // namespace drp::pipeline
