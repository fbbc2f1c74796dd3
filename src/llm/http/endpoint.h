// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "llm/http/secret.h"

namespace drp::llm::http {

// How a service continues a response that is already begun (ChatRequest::response_prefix).
enum class Prefill {
  kNone,       // it cannot: such a request fails
  kAssistant,  // a last message of the assistant is continued (llama-server, DeepSeek's beta)
  kContinue,   // the same with vLLM's and SGLang's continue_final_message
};

// Where a model answers, and within which limits.
struct EndpointOptions {
  std::string base_url;  // ".../v1", with or without a slash, or the whole ".../chat/completions"
  std::string model;     // as the service calls it
  std::string api_key_env;  // name of the environment variable; empty: OPENAI_API_KEY; "none"
  std::string organization;
  std::string project;
  std::string name;  // who answers, for cache keys; empty: model and host
  int concurrency_max = 64;
  std::optional<std::int64_t> requests_per_minute;  // nothing: what the service's headers say
  std::optional<std::int64_t> tokens_per_minute;
  double timeout_s = 600;  // of one attempt
  int retries_max = 8;     // of one request; waiting for a limit is no retry
  std::string extra_body;  // a JSON object whose members are put into each request
  Prefill prefill = Prefill::kNone;
};

// How to look up an environment variable.
using Environment = std::function<std::optional<std::string>(std::string_view)>;

// An endpoint that is checked and complete.
struct Endpoint {
  EndpointOptions options;
  std::string chat_url;
  std::string completions_url;  // of prompts without a template
  std::string root_url;         // what /files and /batches are put after
  std::string host;             // "api.example.com:443", for the circuit breaker
  std::string identity;         // without anything secret
  bool loopback = false;
  bool azure = false;
  bool openai = false;  // OpenAI's own service
  Secret key;
  std::string ca_file;
  std::string ca_folder;

  // Header lines that every call carries: content type, key, organisation, project.
  std::vector<std::string> headers() const;
  // The address for messages: no user, no password, no query.
  std::string shown() const;
};

// Fills in what the environment says: OPENAI_BASE_URL or OPENAI_API_BASE where base_url is empty,
// OPENAI_API_KEY (or api_key_env), OPENAI_ORG_ID, OPENAI_PROJECT_ID, SSL_CERT_FILE, SSL_CERT_DIR.
// The default key is not sent over plain http to another machine: name it in api_key_env for that.
// Throws Error{kConfig} that names the setting, its value and the allowed range; Error{kAuth} where
// another machine is asked over https and there is no key ("none" says that none is needed).
Endpoint resolve_endpoint(EndpointOptions options, const Environment& environment);

// The environment of this process.
Environment process_environment();

}  // namespace drp::llm::http
