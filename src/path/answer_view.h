// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "path/flow.h"
#include "records/problem.h"

namespace drp::path {

// How an answer is found again in a text.
enum class AnswerSort {
  kFormula,  // by its number or its form
  kWords,    // by its words
  kOption,   // by an option's letter or text
  kCode,     // by the block's bytes
};

// An extracted answer in the form in which a step can be asked whether it states it.
struct AnswerView {
  std::string text;                 // as extracted
  std::string compact;              // without white space and decoration, lower case
  std::optional<std::int64_t> key;  // number key, where the answer is one number
  AnswerSort sort = AnswerSort::kFormula;
  char letter = '\0';  // of an option
  std::string words;   // spaced_words of the answer, or of the option that it names
  bool found() const { return !text.empty(); }
  // Whether the way to the answer leads through words: who, which, yes or no, code; not through
  // numbers and formulas.
  bool in_words() const { return found() && sort != AnswerSort::kFormula && !key; }
};

// The answer that a raw response states, as its domain's grader extracts it: in its answer part,
// else anywhere; empty where there is none. Of code it is the last fenced block.
std::string final_answer(std::string_view response, std::string_view domain);

// `answer` is what final_answer gives; empty where nothing was found. The question tells the text
// of a lettered option.
AnswerView view_answer(std::string_view answer, const Problem& problem);

// Lower case without white space, dollar signs and the LaTeX that only sets type.
std::string compact_math(std::string_view text);

// Whether `text` (whose flow is `flow`) mentions the answer at all.
bool mentions_answer(std::string_view text, const Flow& flow, const AnswerView& answer);
// The same for a text whose flow is not at hand.
bool mentions_answer(std::string_view text, const AnswerView& answer);

}  // namespace drp::path
