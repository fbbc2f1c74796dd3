// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>
#include <string_view>

namespace drp::llm::http {

// What a service sent, read leniently where the text is plain:
//   - blank lines and lines that begin with a colon before the JSON (keep-alive of DeepSeek and
//     OpenRouter) and a byte order mark are skipped;
//   - an escaped half of a surrogate pair becomes U+FFFD, as does each byte that is no UTF-8;
//   - "data:" lines (a stream although none was asked for) are put together into one reply.
// Nothing where it is no JSON then. Text is otherwise kept byte for byte.
std::optional<nlohmann::json> read_service_json(std::string_view body);

// JSON text in which each escaped half of a surrogate pair is \ufffd.
std::string mend_surrogates(std::string_view json);

}  // namespace drp::llm::http
