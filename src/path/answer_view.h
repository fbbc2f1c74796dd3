// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "path/flow.h"

namespace drp::path {

// An extracted answer in the form in which a step can be asked whether it states it.
struct AnswerView {
  std::string text;                 // as extracted
  std::string compact;              // without white space and decoration, lower case
  std::optional<std::int64_t> key;  // number key, where the answer is one number
  bool found() const { return !text.empty(); }
};

// The answer that a raw response states: in its answer part, else anywhere; empty where there is
// none.
std::string final_answer(std::string_view response);

// `answer` is what answers::extract gives; empty where nothing was found.
AnswerView view_answer(std::string_view answer);

// Lower case without white space, dollar signs and the LaTeX that only sets type.
std::string compact_math(std::string_view text);

// Whether `text` (whose flow is `flow`) mentions the answer at all.
bool mentions_answer(std::string_view text, const Flow& flow, const AnswerView& answer);

}  // namespace drp::path
