// SPDX-License-Identifier: Apache-2.0
#include "llm/http/served_models.h"

#include <nlohmann/json.hpp>
#include <string>

#include "base/error.h"
#include "llm/http/json_text.h"
#include "llm/http/service_error.h"
#include "llm/http/url.h"
#include "llm/http/verdict.h"

namespace drp::llm::http {
namespace {

using nlohmann::json;

constexpr double kTimeout_s = 30;
constexpr double kStopPoll_s = 0.1;

std::string models_url(const Endpoint& endpoint) {
  Url url = Url::parse(endpoint.root_url).value_or(Url{});
  url.path += "/models";
  return url.text();
}

std::string shown(const Endpoint& endpoint) {
  return Url::parse(endpoint.root_url).value_or(Url{}).shown();
}

std::string text_in(const json& object, const char* key) {
  const auto found = object.find(key);
  return found != object.end() && found->is_string() ? found->get<std::string>() : std::string();
}

bool has_no_list(int status) { return status == 404 || status == 405 || status == 501; }

[[noreturn]] void fail(const Endpoint& endpoint, const HttpResult& result) {
  if (result.fault != Fault::kNone) {
    throw Error(ErrorKind::kService,
                "nobody answers at " + shown(endpoint) + ": " + result.fault_text,
                "start the service, or check the address");
  }
  const std::string text = endpoint.key.redact(result.body);
  const std::optional<json> body = read_service_json(text);
  std::optional<ServiceError> error;
  if (body) error = read_service_error(*body, result.status);
  if (!error) error = plain_error(text, result.status);
  const Outcome outcome = judge_error(*error, endpoint);
  throw Error(outcome.verdict == Verdict::kStopRun ? outcome.kind : ErrorKind::kService,
              shown(endpoint) + " does not list its models: " + error->text(), outcome.hint);
}

}  // namespace

std::optional<std::vector<ServedModel>> served_models(const Endpoint& endpoint,
                                                      Transport& transport, const StopFlag& stop) {
  if (endpoint.azure) return std::nullopt;  // whose address names the one model it serves
  HttpCall call;
  call.method = "GET";
  call.url = models_url(endpoint);
  call.headers = endpoint.headers();
  call.timeout_s = kTimeout_s;
  transport.start(std::move(call));
  std::vector<HttpResult> results;
  while (results.empty()) {
    stop.check();
    results = transport.wait(kStopPoll_s);
  }
  const HttpResult& result = results.front();
  if (result.fault == Fault::kNone && has_no_list(result.status)) return std::nullopt;
  constexpr int kErrors = 300;
  if (result.fault != Fault::kNone || result.status >= kErrors) fail(endpoint, result);
  const std::optional<json> body = read_service_json(result.body);
  if (!body || !body->is_object() || !body->contains("data") || !(*body)["data"].is_array()) {
    throw Error(ErrorKind::kService, shown(endpoint) + " answers /models with no list of models",
                "check that it is an OpenAI-compatible service, with the /v1 of its address");
  }
  std::vector<ServedModel> models;
  for (const json& model : (*body)["data"]) {
    if (!model.is_object()) continue;
    models.push_back({text_in(model, "id"), text_in(model, "parent"), text_in(model, "root")});
  }
  return models;
}

std::optional<std::vector<ServedModel>> served_models(const EndpointOptions& endpoint,
                                                      const StopFlag& stop) {
  const Endpoint resolved = resolve_endpoint(endpoint, process_environment());
  TransportOptions options;
  options.ca_file = resolved.ca_file;
  options.ca_folder = resolved.ca_folder;
  return served_models(resolved, *make_curl_transport(options), stop);
}

}  // namespace drp::llm::http
