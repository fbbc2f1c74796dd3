// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>
#include <string_view>

namespace drp::problems {

using Json = nlohmann::ordered_json;

// Where JSON text stops making sense.
struct JsonProblem {
  std::size_t at = 0;  // byte
  std::string what;
};

// Parses one value, with fractions as strings of what is written (rows.h). Lone surrogate escapes
// and invalid UTF-8 are repaired first.
std::optional<JsonProblem> parse_json(std::string_view text, Json& value);

// Parses an array and hands over its elements one by one; the array itself is never built.
// `element` returns false to stop early.
std::optional<JsonProblem> parse_json_array(std::string_view text,
                                            const std::function<bool(Json&&)>& element);

// Each \uD800 to \uDFFF escape without its partner becomes \uFFFD.
std::string repair_surrogates(std::string_view text);

}  // namespace drp::problems
