// SPDX-License-Identifier: Apache-2.0
#include "llm/http/service_error.h"

#include <nlohmann/json.hpp>

#include "base/text.h"
#include "llm/http/wait_hint.h"

namespace drp::llm::http {
namespace {

using nlohmann::json;

constexpr std::size_t kMessageBytesMax = 400;

std::string one_line(std::string_view text) {
  std::string out;
  for (const char c : text) {
    const bool space = is_space(c) || static_cast<unsigned char>(c) < 32;
    if (space && (out.empty() || out.back() == ' ')) continue;
    out.push_back(space ? ' ' : c);
  }
  if (out.size() > kMessageBytesMax) {
    std::size_t end = kMessageBytesMax;
    while (end > 0 && (static_cast<unsigned char>(out[end]) & 0xC0U) == 0x80U) --end;
    out = out.substr(0, end) + "...";
  }
  return std::string(trim(repair_utf8(out)));
}

// A string or number as text; "" for anything else.
std::string as_text(const json& object, const char* key) {
  const auto found = object.find(key);
  if (found == object.end()) return {};
  if (found->is_string()) return found->get<std::string>();
  if (found->is_number_integer()) return std::to_string(found->get<std::int64_t>());
  return {};
}

// {"detail":"..."} or {"detail":[{"type":...,"loc":["body","seed"],"msg":...}]}.
void read_detail(const json& detail, ServiceError& error) {
  if (detail.is_string()) {
    error.message = detail.get<std::string>();
    return;
  }
  if (!detail.is_array() || detail.empty() || !detail.front().is_object()) return;
  const json& first = detail.front();
  error.message = as_text(first, "msg");
  error.type = as_text(first, "type");
  const auto place = first.find("loc");
  if (place != first.end() && place->is_array() && !place->empty() && place->back().is_string()) {
    error.param = place->back().get<std::string>();
  }
}

// Gemini: [{"@type":"type.googleapis.com/google.rpc.RetryInfo","retryDelay":"41s"}].
// OpenRouter: metadata {"reasons":[...],"flagged_input":"..."} or {"raw":"..."}.
void read_extras(const json& source, ServiceError& error) {
  if (const auto details = source.find("details"); details != source.end() && details->is_array()) {
    for (const json& item : *details) {
      if (!item.is_object()) continue;
      if (const std::string delay = as_text(item, "retryDelay"); !delay.empty()) {
        error.retry_s = duration_seconds(delay);
      }
      if (const std::string reason = as_text(item, "reason"); !reason.empty()) error.type = reason;
    }
  }
  if (const auto data = source.find("metadata"); data != source.end() && data->is_object()) {
    error.flagged = data->contains("flagged_input") || data->contains("reasons");
    const std::string raw = as_text(*data, "raw");
    if (!raw.empty()) error.message += ": " + raw;
  }
  if (error.code == "content_filter" || error.code == "content_policy_violation") {
    error.flagged = true;
  }
}

void read_fields(const json& source, ServiceError& error) {
  error.message = as_text(source, "message");
  error.type = as_text(source, "type");
  if (error.type.empty()) error.type = as_text(source, "status");
  error.code = as_text(source, "code");
  error.param = as_text(source, "param");
  read_extras(source, error);
}

// The HTTP number that the body gives itself.
int own_status(const ServiceError& error) {
  const auto number = parse_int(error.code);
  if (number && *number >= 400 && *number <= 599) return static_cast<int>(*number);
  return 0;
}

}  // namespace

std::string ServiceError::text() const {
  std::string out = status > 0 ? "HTTP " + std::to_string(status) : "error";
  if (!message.empty()) out += ": " + message;
  const std::string& kind = code.empty() || parse_int(code) ? type : code;
  if (!kind.empty() && !contains(message, kind)) out += " (" + one_line(kind) + ")";
  return out;
}

std::optional<ServiceError> read_service_error(const json& body, int status) {
  if (body.is_array()) {
    if (body.empty() || !body.front().is_object()) return std::nullopt;
    return read_service_error(body.front(), status);
  }
  if (!body.is_object()) return std::nullopt;
  ServiceError error;
  error.status = status;
  const auto inner = body.find("error");
  if (inner != body.end() && inner->is_object()) {
    read_fields(*inner, error);
  } else if (inner != body.end() && inner->is_string()) {
    error.message = inner->get<std::string>();
  } else if (as_text(body, "object") == "error" || body.contains("statusCode") || status >= 300) {
    read_fields(body, error);
    if (const auto detail = body.find("detail"); detail != body.end()) read_detail(*detail, error);
    if (const auto own = parse_int(as_text(body, "statusCode"))) error.code = std::to_string(*own);
  } else {
    return std::nullopt;
  }
  error.message = one_line(error.message);
  if (status < 300) error.status = own_status(error);
  return error;
}

ServiceError plain_error(const std::string& body, int status) {
  ServiceError error;
  error.status = status;
  error.message = one_line(std::string_view(body).substr(0, 4 * kMessageBytesMax));
  return error;
}

}  // namespace drp::llm::http
