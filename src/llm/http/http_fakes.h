// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/stop.h"
#include "llm/chat_model.h"
#include "llm/http/endpoint.h"
#include "llm/http/fake_transport.h"

// Bodies, endpoints and requests for tests.
namespace drp::llm::http {

inline std::string completion(const std::string& content, const std::string& finish = "stop",
                              int prompt_tokens = 10, int completion_tokens = 5) {
  return R"({"id":"c-1","object":"chat.completion","choices":[{"index":0,"message":)"
         R"({"role":"assistant","content":")" +
         content + R"("},"finish_reason":")" + finish + R"("}],"usage":{"prompt_tokens":)" +
         std::to_string(prompt_tokens) + R"(,"completion_tokens":)" +
         std::to_string(completion_tokens) + "}}";
}

inline std::string error_body(const std::string& message, const std::string& code,
                              const std::string& param = "") {
  return R"({"error":{"message":")" + message + R"(","type":"error","param":)" +
         (param.empty() ? "null" : "\"" + param + "\"") + R"(,"code":")" + code + "\"}}";
}

// An environment with these variables alone.
inline Environment environment_of(const std::map<std::string, std::string>& variables) {
  return [variables](std::string_view name) -> std::optional<std::string> {
    const auto found = variables.find(std::string(name));
    if (found == variables.end()) return std::nullopt;
    return found->second;
  };
}

inline Endpoint fake_endpoint(EndpointOptions options = {}) {
  if (options.base_url.empty()) options.base_url = "http://127.0.0.1:8000/v1";
  if (options.model.empty()) options.model = "teacher";
  return resolve_endpoint(std::move(options), environment_of({{"OPENAI_API_KEY", "sk-planted"}}));
}

inline ChatRequest ask(const std::string& key, const std::string& question = "What is 3 * 4?") {
  ChatRequest request;
  request.key = key;
  request.messages = {{"user", question}};
  request.sampling.tokens_max = 100;
  return request;
}

// Sends `requests` through the model; replies by key.
inline std::map<std::string, ChatReply> answer_all(ChatModel& model,
                                                   std::vector<ChatRequest> requests,
                                                   const StopFlag& stop = {}) {
  std::map<std::string, ChatReply> replies;
  std::size_t at = 0;
  model.run(
      [&]() -> std::optional<ChatRequest> {
        if (at == requests.size()) return std::nullopt;
        return requests[at++];
      },
      [&](ChatReply reply) {
        std::string key = reply.key;
        replies.emplace(std::move(key), std::move(reply));
      },
      stop);
  return replies;
}

}  // namespace drp::llm::http
