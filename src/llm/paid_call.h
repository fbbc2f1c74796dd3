// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "llm/chat_model.h"
#include "llm/prices.h"
#include "records/spending_event.h"

namespace drp::llm {

// A request about to be sent.
struct PaidCall {
  std::string row;    // ChatRequest::key
  std::string key;    // RequestKey::open
  std::string model;  // who is asked
  std::int64_t prompt_bytes = 0;
  std::int64_t prompt_max = 0;  // tokens
  std::int64_t completion_max = 0;
  std::int64_t limit = 0;      // RequestKey::limit
  std::optional<Price> price;  // as billed; nothing: unknown
  bool batch = false;          // handed in with others: the reply may come to a later process

  // The most that one sending can use.
  Usage worst() const { return {.prompt_tokens = prompt_max, .completion_tokens = completion_max}; }
  double worst_usd() const { return price ? price->cost(worst()) : 0; }
};

// How a call ended: with a reply, or a failure.
struct CallEnd {
  Usage usage;  // of all attempts that were answered
  int attempts = 1;
  std::optional<std::string> failure;
  bool unbilled = false;  // with a failure: the last sending surely cost nothing
};

// The lines of a spending log that say these, and what such lines said.
SpendingEvent send_event(const std::string& id, const PaidCall& call);
PaidCall sent_call(const SpendingEvent& event);
SpendingEvent end_event(const std::string& id, const PaidCall& call, const CallEnd& end);
CallEnd ended_call(const SpendingEvent& event);
// "refused", "answered", "lost".
std::string_view resend_name(Resend why);

}  // namespace drp::llm
