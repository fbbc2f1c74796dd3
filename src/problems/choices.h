// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace drp::problems {

using Json = nlohmann::ordered_json;

// One answer of a multiple choice question.
struct Choice {
  std::string label;  // "A"
  std::string text;
};

// The choices that a column holds: a list of strings ("mall" or "D) mall"), a list of {label,
// text}, an object of lists {label: [...], text: [...]}, or an object {"A": "bank", ...}. Nothing
// where it is none of these.
std::optional<std::vector<Choice>> read_choices(const Json& value);

// The choices as lines "A) bank" below the question.
std::string with_choices(std::string_view question, const std::vector<Choice>& choices);

// The label an answer stands for: a label, the text of one choice, or (where `number`) a 0-based
// position; else the answer itself.
std::string choice_label(const std::string& answer, bool number,
                         const std::vector<Choice>& choices);

}  // namespace drp::problems
