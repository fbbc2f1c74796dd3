// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

#include "llm/chat_model.h"

namespace drp::llm {

// Names of a request by its content: SHA-256, 64 hexadecimal digits. They hold all that a reply
// depends on (who answers, messages, prefix, sampling, grammar or schema, prompt version) and
// nothing else: no row key, transport or credential. Also the custom_id of a line in a batch file.
//
// A reply that ended by itself is kept under `open`, which leaves tokens_max out, so that raising
// the limit does not pay for it again; one that was cut is kept under `limited`.
struct RequestKey {
  std::string open;
  std::string limited;
  int limit = 0;  // the tokens_max in `limited`

  bool operator==(const RequestKey&) const = default;
};

RequestKey request_key(std::string_view identity, const ChatRequest& request);
// The limited key that belongs to an open one.
std::string limited_key(std::string_view open, int tokens_max);

}  // namespace drp::llm
