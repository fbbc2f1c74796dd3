// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>
#include <string_view>

namespace drp::problems {

using Json = nlohmann::ordered_json;

// The last exchange of a conversation: messages [{role, content}] or ShareGPT [{from, value}].
// Reasoning that a message keeps apart (thinking, reasoning_content, reasoning) is joined to it.
struct Exchange {
  std::string question;  // of the last user turn
  std::string response;  // of the last assistant turn; "" where there is none
};

// Whether the value is such a list.
bool is_conversation(const Json& value);
// Nothing where it has neither a user nor an assistant turn.
std::optional<Exchange> last_exchange(const Json& conversation);

// Reasoning and answer kept apart, as one response in the common form
// "<think>\n...\n</think>\n\n..."; an empty reasoning, or an answer that closes a <think> itself,
// leaves the answer alone.
std::string joined_response(std::string_view reasoning, std::string_view answer);

}  // namespace drp::problems
