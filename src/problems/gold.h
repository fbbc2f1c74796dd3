// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace drp::problems {

// The reference answer alone out of what an answer column holds: what follows the last "####"
// (GSM8K), else the text, trimmed.
std::string gold_answer(std::string_view text);

// The same out of a worked solution: "####", else the content of the last \boxed{...} or \fbox{...}
// whose braces balance, else the text.
std::string gold_from_solution(std::string_view text);

}  // namespace drp::problems
