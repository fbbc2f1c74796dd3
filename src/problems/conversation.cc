// SPDX-License-Identifier: Apache-2.0
#include "problems/conversation.h"

#include <nlohmann/json.hpp>

#include "base/text.h"
#include "problems/columns.h"

namespace drp::problems {
namespace {

// The first of the names that the object has, as text.
std::optional<std::string> member(const Json& object, std::initializer_list<const char*> names) {
  for (const char* name : names) {
    const auto found = object.find(name);
    if (found != object.end() && !found->is_null()) return text_of(*found);
  }
  return std::nullopt;
}

// A content of parts [{"type": "text", "text": ...}] is the text of its parts.
std::string content_text(const Json& message) {
  const auto content = message.find("content");
  if (content == message.end() || !content->is_array()) {
    return member(message, {"content", "value", "text"}).value_or("");
  }
  std::string out;
  for (const Json& part : *content) {
    if (part.is_object()) out += member(part, {"text"}).value_or("");
  }
  return out;
}

}  // namespace

bool is_conversation(const Json& value) {
  if (!value.is_array() || value.empty() || !value.front().is_object()) return false;
  const Json& first = value.front();
  return first.contains("role") || first.contains("from");
}

std::optional<Exchange> last_exchange(const Json& conversation) {
  Exchange exchange;
  bool any = false;
  for (const Json& message : conversation) {
    if (!message.is_object()) continue;
    const std::string role = to_lower(member(message, {"role", "from"}).value_or(""));
    if (role == "user" || role == "human") {
      exchange = {.question = content_text(message)};
      any = true;
    } else if (role == "assistant" || role == "gpt" || role == "model") {
      exchange.response = joined_response(
          member(message, {"thinking", "reasoning_content", "reasoning"}).value_or(""),
          content_text(message));
      any = true;
    }
  }
  if (!any) return std::nullopt;
  return exchange;
}

std::string joined_response(std::string_view reasoning, std::string_view answer) {
  if (trim(reasoning).empty() || contains(answer, "</think>")) return std::string(answer);
  std::string out = "<think>\n";
  out += trim(reasoning);
  out += "\n</think>\n\n";
  out += answer;
  return out;
}

}  // namespace drp::problems
