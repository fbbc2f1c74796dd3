// SPDX-License-Identifier: Apache-2.0
#include "llm/http/endpoint.h"

#include <algorithm>
#include <cstdlib>
#include <nlohmann/json.hpp>

#include "base/error.h"
#include "base/fingerprint.h"
#include "base/text.h"
#include "llm/http/url.h"

namespace drp::llm::http {
namespace {

constexpr std::string_view kDefaultBase = "https://api.openai.com/v1";
constexpr std::string_view kDefaultKey = "OPENAI_API_KEY";
constexpr std::string_view kChatPath = "/chat/completions";
constexpr std::string_view kPlainPath = "/completions";
constexpr int kConcurrencyLimit = 4096;
constexpr int kRetriesLimit = 100;
constexpr std::size_t kBodyDigits = 12;

std::string or_environment(std::string value, const Environment& environment,
                           std::initializer_list<std::string_view> names) {
  for (const std::string_view name : names) {
    if (!value.empty()) break;
    value = std::string(trim(environment(name).value_or("")));
  }
  return value;
}

[[noreturn]] void refuse(std::string_view setting, const std::string& value,
                         std::string_view allowed) {
  throw Error(ErrorKind::kConfig, "endpoint: " + std::string(setting) + " is " + value +
                                      "; allowed is " + std::string(allowed));
}

template <class Number>
void check_range(std::string_view setting, Number value, Number low, Number high) {
  if (value >= low && value <= high) return;
  refuse(setting, std::to_string(value), std::to_string(low) + " to " + std::to_string(high));
}

void check(const EndpointOptions& options) {
  check_range("concurrency", options.concurrency_max, 1, kConcurrencyLimit);
  check_range("retries", options.retries_max, 0, kRetriesLimit);
  if (!(options.timeout_s > 0)) refuse("timeout", std::to_string(options.timeout_s), "above 0 s");
  for (const auto& [setting, limit] : {std::pair{"rpm", options.requests_per_minute},
                                       std::pair{"tpm", options.tokens_per_minute}}) {
    if (limit && *limit <= 0) refuse(setting, std::to_string(*limit), "above 0, or unset");
  }
  if (options.model.empty()) {
    throw Error(ErrorKind::kConfig, "endpoint: no model is named",
                "set it to the name that the service lists under /models");
  }
  if (!options.extra_body.empty() &&
      !nlohmann::json::parse(options.extra_body, nullptr, false).is_object()) {
    throw Error(ErrorKind::kConfig, "endpoint: the extra body is no JSON object");
  }
}

Secret find_key(const Endpoint& endpoint, bool encrypted, const Environment& environment) {
  const std::string& named = endpoint.options.api_key_env;
  if (named == "none") return {};
  const std::string variable = named.empty() ? std::string(kDefaultKey) : named;
  const std::string value(trim(environment(variable).value_or("")));
  if (std::any_of(value.begin(), value.end(), [](unsigned char c) { return c < 33 || c > 126; })) {
    throw Error(ErrorKind::kAuth, variable + " holds a character that no key has",
                "look for a line break or quotes in it");
  }
  const bool local = endpoint.loopback || !encrypted;
  if (value.empty() && !named.empty() && !endpoint.loopback) {
    throw Error(ErrorKind::kAuth, variable + " is not set",
                "put the key for " + endpoint.shown() +
                    " into it, or name another one in "
                    "api_key_env");
  }
  if (value.empty() && !local) {
    throw Error(ErrorKind::kAuth,
                "no key for " + endpoint.shown() + ": " + variable + " is not set",
                "set it, or api_key_env to the variable that holds it, or to `none`");
  }
  if (named.empty() && !encrypted && !endpoint.loopback) return {};
  return Secret(value);
}

}  // namespace

std::vector<std::string> Endpoint::headers() const {
  std::vector<std::string> lines = {"Accept: application/json", "User-Agent: drp/" DRP_VERSION};
  if (!key.empty()) {
    lines.push_back(azure ? "api-key: " + key.reveal() : "Authorization: Bearer " + key.reveal());
  }
  if (!options.organization.empty()) {
    lines.push_back("OpenAI-Organization: " + options.organization);
  }
  if (!options.project.empty()) lines.push_back("OpenAI-Project: " + options.project);
  return lines;
}

std::string Endpoint::shown() const { return Url::parse(chat_url).value_or(Url{}).shown(); }

Endpoint resolve_endpoint(EndpointOptions options, const Environment& environment) {
  options.base_url =
      or_environment(options.base_url, environment, {"OPENAI_BASE_URL", "OPENAI_API_BASE"});
  if (options.base_url.empty()) options.base_url = kDefaultBase;
  check(options);
  std::optional<Url> url = Url::parse(options.base_url);
  if (!url) {
    throw Error(ErrorKind::kConfig,
                "endpoint: `" + Url::without_secrets(options.base_url) +
                    "` is no http:// or https:// address",
                "write it as https://HOST/v1");
  }
  while (url->path.ends_with('/')) url->path.pop_back();
  if (url->path.ends_with(kChatPath)) url->path.resize(url->path.size() - kChatPath.size());
  if (url->path.empty()) url->path = "/v1";

  Endpoint endpoint;
  endpoint.root_url = url->text();
  endpoint.azure = contains(url->path, "/deployments/");
  endpoint.openai = url->host == "api.openai.com" || url->host.ends_with(".api.openai.com");
  endpoint.loopback = url->loopback();
  endpoint.host = url->host + ":" + std::to_string(url->port);
  const std::string place = url->shown();
  const std::string root_path = url->path;
  url->path = root_path + std::string(kPlainPath);
  endpoint.completions_url = url->text();
  url->path = root_path + std::string(kChatPath);
  endpoint.chat_url = url->text();
  endpoint.identity = options.name.empty() ? options.model + " @ " + place : options.name;
  if (!options.extra_body.empty()) {  // by its hash, as it may hold anything
    const std::string body = nlohmann::json::parse(options.extra_body).dump();
    endpoint.identity += " body " + Fingerprint().add(body).hex().substr(0, kBodyDigits);
  }
  if (endpoint.openai || options.api_key_env.empty()) {
    options.organization = or_environment(options.organization, environment, {"OPENAI_ORG_ID"});
    options.project = or_environment(options.project, environment, {"OPENAI_PROJECT_ID"});
  }
  endpoint.options = std::move(options);
  endpoint.key = find_key(endpoint, url->encrypted(), environment);
  endpoint.ca_file = environment("SSL_CERT_FILE").value_or("");
  endpoint.ca_folder = environment("SSL_CERT_DIR").value_or("");
  return endpoint;
}

Environment process_environment() {
  return [](std::string_view name) -> std::optional<std::string> {
    const char* value = std::getenv(std::string(name).c_str());
    if (value == nullptr) return std::nullopt;
    return std::string(value);
  };
}

}  // namespace drp::llm::http
