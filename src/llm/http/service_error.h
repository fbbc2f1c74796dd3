// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>

namespace drp::llm::http {

// An error as a service told it, whatever the shape: {"error":{...}} (OpenAI, DeepSeek, OpenRouter,
// vLLM), [{"error":{...}}] (Gemini), {"error":"..."} (Ollama), {"object":"error",...} (older vLLM),
// {"detail":...} (FastAPI), {"statusCode":...,"message":...} (Azure's gateway).
struct ServiceError {
  int status = 0;       // of HTTP, or the body's own number where HTTP said 200
  std::string message;  // one line, cut to a readable length
  std::string type;
  std::string code;
  std::string param;              // the body field that the service does not take
  std::optional<double> retry_s;  // said in the body (Gemini's RetryInfo)
  bool flagged = false;           // a filter refused the prompt

  // "HTTP 429: Rate limit reached (rate_limit_exceeded)".
  std::string text() const;
};

// Nothing where `body` tells of no error. `status` is that of HTTP.
std::optional<ServiceError> read_service_error(const nlohmann::json& body, int status);

// An error made of a body that is no JSON (a proxy's page): its first words.
ServiceError plain_error(const std::string& body, int status);

}  // namespace drp::llm::http
