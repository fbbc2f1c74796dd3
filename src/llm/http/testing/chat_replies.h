// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <nlohmann/json.hpp>
#include <string>
#include <string_view>

#include "llm/http/testing/chat_server.h"

namespace drp::llm::http::testing {

// A chat completion with this message.
inline ServerReply chat_reply(const nlohmann::json& message, const std::string& finish,
                              int prompt_tokens, int completion_tokens) {
  ServerReply reply;
  reply.body =
      nlohmann::json{
          {"id", "r"},
          {"object", "chat.completion"},
          {"choices", {{{"index", 0}, {"message", message}, {"finish_reason", finish}}}},
          {"usage", {{"prompt_tokens", prompt_tokens}, {"completion_tokens", completion_tokens}}}}
          .dump();
  return reply;
}

// A span plan for whatever was asked: the first unit goes, the rest stays.
inline ServerReply span_plan(const ServerRequest& request) {
  const std::string message =
      nlohmann::json::parse(request.body).at("messages").back().at("content");
  constexpr std::string_view kClosing = "the last line names unit ";
  const std::string last = message.substr(message.rfind(kClosing) + kClosing.size());
  return chat_reply(
      {{"role", "assistant"},
       {"content", "1 D filler\n" + last.substr(0, last.find('.')) + " K computation\n"}},
      "stop", 100, 10);
}

}  // namespace drp::llm::http::testing
