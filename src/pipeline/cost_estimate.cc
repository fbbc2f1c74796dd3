// SPDX-License-Identifier: Apache-2.0
#include "pipeline/cost_estimate.h"

#include <algorithm>
#include <cmath>

#include "base/error.h"

namespace drp::pipeline {
namespace {

// Tokens of a protocol's instructions, format description and example.
constexpr std::int64_t kInstructionTokens = 900;
// Numbers before the units of a trace, as a share of its tokens (measured: 0.19 to 0.25).
constexpr double kUnitNumbers = 0.22;
// What a reply may need beside what grows with the trace.
constexpr std::int64_t kReplyFloor = 512;
constexpr double kFirstTokenSeconds = 1;

std::int64_t rounded(double value) { return static_cast<std::int64_t>(std::llround(value)); }

Band times(const Band& band, double factor) {
  return {band.low * factor, band.likely * factor, band.high * factor};
}

// A call of `share` completion tokens a token of trace, that may use `ceiling` of them.
PlannedCall planned_call(std::string text, std::int64_t extra, const Band& share, double ceiling,
                         std::int64_t tokens) {
  PlannedCall call;
  call.request.messages = {{"user", std::move(text)}};
  call.request.sampling.tokens_max =
      static_cast<int>(kReplyFloor + rounded(ceiling * static_cast<double>(tokens)));
  call.extra_prompt_tokens = extra;
  call.output = times(share, static_cast<double>(tokens));
  return call;
}

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

void Band::add(const Band& other) {
  low += other.low;
  likely += other.likely;
  high += other.high;
}

// Shares of 40 replies of a capable teacher to real traces (docs/teacher-money.md): 0.14 of the
// trace for long ones, 0.21 pooled, 0.42 for short ones.
CallShape span_calls() {
  const auto calls = [](const Problem& problem, const Trace& trace, std::int64_t tokens) {
    const auto numbers = rounded(kUnitNumbers * static_cast<double>(tokens));
    return std::vector<PlannedCall>{
        planned_call(problem.question + "\n" + std::string(trace.reasoning_text()),
                     kInstructionTokens + numbers, {0.14, 0.21, 0.42}, 0.75, tokens)};
  };
  return {"span", "replies of 0.14 to 0.42 of a trace's tokens, measured on 40 traces", calls};
}

// Re-typing a trace with labels takes 1.24 to 1.28 of its tokens; the path of the second call about
// 0.36 of them at the paper's sizes (917 to 328).
CallShape paper_calls() {
  const auto calls = [](const Problem& problem, const Trace& trace, std::int64_t tokens) {
    const std::string text = problem.question + "\n" + std::string(trace.reasoning_text());
    const auto labels = rounded(0.26 * static_cast<double>(tokens));
    return std::vector<PlannedCall>{
        planned_call(text, kInstructionTokens / 2, {1.24, 1.26, 1.28}, 2, tokens),
        planned_call(text, kInstructionTokens / 2 + labels, {0.25, 0.36, 0.75}, 1.5, tokens)};
  };
  return {"paper", "a re-typed trace (1.24 to 1.28 of its tokens) and a path (0.25 to 0.75)",
          calls};
}

CallShape calls_of(const std::string& protocol) {
  if (protocol == "span") return span_calls();
  if (protocol == "paper") return paper_calls();
  throw Error(ErrorKind::kUsage, "the protocol is '" + protocol + "', expected span or paper");
}

CostEstimator::CostEstimator(CallShape shape, const llm::TokenRatio& ratio,
                             llm::PromptCounter count)
    : shape_(std::move(shape)), ratio_(ratio), count_(std::move(count)) {
  sum_.exact = static_cast<bool>(count_);
}

void CostEstimator::add(const Problem& problem, const Trace& trace) {
  const auto bytes = static_cast<std::int64_t>(trace.reasoning.size());
  const std::int64_t tokens =
      trace.reasoning_tokens > 0 ? trace.reasoning_tokens : ratio_.tokens(bytes);
  ++sum_.rows;
  sum_.trace_tokens += tokens;
  for (const PlannedCall& call : shape_.calls(problem, trace, tokens)) {
    const std::int64_t extra = call.extra_prompt_tokens;
    const std::int64_t exact = count_ ? count_(call.request) : 0;
    ++sum_.requests;
    sum_.prompt_tokens += extra + (count_ ? exact : ratio_.tokens(llm::prompt_bytes(call.request)));
    sum_.prompt_bound += extra + (count_ ? exact : llm::prompt_tokens_bound(call.request));
    sum_.output_tokens.add(call.output);
    sum_.output_bound += call.request.sampling.tokens_max;
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
