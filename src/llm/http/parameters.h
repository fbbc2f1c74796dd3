// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <set>
#include <string>

#include "llm/chat_model.h"
#include "llm/http/endpoint.h"
#include "llm/http/service_error.h"

namespace drp::llm::http {

// What a model was found not to take; learned from its first refusal and kept for all requests.
struct Quirks {
  bool completion_tokens = false;   // the ceiling is called max_completion_tokens, not max_tokens
  bool renamed = false;             // both names were tried
  std::set<std::string> left_out;   // fields that are not sent
  std::optional<int> tokens_limit;  // the highest ceiling it takes
  int version = 0;                  // one more with each thing learned
};

// The name of the ceiling that the service is known for: OpenAI and Azure moved to
// max_completion_tokens, the rest knows max_tokens.
Quirks initial_quirks(const Endpoint& endpoint);

// The body field that an error says the model does not take, if it is one that can be left out,
// renamed or lowered: a value out of range that the user chose is not.
std::optional<std::string> unsupported_field(const ServiceError& error);

// Changes `quirks` so that the same error does not come again; `tokens_max` is the ceiling that was
// sent. Says in one sentence what is done from now on; nothing where nothing is left to change.
std::optional<std::string> learn(Quirks& quirks, const ServiceError& error, int tokens_max);

// The body of a request to /chat/completions, or of a plain one to /completions. Text goes as it
// is; what is no UTF-8 becomes U+FFFD. Throws Error{kConfig} where the request holds something that
// cannot be asked of this endpoint.
nlohmann::ordered_json request_body(const ChatRequest& request, const Endpoint& endpoint,
                                    const Quirks& quirks);

// The same for a body that is made already.
void apply_quirks(nlohmann::ordered_json& body, const Quirks& quirks);

}  // namespace drp::llm::http
