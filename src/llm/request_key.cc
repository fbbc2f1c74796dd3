// SPDX-License-Identifier: Apache-2.0
#include "llm/request_key.h"

#include <fmt/format.h>

#include "base/fingerprint.h"

namespace drp::llm {
namespace {

// Changes when the list of fields below does.
constexpr std::string_view kVersion = "drp request 1";

// The shortest text that reads back as the same number; no locale.
std::string exact(double value) { return fmt::format("{}", value); }

}  // namespace

std::string limited_key(std::string_view open, int tokens_max) {
  return Fingerprint().add(open).add("tokens_max").add(std::int64_t{tokens_max}).hex();
}

RequestKey request_key(std::string_view identity, const ChatRequest& request) {
  Fingerprint print;
  print.add(kVersion).add(identity).add(request.prompt_version);
  print.add(static_cast<std::int64_t>(request.messages.size()));
  for (const Message& message : request.messages) print.add(message.role).add(message.content);
  const Sampling& sampling = request.sampling;
  print.add(request.response_prefix).add(request.grammar).add(request.json_schema);
  print.add(exact(sampling.temperature)).add(exact(sampling.top_p)).add(exact(sampling.min_p));
  print.add(std::int64_t{sampling.top_k}).add(std::to_string(sampling.seed));
  print.add(static_cast<std::int64_t>(request.stop.size()));
  for (const std::string& text : request.stop) print.add(text);
  // Keys of chat requests are older than the other form.
  if (request.form == PromptForm::kPlain) print.add("plain");
  RequestKey key;
  key.open = print.hex();
  key.limit = sampling.tokens_max;
  key.limited = limited_key(key.open, key.limit);
  return key;
}

}  // namespace drp::llm
