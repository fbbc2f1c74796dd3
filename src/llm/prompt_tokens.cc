// SPDX-License-Identifier: Apache-2.0
#include "llm/prompt_tokens.h"

namespace drp::llm {
namespace {

// Role marks and separators of chat templates, and what a template puts before the first message.
constexpr std::int64_t kTokensOfMessage = 16;
constexpr std::int64_t kTokensOfTemplate = 64;

}  // namespace

std::int64_t prompt_bytes(const ChatRequest& request) {
  std::size_t bytes = request.response_prefix.size() + request.json_schema.size();
  for (const Message& message : request.messages) {
    bytes += message.role.size() + message.content.size();
  }
  return static_cast<std::int64_t>(bytes);
}

std::int64_t prompt_tokens_bound(const ChatRequest& request) {
  return prompt_bytes(request) + kTokensOfTemplate +
         kTokensOfMessage * static_cast<std::int64_t>(request.messages.size());
}

}  // namespace drp::llm
