// SPDX-License-Identifier: Apache-2.0
#include "llm/http/reply_body.h"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "base/text.h"

namespace drp::llm::http {
namespace {

using nlohmann::json;

constexpr std::size_t kRefusalBytesMax = 200;

// Field `key` of an object, or null.
const json& member(const json& object, const char* key) {
  static const json nothing;
  if (!object.is_object()) return nothing;
  const auto found = object.find(key);
  return found == object.end() ? nothing : *found;
}

std::string text_of(const json& value) {
  return value.is_string() ? value.get<std::string>() : std::string();
}

std::int64_t count_of(const json& value) {
  if (value.is_number_integer()) return std::max<std::int64_t>(0, value.get<std::int64_t>());
  if (value.is_number()) return static_cast<std::int64_t>(std::max(0.0, value.get<double>()));
  return 0;
}

// The text of one part of a message: {"type":"text","text":...}; for reasoning
// {"type":"reasoning.text","text":...} or {"type":"thinking","thinking":[{"type":"text",...}]}.
std::string part_text(const json& part) {
  std::string out;
  for (const char* key : {"text", "thinking", "reasoning", "summary"}) {
    const json& value = member(part, key);
    out += text_of(value);
    if (!value.is_array()) continue;
    for (const json& inner : value) out += text_of(member(inner, "text"));
  }
  return out;
}

enum class PartKind { kText, kReasoning };

std::string parts_text(const json& parts, PartKind kind) {
  std::string out;
  for (const json& part : parts) {
    const std::string type = text_of(member(part, "type"));
    const bool reasoning = type.starts_with("thinking") || type.starts_with("reason");
    const bool text = type == "text" || type == "output_text";
    if (kind == PartKind::kText && part.is_string()) out += part.get<std::string>();
    if (kind == PartKind::kText ? text : reasoning) out += part_text(part);
  }
  return out;
}

std::string content_text(const json& content) {
  return content.is_array() ? parts_text(content, PartKind::kText) : text_of(content);
}

// Services send one of these, some the same under two.
std::string reasoning_text(const json& message) {
  for (const char* key : {"reasoning_content", "reasoning", "reasoning_details", "content"}) {
    const json& value = member(message, key);
    std::string text;
    if (value.is_array()) {
      text = parts_text(value, PartKind::kReasoning);
    } else if (std::string_view(key) != "content") {
      text = text_of(value);
    }
    if (!text.empty()) return text;
  }
  return {};
}

FinishReason finish_of(std::string_view name) {
  const std::string reason = to_lower(name);
  for (const char* stop : {"stop", "eos", "end_turn", "stop_sequence", "eos_token"}) {
    if (reason == stop) return FinishReason::kStop;
  }
  for (const char* length : {"length", "max_tokens", "model_length", "max_output_tokens"}) {
    if (reason == length) return FinishReason::kLength;
  }
  return FinishReason::kUnknown;
}

bool is_filter(std::string_view name) {
  const std::string reason = to_lower(name);
  return reason == "content_filter" || reason == "sensitive" || reason == "safety" ||
         reason == "prohibited_content";
}

Outcome fail(Outcome outcome, FailureCode code, std::string message) {
  outcome.verdict = Verdict::kFailRow;
  outcome.code = code;
  outcome.error.message = std::move(message);
  return outcome;
}

std::string spent_message(const ChatReply& reply) {
  const std::string tokens = std::to_string(reply.usage.completion_tokens);
  const std::string thought =
      reply.usage.reasoning_tokens > 0
          ? ", " + std::to_string(reply.usage.reasoning_tokens) + " of them reasoning"
          : "";
  return "the reply reached its ceiling (tokens_max) after " + tokens + " tokens" + thought +
         ", before the answer began: ask for less reasoning (such as by teacher.extra_body), or, "
         "of a student, raise sample.tokens_max";
}

}  // namespace

Usage read_usage(const json& body) {
  const json& usage = member(body, "usage");
  Usage out;
  out.prompt_tokens = count_of(member(usage, "prompt_tokens"));
  out.completion_tokens = count_of(member(usage, "completion_tokens"));
  out.cached_tokens = count_of(member(member(usage, "prompt_tokens_details"), "cached_tokens"));
  if (out.cached_tokens == 0)
    out.cached_tokens = count_of(member(usage, "prompt_cache_hit_tokens"));
  out.reasoning_tokens =
      count_of(member(member(usage, "completion_tokens_details"), "reasoning_tokens"));
  return out;
}

Outcome read_reply(const json& body, const Endpoint& endpoint) {
  Outcome outcome;
  outcome.reply.usage = read_usage(body);
  const json& choices = member(body, "choices");
  if (!choices.is_array() || choices.empty()) return outcome;
  const json& choice = choices.front();
  if (const json& error = member(choice, "error"); error.is_object()) {
    const auto told = read_service_error(json{{"error", error}}, 200);
    if (told) {
      const Usage usage = outcome.reply.usage;
      outcome = judge_error(*told, endpoint);
      outcome.reply.usage = usage;
      return outcome;
    }
  }
  const json& message = member(choice, "message");
  const json& plain = member(choice, "text");
  if (!message.is_object() && !plain.is_string()) return outcome;
  ChatReply& reply = outcome.reply;
  reply.text = message.is_object() ? content_text(member(message, "content")) : text_of(plain);
  reply.reasoning = reasoning_text(message);
  const std::string finish = text_of(member(choice, "finish_reason"));
  reply.finish = finish_of(finish);
  if (finish == "insufficient_system_resource" || finish == "error" ||
      finish == "abort") {  // DeepSeek, OpenRouter, vLLM
    outcome.error.message = "the service broke the reply off (" + finish + ")";
    outcome.congested = true;
    return outcome;
  }
  const std::string refusal = text_of(member(message, "refusal"));
  if (!refusal.empty() && trim(reply.text).empty()) {
    return fail(std::move(outcome), FailureCode::kRefused,
                "the model refused: " + repair_utf8(refusal.substr(0, kRefusalBytesMax)));
  }
  if (is_filter(finish)) {
    return fail(std::move(outcome), FailureCode::kRefused,
                "the service's filter stopped the reply");
  }
  if (reply.finish == FinishReason::kLength && trim(reply.text).empty()) {
    std::string spent = spent_message(reply);
    return fail(std::move(outcome), FailureCode::kTokensSpent, std::move(spent));
  }
  outcome.verdict = Verdict::kReply;
  return outcome;
}

}  // namespace drp::llm::http
