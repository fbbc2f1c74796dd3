// SPDX-License-Identifier: Apache-2.0
#include "llm/chat_model.h"

#include "base/error.h"

namespace drp::llm {

Usage& Usage::operator+=(const Usage& other) {
  prompt_tokens += other.prompt_tokens;
  completion_tokens += other.completion_tokens;
  cached_tokens += other.cached_tokens;
  reasoning_tokens += other.reasoning_tokens;
  return *this;
}

std::string plain_prompt_text(const ChatRequest& request) {
  if (request.messages.size() != 1) {
    throw Error(ErrorKind::kConfig, "a prompt without a template has one message; here are " +
                                        std::to_string(request.messages.size()));
  }
  return request.messages.front().content + request.response_prefix;
}

std::string_view failure_code_name(FailureCode code) {
  switch (code) {
    case FailureCode::kNone:
      return "none";
    case FailureCode::kContextLength:
      return "context_length";
    case FailureCode::kTokensSpent:
      return "tokens_spent";
    case FailureCode::kRefused:
      return "refused";
    case FailureCode::kInvalidRequest:
      return "invalid_request";
    case FailureCode::kOversized:
      return "oversized";
    case FailureCode::kGaveUp:
      return "gave_up";
    case FailureCode::kOther:
      return "other";
  }
  return "none";
}

}  // namespace drp::llm
