// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>

#include "llm/chat_model.h"
#include "llm/http/endpoint.h"
#include "llm/http/pacing.h"
#include "llm/http/parameters.h"
#include "llm/http/verdict.h"

namespace drp::llm::http {

// One endpoint while it works: what may be sent when, what was learned about it. No clock, no
// network.
class Lane {
 public:
  // The breaker is shared by all lanes to one host and outlives them.
  Lane(const Endpoint& endpoint, CircuitBreaker& breaker, double now);

  const Endpoint& endpoint() const { return endpoint_; }
  Quirks& quirks() { return quirks_; }
  int free_slots() const { return window_.size() - in_flight_; }
  int window() const { return window_.size(); }
  int in_flight() const { return in_flight_; }

  // Tokens that a request will likely take: prompt by its bytes, completion by the mean so far (the
  // ceiling before there is one), both corrected by what replies report.
  std::int64_t estimate(const ChatRequest& request) const;
  // Why the request can never go: prompt and ceiling alone are above the tokens of a minute.
  std::optional<std::string> oversized(const ChatRequest& request) const;
  // When a request of so many tokens may be sent: `now`, later, or infinity where it has to wait
  // for a reply.
  double ready_at(std::int64_t tokens, double now) const;

  void sent(std::int64_t tokens, double now);
  // The end of a request that was sent at `started` with `tokens` reserved.
  void ended(const Outcome& outcome, const Headers& headers, const ChatRequest& request,
             std::int64_t tokens, double started, double now, Random& random);
  // The same for one that was given up without an answer.
  void dropped();

 private:
  void observe_usage(const Usage& usage, const ChatRequest& request);
  void pause(const Outcome& outcome, double started, double now, Random& random);

  const Endpoint& endpoint_;
  CircuitBreaker& breaker_;
  Quirks quirks_;
  ConcurrencyWindow window_;
  TokenBucket requests_;
  TokenBucket tokens_;
  int in_flight_ = 0;
  int throttled_in_a_row_ = 0;
  double paused_until_ = 0;
  double last_throttle_ = -1;
  double tokens_per_byte_;
  std::optional<double> completion_mean_;
};

// Bytes of all messages of a request.
std::size_t prompt_bytes(const ChatRequest& request);

}  // namespace drp::llm::http
