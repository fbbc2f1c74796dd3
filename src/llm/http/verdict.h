// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>

#include "base/error.h"
#include "llm/chat_model.h"
#include "llm/http/endpoint.h"
#include "llm/http/service_error.h"
#include "llm/http/transport.h"

namespace drp::llm::http {

// What follows from the end of one attempt.
enum class Verdict {
  kReply,      // the model answered
  kThrottled,  // too many requests: wait as told and ask again; no fault of the row
  kRetry,      // the service or the line failed: ask again, a limited number of times
  kAdapt,      // the service does not take a field of the body
  kFailRow,    // this request cannot be done; others can
  kStopRun,    // no request can be done (key, quota, address, model)
};

struct Outcome {
  Verdict verdict = Verdict::kRetry;
  ChatReply reply;                        // kReply; `usage` of anything that told one
  ServiceError error;                     // all others
  FailureCode code = FailureCode::kNone;  // kFailRow
  ErrorKind kind = ErrorKind::kService;   // kStopRun
  std::string hint;                       // kStopRun: the next step
  std::optional<double> wait_s;           // nothing may be sent to this endpoint before
  bool congested = false;                 // the service is overloaded: fewer at a time
  bool host_down = false;                 // counts for the circuit breaker
};

// Reads one result by HTTP status first and by what the body says second. No text in the outcome
// holds the endpoint's key. Pure: `now_unix` is for Retry-After dates.
Outcome read_outcome(const HttpResult& result, const Endpoint& endpoint, double now_unix);

// The same for a body alone, as lines of batch results hold it.
Outcome judge_body(const nlohmann::json& body, int status, const Endpoint& endpoint);

// The verdict over an error whose `status` is set.
Outcome judge_error(ServiceError error, const Endpoint& endpoint);

}  // namespace drp::llm::http
