// SPDX-License-Identifier: Apache-2.0
#include "llm/http/batch_service.h"

#include <algorithm>
#include <array>
#include <nlohmann/json.hpp>

#include "base/error.h"
#include "base/text.h"
#include "llm/http/json_text.h"
#include "llm/http/pacing.h"
#include "llm/http/url.h"
#include "llm/http/wait_hint.h"

namespace drp::llm::http {
namespace {

using nlohmann::json;

constexpr std::array<std::pair<BatchState, std::string_view>, 8> kStates = {
    {{BatchState::kValidating, "validating"},
     {BatchState::kFailed, "failed"},
     {BatchState::kInProgress, "in_progress"},
     {BatchState::kFinalizing, "finalizing"},
     {BatchState::kCompleted, "completed"},
     {BatchState::kExpired, "expired"},
     {BatchState::kCancelling, "cancelling"},
     {BatchState::kCancelled, "cancelled"}}};
constexpr double kTransferTimeout_s = 1800;  // 200 MB over a slow line
constexpr double kStopPoll_s = 0.1;
constexpr int kFileRetries = 6;

std::string text_in(const json& object, const char* key) {
  const auto found = object.find(key);
  return found != object.end() && found->is_string() ? found->get<std::string>() : std::string();
}

std::int64_t count_in(const json& object, const char* key) {
  const auto found = object.find(key);
  return found != object.end() && found->is_number_integer() ? found->get<std::int64_t>() : 0;
}

// {"errors":{"data":[{"code","message","line"}]}}
void read_errors(const json& body, BatchStatus& status) {
  const auto errors = body.find("errors");
  if (errors == body.end() || !errors->is_object() || !errors->contains("data")) return;
  std::vector<std::string> messages;
  for (const json& error : (*errors)["data"]) {
    if (!error.is_object()) continue;
    if (status.failure_code.empty()) status.failure_code = text_in(error, "code");
    messages.push_back(text_in(error, "message"));
  }
  status.failure = join(messages, "; ");
}

}  // namespace

bool BatchStatus::ended() const {
  switch (state) {
    case BatchState::kValidating:
    case BatchState::kInProgress:
    case BatchState::kFinalizing:
    case BatchState::kCancelling:
      return false;
    case BatchState::kFailed:
    case BatchState::kCompleted:
    case BatchState::kExpired:
    case BatchState::kCancelled:
      return true;
  }
  return true;
}

std::string_view batch_state_name(BatchState state) {
  for (const auto& [value, name] : kStates) {
    if (value == state) return name;
  }
  return "";
}

BatchStatus read_batch_status(const json& body) {
  BatchStatus status;
  const std::string name = body.is_object() ? text_in(body, "status") : std::string();
  const auto found = std::find_if(kStates.begin(), kStates.end(),
                                  [&](const auto& entry) { return entry.second == name; });
  if (found == kStates.end()) {
    throw Error(ErrorKind::kService, "a batch has the unknown state `" + name + "`");
  }
  status.id = text_in(body, "id");
  status.state = found->first;
  status.output_file = text_in(body, "output_file_id");
  status.error_file = text_in(body, "error_file_id");
  if (const auto counts = body.find("request_counts");
      counts != body.end() && counts->is_object()) {
    status.total = count_in(*counts, "total");
    status.completed = count_in(*counts, "completed");
    status.failed = count_in(*counts, "failed");
  }
  read_errors(body, status);
  return status;
}

HttpCall BatchService::call(std::string_view method, std::string_view path,
                            const std::string& query) const {
  Url url = Url::parse(parts_.endpoint.root_url).value_or(Url{});
  // Azure keeps files and batches beside its deployments.
  url.path = url.path.substr(0, url.path.find("/deployments/"));
  url.path += path;
  if (!query.empty()) url.query += (url.query.empty() ? "?" : "&") + query;
  HttpCall call;
  call.method = method;
  call.url = url.text();
  call.headers = parts_.endpoint.headers();
  call.timeout_s = kTransferTimeout_s;
  return call;
}

void BatchService::pause(double seconds) {
  const double until = parts_.clock.seconds() + seconds;
  while (true) {
    parts_.stop.check();
    const double left = until - parts_.clock.seconds();
    if (left <= 0) return;
    parts_.transport.wait(std::min(left, kStopPoll_s));
  }
}

json BatchService::send(const HttpCall& call, std::string_view what) {
  for (int failures = 0;; ++failures) {
    parts_.transport.start(call);
    std::vector<HttpResult> results;
    while (results.empty()) {
      parts_.stop.check();
      results = parts_.transport.wait(kStopPoll_s);
    }
    const HttpResult& result = results.front();
    std::optional<json> body = read_service_json(parts_.endpoint.key.redact(result.body));
    if (result.fault == Fault::kNone && result.status < 300) {
      if (!call.save_to.empty()) return {};
      if (body && body->is_object()) return *body;
    }
    const double now_unix = unix_seconds(parts_.clock.timestamp()).value_or(0);
    const Outcome outcome = read_outcome(result, parts_.endpoint, now_unix);
    const std::string why = std::string(what) + ": " + outcome.error.text();
    switch (outcome.verdict) {
      case Verdict::kStopRun:
        throw Error(outcome.kind, why, outcome.hint);
      case Verdict::kThrottled:
      case Verdict::kRetry:
      case Verdict::kReply:
        break;
      case Verdict::kAdapt:
      case Verdict::kFailRow:
        throw Error(ErrorKind::kService, why);
    }
    if (failures >= parts_.endpoint.options.retries_max) throw Error(ErrorKind::kService, why);
    pause(std::max(outcome.wait_s.value_or(0), backoff_s(failures, {.base_s = 1}, random_)));
  }
}

std::string BatchService::upload(const std::filesystem::path& file) {
  HttpCall request = call("POST", "/files");
  request.form = {{.name = "purpose", .value = "batch", .file = {}},
                  {.name = "file", .value = {}, .file = file}};
  const std::string id = text_in(send(request, "upload of " + file.string()), "id");
  if (id.empty()) throw Error(ErrorKind::kService, "the service gave the upload no id");
  return id;
}

BatchStatus BatchService::create(const std::string& file_id, const std::string& run) {
  HttpCall request = call("POST", "/batches");
  request.headers.emplace_back("Content-Type: application/json");
  request.body = json{{"input_file_id", file_id},
                      {"endpoint", "/v1/chat/completions"},
                      {"completion_window", "24h"},
                      {"metadata", {{"run", run}}}}
                     .dump();
  for (int tries = 0;; ++tries) {
    try {
      return read_batch_status(send(request, "batch over file " + file_id));
    } catch (const Error& error) {
      const std::string message = to_lower(error.message());
      const bool unseen = contains(message, "find file") || contains(message, "such file");
      if (!unseen || tries == kFileRetries) throw;
      pause(1 << tries);
    }
  }
}

BatchStatus BatchService::status(const std::string& batch_id) {
  try {
    return read_batch_status(send(call("GET", "/batches/" + batch_id), "batch " + batch_id));
  } catch (const Error& error) {
    if (!contains(error.message(), "HTTP 404")) throw;
    throw Error(ErrorKind::kConfig,
                "batch " + batch_id + " is not known to " + parts_.endpoint.shown() +
                    " under this key: " + error.message(),
                "use the key and the project that started it");
  }
}

std::optional<BatchStatus> BatchService::find(const std::string& file_id) {
  const json list = send(call("GET", "/batches", "limit=100"), "list of batches");
  const auto data = list.find("data");
  if (data == list.end() || !data->is_array()) return std::nullopt;
  for (const json& batch : *data) {
    if (batch.is_object() && text_in(batch, "input_file_id") == file_id) {
      return read_batch_status(batch);
    }
  }
  return std::nullopt;
}

void BatchService::download(const std::string& file_id, const std::filesystem::path& place) {
  HttpCall request = call("GET", "/files/" + file_id + "/content");
  request.save_to = place;
  send(request, "file " + file_id);
}

}  // namespace drp::llm::http
