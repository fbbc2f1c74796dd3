// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "llm/http/transport.h"

namespace drp::llm::http {

// Seconds since 1970 of "2026-01-31T12:00:00Z" (what Clock::timestamp() gives) or of one of the
// three HTTP date forms of RFC 9110, 5.6.7; nothing for anything else.
std::optional<double> unix_seconds(std::string_view date);

// A duration as rate-limit headers write it: "6m0s", "1h2m3.5s", "120ms", "41s" or plain seconds.
std::optional<double> duration_seconds(std::string_view text);

// How long the service asks to wait, in seconds from now: retry-after-ms, or Retry-After in seconds
// or as a date. A date is measured from the reply's own Date where there is one, so that clocks may
// differ; `now_unix` counts else. Never below what was asked, never negative.
std::optional<double> retry_after(const Headers& headers, double now_unix);

// One kind of limit (requests or tokens) as x-ratelimit-{limit,remaining,reset}-KIND say it.
struct RateLimit {
  std::int64_t limit = 0;
  std::int64_t remaining = 0;
  std::optional<double> reset_s;  // until `limit` are free again
};
// `kind` is "requests" or "tokens".
std::optional<RateLimit> rate_limit(const Headers& headers, std::string_view kind);

}  // namespace drp::llm::http
