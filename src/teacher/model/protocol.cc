// SPDX-License-Identifier: Apache-2.0
#include "teacher/model/protocol.h"

#include "answers/response.h"

namespace drp::teacher {

std::optional<Rejection> refuse_reply(const llm::ChatReply& reply) {
  const std::string after =
      " after " + std::to_string(reply.usage.completion_tokens) + " tokens of the reply";
  if (reply.finish == FinishReason::kLength) {
    return Rejection{Reason::kReplyCut, "the token limit came" + after};
  }
  if (reply.finish == FinishReason::kLoop) {
    return Rejection{Reason::kReplyCut, "the model ran into a loop" + after};
  }
  if (answers::split_response(reply.text).closing == answers::Closing::kCut) {
    return Rejection{Reason::kReplyCut, "the reply is thinking that never closed"};
  }
  return std::nullopt;
}

std::string_view spoken_part(const llm::ChatReply& reply) {
  const answers::ResponseParts parts = answers::split_response(reply.text);
  return parts.closing == answers::Closing::kClosed ? slice(reply.text, parts.answer)
                                                    : std::string_view(reply.text);
}

}  // namespace drp::teacher
