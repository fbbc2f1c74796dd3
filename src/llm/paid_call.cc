// SPDX-License-Identifier: Apache-2.0
#include "llm/paid_call.h"

#include "base/check.h"

namespace drp::llm {
namespace {

constexpr std::size_t kReasonBytesMax = 200;

}  // namespace

SpendingEvent send_event(const std::string& id, const PaidCall& call) {
  SpendingEvent event{.event = "send"};
  event.id = id;
  event.row = call.row;
  event.key = call.key;
  event.model = call.model;
  event.prompt_bytes = call.prompt_bytes;
  event.prompt_max = call.prompt_max;
  event.completion_max = call.completion_max;
  event.limit = call.limit;
  if (call.batch) event.batch = true;
  if (call.price) {
    event.price_input = call.price->input;
    event.price_cached = call.price->cached_input;
    event.price_output = call.price->output;
  }
  return event;
}

PaidCall sent_call(const SpendingEvent& event) {
  PaidCall call;
  call.row = event.row.value_or("");
  call.key = event.key.value_or("");
  call.model = event.model.value_or("");
  call.prompt_bytes = event.prompt_bytes.value_or(0);
  call.prompt_max = event.prompt_max.value_or(0);
  call.completion_max = event.completion_max.value_or(0);
  call.limit = event.limit.value_or(0);
  call.batch = event.batch.value_or(false);
  if (event.price_input) {
    call.price = Price{.input = *event.price_input,
                       .cached_input = event.price_cached.value_or(*event.price_input),
                       .output = event.price_output.value_or(0)};
  }
  return call;
}

SpendingEvent end_event(const std::string& id, const PaidCall& call, const CallEnd& end) {
  SpendingEvent event{.event = end.failure ? "failed" : "reply"};
  event.id = id;
  if (end.attempts > 1) event.attempts = end.attempts;
  if (end.failure) {
    event.unbilled = end.unbilled;
    event.why = end.failure->substr(0, kReasonBytesMax);
  }
  if (end.failure && end.usage == Usage{}) return event;
  event.prompt_tokens = end.usage.prompt_tokens;
  event.completion_tokens = end.usage.completion_tokens;
  if (end.usage.cached_tokens > 0) event.cached_tokens = end.usage.cached_tokens;
  if (end.usage.reasoning_tokens > 0) event.reasoning_tokens = end.usage.reasoning_tokens;
  if (call.price) event.usd = call.price->cost(end.usage);
  return event;
}

CallEnd ended_call(const SpendingEvent& event) {
  CallEnd end;
  end.usage = {.prompt_tokens = event.prompt_tokens.value_or(0),
               .completion_tokens = event.completion_tokens.value_or(0),
               .cached_tokens = event.cached_tokens.value_or(0),
               .reasoning_tokens = event.reasoning_tokens.value_or(0)};
  end.attempts = static_cast<int>(event.attempts.value_or(1));
  end.unbilled = event.unbilled.value_or(false);
  if (event.event == "failed") end.failure = event.why.value_or("");
  return end;
}

std::string_view resend_name(Resend why) {
  switch (why) {
    case Resend::kRefused:
      return "refused";
    case Resend::kAnswered:
      return "answered";
    case Resend::kLost:
      return "lost";
  }
  DRP_CHECK(false, "enumerator without a name");
}

}  // namespace drp::llm
