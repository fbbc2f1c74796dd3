// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "records/field.h"

namespace drp {

// What one model was asked and what it cost in a run, over all its interruptions.
struct ModelSpending {
  std::string model;
  std::int64_t requests = 0;
  std::int64_t attempts = 0;
  std::int64_t cached = 0;
  std::int64_t failed = 0;
  std::int64_t prompt_tokens = 0;
  std::int64_t cached_tokens = 0;
  std::int64_t completion_tokens = 0;
  std::int64_t reasoning_tokens = 0;
  std::optional<double> usd;
  std::int64_t unknown_calls = 0;
  std::int64_t unknown_tokens_max = 0;
  std::optional<double> unknown_usd_max;

  bool operator==(const ModelSpending&) const = default;

  template <class V>
  static void describe(V&& field) {
    field("model", &ModelSpending::model, Need::kRequired, "who was asked");
    field("requests", &ModelSpending::requests, Need::kRequired,
          "requests sent, each counted once");
    field("attempts", &ModelSpending::attempts, Need::kRequired, "sendings, retries included");
    field("cached", &ModelSpending::cached, Need::kRequired, "requests the reply store answered");
    field("failed", &ModelSpending::failed, Need::kRequired, "requests given up");
    field("prompt_tokens", &ModelSpending::prompt_tokens, Need::kRequired, "billed, as reported");
    field("cached_tokens", &ModelSpending::cached_tokens, Need::kOptional,
          "of the prompt tokens, at the cached price");
    field("completion_tokens", &ModelSpending::completion_tokens, Need::kRequired,
          "billed, as reported");
    field("reasoning_tokens", &ModelSpending::reasoning_tokens, Need::kOptional,
          "of the completion tokens, spent on reasoning");
    field("usd", &ModelSpending::usd, Need::kOptional, "cost; absent: the price is unknown");
    field("unknown_calls", &ModelSpending::unknown_calls, Need::kRequired,
          "sendings whose outcome is unknown (killed or lost in between); not in the sums above");
    field("unknown_tokens_max", &ModelSpending::unknown_tokens_max, Need::kOptional,
          "the most tokens that they may have used");
    field("unknown_usd_max", &ModelSpending::unknown_usd_max, Need::kOptional,
          "the most that they may have cost");
  }
};

}  // namespace drp
