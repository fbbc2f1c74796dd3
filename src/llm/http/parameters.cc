// SPDX-License-Identifier: Apache-2.0
#include "llm/http/parameters.h"

#include <algorithm>
#include <array>
#include <nlohmann/json.hpp>

#include "base/error.h"
#include "base/text.h"

namespace drp::llm::http {
namespace {

using nlohmann::ordered_json;

constexpr std::array<std::string_view, 3> kCeilings = {"max_tokens", "max_completion_tokens",
                                                       "maxOutputTokens"};
// Fields that a request can do without.
constexpr std::array<std::string_view, 9> kOptional = {
    "temperature", "top_p",   "top_k",           "min_p",   "seed",
    "stop",        "grammar", "response_format", "logprobs"};
constexpr std::array<std::string_view, 5> kUnsupportedCodes = {
    "unsupported_value", "unsupported_parameter", "unknown_parameter", "unknown_field",
    "extra_forbidden"};
constexpr std::array<std::string_view, 11> kUnsupportedWords = {"unsupported",
                                                                "not support",
                                                                "unrecognized",
                                                                "unknown",
                                                                "not permitted",
                                                                "not allowed",
                                                                "not available",
                                                                "only the default",
                                                                "extra inputs",
                                                                "deprecated",
                                                                "max_completion_tokens' instead"};
constexpr std::array<std::string_view, 7> kTooLargeWords = {
    "too large", "at most", "less than or equal", "supported range", "above", "exceeds", "maximum"};
constexpr std::int64_t kCeilingMin = 16;         // a smaller number in a message is no ceiling
constexpr std::uint64_t kSeedMask = 0x7fffffff;  // every service's integers hold 31 bits

template <std::size_t N>
bool any_in(const std::array<std::string_view, N>& parts, std::string_view text) {
  return std::any_of(parts.begin(), parts.end(),
                     [&](std::string_view part) { return contains(text, part); });
}

template <std::size_t N>
bool is_one_of(const std::array<std::string_view, N>& list, std::string_view word) {
  return std::find(list.begin(), list.end(), word) != list.end();
}

bool is_name_byte(char c) {
  return is_letter(c) || is_digit(c) || c == '_' || c == '-' || c == '.';
}

bool has_word(std::string_view text, std::string_view word) {
  for (std::size_t at = text.find(word); at != std::string_view::npos;
       at = text.find(word, at + 1)) {
    const std::size_t end = at + word.size();
    const bool begins = at == 0 || !is_name_byte(text[at - 1]);
    if (begins && (end == text.size() || !is_name_byte(text[end]) || text[end] == '.')) return true;
  }
  return false;
}

// "response_format.json_schema" and "stop[0]" are about the field they begin with.
std::string top_field(std::string_view param) {
  return std::string(param.substr(0, param.find_first_of(".[")));
}

// The field named in `param`, or else the only one that the message names.
std::string field_of(const ServiceError& error) {
  if (!error.param.empty()) return top_field(error.param);
  for (const std::string_view name : kCeilings) {
    if (has_word(error.message, name)) return std::string(name);
  }
  for (const std::string_view name : kOptional) {
    if (has_word(error.message, name)) return std::string(name);
  }
  return {};
}

bool says_unsupported(const ServiceError& error) {
  return is_one_of(kUnsupportedCodes, error.code) || is_one_of(kUnsupportedCodes, error.type) ||
         any_in(kUnsupportedWords, to_lower(error.message));
}

bool says_too_large(const ServiceError& error) {
  return error.code == "integer_above_max_value" || any_in(kTooLargeWords, to_lower(error.message));
}

// The largest number in the message below `sent`: the ceiling that the model has.
std::optional<int> limit_in(const ServiceError& error, int sent) {
  const std::string& text = error.message;
  std::int64_t best = 0;
  for (std::size_t i = 0; i < text.size();) {
    if (!is_digit(text[i])) {
      ++i;
      continue;
    }
    std::size_t end = i;
    while (end < text.size() && is_digit(text[end])) ++end;
    const bool alone = i == 0 || !is_name_byte(text[i - 1]);
    const auto value = parse_int(std::string_view(text).substr(i, end - i));
    if (alone && value && *value < sent) best = std::max(best, *value);
    i = end;
  }
  if (contains(text, "exclusive")) --best;
  if (best < kCeilingMin) return std::nullopt;
  return static_cast<int>(best);
}

ordered_json messages_of(const ChatRequest& request, const Endpoint& endpoint) {
  ordered_json messages = ordered_json::array();
  for (const Message& message : request.messages) {
    messages.push_back({{"role", message.role}, {"content", message.content}});
  }
  if (request.response_prefix.empty()) return messages;
  if (endpoint.options.prefill == Prefill::kNone) {
    throw Error(ErrorKind::kConfig,
                "a response prefix is set, which " + endpoint.shown() + " is not known to continue",
                "set prefill for this endpoint, or leave the prefix away");
  }
  messages.push_back({{"role", "assistant"}, {"content", request.response_prefix}});
  return messages;
}

}  // namespace

Quirks initial_quirks(const Endpoint& endpoint) {
  Quirks quirks;
  quirks.completion_tokens = endpoint.openai || endpoint.azure;
  return quirks;
}

std::optional<std::string> unsupported_field(const ServiceError& error) {
  const std::string field = field_of(error);
  if (is_one_of(kCeilings, field)) {
    if (says_unsupported(error) || says_too_large(error)) return field;
  } else if (is_one_of(kOptional, field) && says_unsupported(error)) {
    return field;
  }
  return std::nullopt;
}

std::optional<std::string> learn(Quirks& quirks, const ServiceError& error, int tokens_max) {
  const std::optional<std::string> field = unsupported_field(error);
  if (!field) return std::nullopt;
  if (!is_one_of(kCeilings, *field)) {
    if (!quirks.left_out.insert(*field).second) return std::nullopt;
    ++quirks.version;
    return "does not take `" + *field + "`, which is left out from now on";
  }
  if (says_unsupported(error) && !quirks.renamed) {
    quirks.renamed = true;
    quirks.completion_tokens = !quirks.completion_tokens;
    ++quirks.version;
    return std::string("wants the ceiling as `") +
           (quirks.completion_tokens ? "max_completion_tokens" : "max_tokens") + "`";
  }
  const std::optional<int> limit = limit_in(error, tokens_max);
  if (!limit) return std::nullopt;
  quirks.tokens_limit = limit;
  ++quirks.version;
  return "answers in at most " + std::to_string(*limit) + " tokens; tokens_max " +
         std::to_string(tokens_max) + " is lowered to it";
}

ordered_json request_body(const ChatRequest& request, const Endpoint& endpoint,
                          const Quirks& quirks) {
  const Sampling& sampling = request.sampling;
  if (request.messages.empty()) throw Error(ErrorKind::kConfig, "a request needs a message");
  if (sampling.tokens_max < 1) {
    throw Error(ErrorKind::kConfig,
                "tokens_max is " + std::to_string(sampling.tokens_max) + "; at least 1 is needed");
  }
  ordered_json body;
  body["model"] = endpoint.options.model;
  const bool plain = request.form == PromptForm::kPlain;
  if (plain) {
    body["prompt"] = plain_prompt_text(request);
  } else {
    body["messages"] = messages_of(request, endpoint);
  }
  if (!plain && !request.response_prefix.empty() &&
      endpoint.options.prefill == Prefill::kContinue) {
    body["add_generation_prompt"] = false;
    body["continue_final_message"] = true;
  }
  // The newer name is one of chats.
  body[quirks.completion_tokens && !plain ? "max_completion_tokens" : "max_tokens"] =
      std::min(sampling.tokens_max, quirks.tokens_limit.value_or(sampling.tokens_max));
  const auto put = [&](const char* field, auto value) {
    if (!quirks.left_out.contains(field)) body[field] = std::move(value);
  };
  put("temperature", sampling.temperature);
  put("top_p", sampling.top_p);
  if (sampling.top_k > 0) put("top_k", sampling.top_k);
  if (sampling.min_p > 0) put("min_p", sampling.min_p);
  if (sampling.seed != 0) put("seed", sampling.seed & kSeedMask);
  if (!request.stop.empty()) put("stop", request.stop);
  if (!request.grammar.empty()) put("grammar", request.grammar);
  if (!request.json_schema.empty()) {
    const ordered_json schema = ordered_json::parse(request.json_schema, nullptr, false);
    if (schema.is_discarded()) throw Error(ErrorKind::kConfig, "the JSON schema is no JSON");
    put("response_format",
        ordered_json{{"type", "json_schema"},
                     {"json_schema", {{"name", "reply"}, {"strict", true}, {"schema", schema}}}});
  }
  if (!endpoint.options.extra_body.empty()) {
    body.update(ordered_json::parse(endpoint.options.extra_body));
  }
  return body;
}

void apply_quirks(ordered_json& body, const Quirks& quirks) {
  for (const std::string& field : quirks.left_out) body.erase(field);
  const char* wanted = quirks.completion_tokens ? "max_completion_tokens" : "max_tokens";
  const char* other = quirks.completion_tokens ? "max_tokens" : "max_completion_tokens";
  if (quirks.renamed && body.contains(other)) {
    body[wanted] = body[other];
    body.erase(other);
  }
  if (!quirks.tokens_limit || !body.contains(wanted)) return;
  if (body[wanted].is_number() && body[wanted].get<std::int64_t>() > *quirks.tokens_limit) {
    body[wanted] = *quirks.tokens_limit;
  }
}

}  // namespace drp::llm::http
