// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "records/field.h"

namespace drp {

// A line of a run's spending log. `send` is written before a request goes out, `resend` before it
// goes out again, `reply` or `failed` after; `cached` stands for a request that cost nothing.
struct SpendingEvent {
  std::string event;
  std::optional<std::string> id;
  std::optional<std::string> row;
  std::optional<std::string> key;
  std::optional<std::string> model;
  std::optional<std::int64_t> prompt_bytes;
  std::optional<std::int64_t> prompt_max;
  std::optional<std::int64_t> completion_max;
  std::optional<std::int64_t> limit;
  std::optional<bool> batch;
  std::optional<double> price_input;
  std::optional<double> price_cached;
  std::optional<double> price_output;
  std::optional<std::int64_t> prompt_tokens;
  std::optional<std::int64_t> cached_tokens;
  std::optional<std::int64_t> completion_tokens;
  std::optional<std::int64_t> reasoning_tokens;
  std::optional<double> usd;
  std::optional<std::int64_t> attempts;
  std::optional<std::string> before;
  std::optional<bool> unbilled;
  std::optional<std::string> why;

  bool operator==(const SpendingEvent&) const = default;

  template <class V>
  static void describe(V&& field) {
    using Event = SpendingEvent;
    field("event", &Event::event, Need::kRequired, "send, resend, reply, failed or cached");
    field("id", &Event::id, Need::kOptional, "the call; all but cached");
    field("row", &Event::row, Need::kOptional, "send, cached: the row it is for");
    field("key", &Event::key, Need::kOptional,
          "send, cached: SHA-256 of the request without tokens_max");
    field("model", &Event::model, Need::kOptional, "send, cached: who is asked");
    field("prompt_bytes", &Event::prompt_bytes, Need::kOptional, "send: length of the prompt");
    field("prompt_max", &Event::prompt_max, Need::kOptional, "send: most tokens of the prompt");
    field("completion_max", &Event::completion_max, Need::kOptional,
          "send: most tokens of the reply");
    field("limit", &Event::limit, Need::kOptional, "send, cached: tokens_max of the request");
    field("batch", &Event::batch, Need::kOptional,
          "send: handed in to the Batch API; open until its reply comes, in whichever process");
    field("price_input", &Event::price_input, Need::kOptional,
          "send: US dollars a million prompt tokens; absent: unknown");
    field("price_cached", &Event::price_cached, Need::kOptional, "send: of cached prompt tokens");
    field("price_output", &Event::price_output, Need::kOptional, "send: of completion tokens");
    field("prompt_tokens", &Event::prompt_tokens, Need::kOptional, "reply: as the service reports");
    field("cached_tokens", &Event::cached_tokens, Need::kOptional, "reply: of them, cached");
    field("completion_tokens", &Event::completion_tokens, Need::kOptional,
          "reply: as the service reports");
    field("reasoning_tokens", &Event::reasoning_tokens, Need::kOptional,
          "reply: of them, spent on reasoning");
    field("usd", &Event::usd, Need::kOptional, "reply: what it cost, where the price is known");
    field("attempts", &Event::attempts, Need::kOptional,
          "reply, failed: sendings, where no resend lines count them");
    field("before", &Event::before, Need::kOptional,
          "resend: what became of the sending before: refused, answered or lost (it may have been "
          "billed)");
    field("unbilled", &Event::unbilled, Need::kOptional,
          "failed: whether the service surely billed nothing");
    field("why", &Event::why, Need::kOptional, "failed: the reason");
  }
};

}  // namespace drp
