// SPDX-License-Identifier: Apache-2.0
#include "llm/http/lane.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace drp::llm::http {
namespace {

constexpr double kTokensPerByte = 0.33;    // English; corrected by the first replies
constexpr std::size_t kMessageBytes = 16;  // of a template around each message
constexpr double kLearnShare = 0.1;
constexpr BackoffOptions kThrottleBackoff = {.base_s = 1, .cap_s = 60};

TokenBucket bucket(const std::optional<std::int64_t>& per_minute, double now) {
  if (!per_minute) return {};
  return {static_cast<double>(*per_minute), now};
}

std::optional<double> as_double(const std::optional<std::int64_t>& value) {
  if (!value) return std::nullopt;
  return static_cast<double>(*value);
}

}  // namespace

std::size_t prompt_bytes(const ChatRequest& request) {
  std::size_t bytes = request.response_prefix.size();
  for (const Message& message : request.messages) bytes += message.content.size() + kMessageBytes;
  return bytes;
}

Lane::Lane(const Endpoint& endpoint, CircuitBreaker& breaker, double now)
    : endpoint_(endpoint),
      breaker_(breaker),
      quirks_(initial_quirks(endpoint)),
      window_(endpoint.options.concurrency_max),
      requests_(bucket(endpoint.options.requests_per_minute, now)),
      tokens_(bucket(endpoint.options.tokens_per_minute, now)),
      tokens_per_byte_(kTokensPerByte) {}

std::int64_t Lane::estimate(const ChatRequest& request) const {
  const double prompt = static_cast<double>(prompt_bytes(request)) * tokens_per_byte_;
  const double ceiling = request.sampling.tokens_max;
  return static_cast<std::int64_t>(
      std::ceil(prompt + std::min(ceiling, completion_mean_.value_or(ceiling))));
}

std::optional<std::string> Lane::oversized(const ChatRequest& request) const {
  const auto& limit = endpoint_.options.tokens_per_minute;
  const auto prompt = static_cast<std::int64_t>(
      std::ceil(static_cast<double>(prompt_bytes(request)) * tokens_per_byte_));
  const std::int64_t whole = prompt + request.sampling.tokens_max;
  if (!limit || whole <= *limit) return std::nullopt;
  return "about " + std::to_string(prompt) + " prompt tokens and tokens_max " +
         std::to_string(request.sampling.tokens_max) + " are above the " + std::to_string(*limit) +
         " tokens a minute of " + endpoint_.shown();
}

double Lane::ready_at(std::int64_t tokens, double now) const {
  if (free_slots() <= 0) return std::numeric_limits<double>::infinity();
  return std::max({now, paused_until_, breaker_.ready_at(now), requests_.ready_at(1, now),
                   tokens_.ready_at(static_cast<double>(tokens), now)});
}

void Lane::sent(std::int64_t tokens, double now) {
  ++in_flight_;
  breaker_.sent();
  requests_.take(1, now);
  tokens_.take(static_cast<double>(tokens), now);
}

void Lane::observe_usage(const Usage& usage, const ChatRequest& request) {
  const auto bytes = static_cast<double>(prompt_bytes(request));
  if (usage.prompt_tokens > 0 && bytes > 0) {
    const double ratio = static_cast<double>(usage.prompt_tokens) / bytes;
    tokens_per_byte_ += (ratio - tokens_per_byte_) * kLearnShare;
  }
  const auto completion = static_cast<double>(usage.completion_tokens);
  const double before = completion_mean_.value_or(completion);
  completion_mean_ = before + (completion - before) * kLearnShare;
}

void Lane::pause(const Outcome& outcome, double started, double now, Random& random) {
  if (outcome.wait_s) paused_until_ = std::max(paused_until_, now + *outcome.wait_s);
  if (outcome.verdict != Verdict::kThrottled) return;
  // Those that were under way when the first 429 came say nothing new.
  if (started <= last_throttle_) return;
  last_throttle_ = now;
  if (!outcome.wait_s) {
    const double wait_s = backoff_s(throttled_in_a_row_, kThrottleBackoff, random);
    paused_until_ = std::max(paused_until_, now + wait_s);
  }
  ++throttled_in_a_row_;
}

void Lane::ended(const Outcome& outcome, const Headers& headers, const ChatRequest& request,
                 std::int64_t tokens, double started, double now, Random& random) {
  --in_flight_;
  const Usage& usage = outcome.reply.usage;
  const std::int64_t used = usage.prompt_tokens + usage.completion_tokens;
  if (outcome.verdict == Verdict::kReply) {
    throttled_in_a_row_ = 0;
    window_.succeeded(started, now, usage.completion_tokens);
    observe_usage(usage, request);
  } else if (outcome.congested) {
    window_.congested(started, now);
  }
  if (outcome.host_down) {
    breaker_.failed(now);
  } else {
    breaker_.succeeded();
  }
  // What was reserved too much comes back; a refused request took nothing but its turn.
  if (used > 0 || outcome.verdict != Verdict::kReply) {
    tokens_.settle(static_cast<double>(tokens - used), now);
  }
  const EndpointOptions& options = endpoint_.options;
  if (const auto limit = rate_limit(headers, "requests")) {
    requests_.observe(*limit, as_double(options.requests_per_minute), now);
  }
  if (const auto limit = rate_limit(headers, "tokens")) {
    tokens_.observe(*limit, as_double(options.tokens_per_minute), now);
  }
  pause(outcome, started, now, random);
}

void Lane::dropped() {
  --in_flight_;
  breaker_.dropped();
}

}  // namespace drp::llm::http
