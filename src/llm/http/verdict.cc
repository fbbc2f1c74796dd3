// SPDX-License-Identifier: Apache-2.0
#include "llm/http/verdict.h"

#include <algorithm>
#include <array>
#include <nlohmann/json.hpp>

#include "base/text.h"
#include "llm/http/json_text.h"
#include "llm/http/parameters.h"
#include "llm/http/reply_body.h"
#include "llm/http/wait_hint.h"

namespace drp::llm::http {
namespace {

// Codes and types that say so whatever the status; message texts never decide between a rate and a
// quota, since Gemini words its rate limits as OpenAI words an empty account.
constexpr std::array<std::string_view, 6> kNoMoney = {
    "insufficient_quota",   "billing_hard_limit_reached", "billing_not_active",
    "insufficient_balance", "insufficient_user_quota",    "credits_exhausted"};
constexpr std::array<std::string_view, 6> kNoEntry = {"invalid_api_key", "account_deactivated",
                                                      "api_key_invalid", "authentication_error",
                                                      "unauthenticated", "access_terminated"};
constexpr std::array<std::string_view, 4> kTooLong = {
    "context_length_exceeded", "string_above_max_length", "exceed_context_size_error",
    "request_too_large"};
constexpr std::array<std::string_view, 6> kTooLongWords = {"maximum context length",
                                                           "context length exceeded",
                                                           "exceeds the available context size",
                                                           "exceeds the maximum number of tokens",
                                                           "prompt is too long",
                                                           "reduce the length of the"};

template <std::size_t N>
bool names(const std::array<std::string_view, N>& list, const ServiceError& error) {
  return std::any_of(list.begin(), list.end(), [&](std::string_view name) {
    return to_lower(error.code) == name || to_lower(error.type) == name;
  });
}

bool is_too_long(const ServiceError& error) {
  if (names(kTooLong, error)) return true;
  const std::string message = to_lower(error.message);
  return std::any_of(kTooLongWords.begin(), kTooLongWords.end(),
                     [&](std::string_view words) { return contains(message, words); });
}

std::string key_hint(const Endpoint& endpoint) {
  if (endpoint.key.empty()) {
    return "name the environment variable that holds the key in api_key_env";
  }
  const std::string& named = endpoint.options.api_key_env;
  return "check the key in " + (named.empty() ? std::string("OPENAI_API_KEY") : named) +
         " and what it may use";
}

Outcome stop(Outcome outcome, ErrorKind kind, std::string hint) {
  outcome.verdict = Verdict::kStopRun;
  outcome.kind = kind;
  outcome.hint = std::move(hint);
  return outcome;
}

Outcome stop_for_setting(Outcome outcome, const Endpoint& endpoint) {
  return stop(std::move(outcome), ErrorKind::kConfig,
              "check base_url (" + endpoint.shown() + ") and the model's name (" +
                  endpoint.options.model + ")");
}

Outcome fail_row(Outcome outcome, FailureCode code) {
  outcome.verdict = Verdict::kFailRow;
  outcome.code = code;
  return outcome;
}

Outcome ask_again(Outcome outcome, bool congested, bool host_down) {
  outcome.verdict = Verdict::kRetry;
  outcome.congested = congested;
  outcome.host_down = host_down;
  return outcome;
}

// 400, 413, 422: about this request, but for a wrong key (Gemini) and a field that can be left out.
Outcome judge_request_error(Outcome outcome, const Endpoint& endpoint) {
  const ServiceError& error = outcome.error;
  if (names(kNoEntry, error)) return stop(std::move(outcome), ErrorKind::kAuth, key_hint(endpoint));
  if (is_too_long(error)) return fail_row(std::move(outcome), FailureCode::kContextLength);
  if (error.flagged) return fail_row(std::move(outcome), FailureCode::kRefused);
  if (error.code == "model_not_found") return stop_for_setting(std::move(outcome), endpoint);
  outcome.verdict = unsupported_field(error) ? Verdict::kAdapt : Verdict::kFailRow;
  outcome.code = FailureCode::kInvalidRequest;
  return outcome;
}

Outcome judge_too_many(Outcome outcome, const Endpoint& endpoint) {
  // Azure reports its tokens a minute as a quota too; there only waiting helps.
  if (names(kNoMoney, outcome.error) && !endpoint.azure) {
    return stop(std::move(outcome), ErrorKind::kAuth,
                "top up the account or raise its limit, then run the same command again");
  }
  // One request above the tokens of a whole minute: no waiting helps.
  if (contains(to_lower(outcome.error.message), "request too large")) {
    return fail_row(std::move(outcome), FailureCode::kOversized);
  }
  outcome.verdict = Verdict::kThrottled;
  outcome.congested = true;
  return outcome;
}

Outcome judge_fault(const HttpResult& result, const Endpoint& endpoint) {
  Outcome outcome;
  outcome.error.message = endpoint.key.redact(result.fault_text);
  switch (result.fault) {
    case Fault::kTls:
      return stop(std::move(outcome), ErrorKind::kConfig,
                  "point SSL_CERT_FILE to the certificates to trust");
    case Fault::kSetting:
      return stop(std::move(outcome), ErrorKind::kConfig, "check base_url and the proxy settings");
    case Fault::kTooLarge:
      return fail_row(std::move(outcome), FailureCode::kOther);
    case Fault::kTimeout:
      return ask_again(std::move(outcome), true, true);
    case Fault::kNone:
    case Fault::kUnreachable:
    case Fault::kCut:
      break;
  }
  return ask_again(std::move(outcome), false, true);
}

// A body with status 200 that is no JSON, or no reply: a proxy's page, a cut text.
Outcome judge_garbage(const std::string& body, int status) {
  Outcome outcome;
  outcome.error = plain_error(body, status);
  outcome.error.message = "the reply is no chat completion: " +
                          (outcome.error.message.empty() ? "empty" : outcome.error.message);
  return ask_again(std::move(outcome), false, false);
}

// Once more behind the JSON, whose escapes can spell the key in many ways.
void hide_key(Outcome& outcome, const Secret& key) {
  ServiceError& error = outcome.error;
  for (std::string* text : {&error.message, &error.type, &error.code, &error.param,
                            &outcome.reply.text, &outcome.reply.reasoning}) {
    if (!key.empty() && contains(*text, key.reveal())) *text = key.redact(*text);
  }
}

}  // namespace

Outcome judge_error(ServiceError error, const Endpoint& endpoint) {
  Outcome outcome;
  outcome.error = std::move(error);
  const int status = outcome.error.status;
  switch (status) {
    case 400:
    case 413:
    case 422:
      return judge_request_error(std::move(outcome), endpoint);
    case 401:
      return stop(std::move(outcome), ErrorKind::kAuth, key_hint(endpoint));
    case 402:
      return stop(std::move(outcome), ErrorKind::kAuth,
                  "top up the account, then run the same command again");
    case 403:
      if (outcome.error.flagged) return fail_row(std::move(outcome), FailureCode::kRefused);
      return stop(std::move(outcome), ErrorKind::kAuth, key_hint(endpoint));
    case 408:
    case 409:
    case 425:
    case 499:
      return ask_again(std::move(outcome), false, false);
    case 429:
      return judge_too_many(std::move(outcome), endpoint);
    default:
      break;
  }
  if (status >= 500 || status == 0) {
    if (names(kNoMoney, outcome.error)) return judge_too_many(std::move(outcome), endpoint);
    if (names(kNoEntry, outcome.error)) {
      return stop(std::move(outcome), ErrorKind::kAuth, key_hint(endpoint));
    }
    if (is_too_long(outcome.error))
      return fail_row(std::move(outcome), FailureCode::kContextLength);
    // 503 and 529 are how services say that they are full.
    const bool full = status == 503 || status == 529;
    return ask_again(std::move(outcome), full, status >= 500);
  }
  return stop_for_setting(std::move(outcome), endpoint);
}

Outcome judge_body(const nlohmann::json& body, int status, const Endpoint& endpoint) {
  Outcome outcome;
  if (const auto error = read_service_error(body, status)) {
    outcome = judge_error(*error, endpoint);
  } else if (status >= 300) {
    outcome = judge_error(plain_error({}, status), endpoint);
  } else {
    outcome = read_reply(body, endpoint);
  }
  hide_key(outcome, endpoint.key);
  if (outcome.verdict == Verdict::kRetry && outcome.error.message.empty()) {
    outcome.error.message = "the reply holds no choice";
  }
  return outcome;
}

Outcome read_outcome(const HttpResult& result, const Endpoint& endpoint, double now_unix) {
  if (result.fault != Fault::kNone) return judge_fault(result, endpoint);
  const std::string body = endpoint.key.redact(result.body);
  const std::optional<nlohmann::json> json = read_service_json(body);
  Outcome outcome;
  if (json && (json->is_object() || json->is_array())) {
    outcome = judge_body(*json, result.status, endpoint);
  } else if (result.status < 300) {
    return judge_garbage(body, result.status);
  } else {
    outcome = judge_error(plain_error(body, result.status), endpoint);
  }
  if (outcome.verdict == Verdict::kReply) return outcome;
  std::string& message = outcome.error.message;
  if (const auto place = result.headers.get("location"); place && result.status < 400) {
    message = "redirected to " + endpoint.key.redact(*place);
  }
  if (const auto id = result.headers.get("x-request-id")) {
    message += " [request " + endpoint.key.redact(*id) + "]";
  }
  outcome.wait_s = retry_after(result.headers, now_unix);
  if (!outcome.wait_s) outcome.wait_s = outcome.error.retry_s;
  return outcome;
}

}  // namespace drp::llm::http
