// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <nlohmann/json_fwd.hpp>

#include "llm/http/verdict.h"

namespace drp::llm::http {

// Reads a chat completion: content (text, or a list of parts), reasoning under any of its names
// (reasoning_content, reasoning, reasoning_details, parts of type "thinking"), refusal, the finish
// reason and usage with cached and reasoning tokens; or a plain completion, which has a text.
// kRetry without a message where `body` holds no choice; kFailRow for a refusal, and where the
// ceiling was reached before the answer began (the reasoning that there was stays in the reply).
Outcome read_reply(const nlohmann::json& body, const Endpoint& endpoint);

// The `usage` member of any body.
Usage read_usage(const nlohmann::json& body);

}  // namespace drp::llm::http
