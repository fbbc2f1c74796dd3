// SPDX-License-Identifier: Apache-2.0
#include "path/answer_view.h"

#include <algorithm>
#include <array>
#include <vector>

#include "answers/choice.h"
#include "answers/grade.h"
#include "answers/response.h"
#include "base/text.h"
#include "path/notation.h"
#include "path/number.h"
#include "path/options.h"

namespace drp::path {
namespace {

constexpr std::array<std::string_view, 12> kDecorations = {"\\left",   "\\right",  "\\displaystyle",
                                                           "\\mathrm", "\\textbf", "\\text",
                                                           "\\mbox",   "\\boxed",  "\\!",
                                                           "\\,",      "\\;",      "\\ "};

// Bare words are units and names; what is left of "45 miles" or "\$40,000" is one number.
std::optional<std::int64_t> single_number(std::string_view answer) {
  std::string plain(answer);
  for (const std::string_view degree : {"^\\circ", "^{\\circ}", "\\degree", "\u00b0"}) {
    plain = replace_all(plain, degree, "");
  }
  answer = plain;
  const std::vector<Number> numbers = find_numbers(answer);
  std::vector<double> figures;
  for (const Number& number : numbers) {
    if (!number.word) {
      figures.push_back(number.value);
    }
  }
  const bool one = figures.size() == 1;
  const bool fraction = figures.size() == 3 && numbers.back().fraction;
  const std::string bare = replace_all(answer, "\\frac", "");
  const bool power = contains(answer, "^") || contains(answer, "sqrt") || contains(answer, "pi") ||
                     contains(answer, "_") || contains(answer, "i}");
  std::uint64_t symbols = read_flow(bare).symbols;
  if ((!one && !fraction) || power || symbols != 0 || answer.size() > 60) {
    return std::nullopt;
  }
  return number_key(fraction ? figures.back() : figures.front());
}

// The words inside \text{...} and its like.
std::string_view unwrapped(std::string_view text) {
  const std::size_t open = text.find('{');
  if (!text.starts_with("\\") || open == std::string_view::npos || !text.ends_with("}"))
    return text;
  return text.substr(open + 1, text.size() - open - 2);
}

// A name, "yes", "not enough information": letters alone, and one word of three or more.
bool is_plain_words(std::string_view answer) {
  const std::string_view text = unwrapped(answer);
  std::size_t run = 0;
  std::size_t longest = 0;
  for (const char c : text) {
    const bool letter = is_letter(c) || (c & '\x80') != 0;
    if (!letter && !contains(" -'.,", std::string_view(&c, 1))) return false;
    run = letter ? run + 1 : 0;
    longest = std::max(longest, run);
  }
  return longest >= 3;
}

// An option's name or text, and its number where its text is one.
void read_option(AnswerView& view, std::string_view question) {
  view.sort = AnswerSort::kOption;
  const std::optional<char> letter = answers::choice_letter(view.text);
  view.letter = letter.value_or('\0');
  view.words = letter ? std::string() : spaced_words(unwrapped(view.text));
  for (const Option& option : read_options(question)) {
    const bool meant = letter ? option.letter == *letter : spaced_words(option.text) == view.words;
    if (!meant) continue;
    view.letter = option.letter;
    view.words = spaced_words(option.text);
    view.key = single_number(option.text);
  }
}

// Chinese and its like write no blanks between words.
bool holds_words(std::string_view text, std::string_view words) {
  if (words.size() <= 2) return false;
  if (words.size() == 3 && is_lower(words[1])) {
    return names_letter(text, static_cast<char>(words[1] - 'a' + 'A'));
  }
  const bool wide = std::any_of(words.begin(), words.end(),
                                [](char c) { return static_cast<unsigned char>(c) >= 0xE3; });
  return wide ? contains(to_lower(text), trim(words)) : contains(spaced_words(text), words);
}

bool states_formula(std::string_view text, const AnswerView& answer) {
  if (answer.key && compact_math(answer.text).size() < 6) {
    return false;
  }
  const std::string formula = one_notation(answer.compact);
  const std::string compact = one_notation(compact_math(text));
  if (answer.compact.size() <= 2) {
    // One letter says too little by itself: it must stand in a box or after "answer".
    const std::string lower = to_lower(text);
    return (contains(lower, "answer") || contains(lower, "boxed") || contains(lower, "option") ||
            contains(lower, "choice")) &&
           holds_formula(compact, formula);
  }
  return holds_formula(compact, formula);
}

}  // namespace

std::string compact_math(std::string_view text) {
  std::string result;
  result.reserve(text.size());
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (is_space(c) || c == '$' || c == '*') {
      continue;
    }
    if (c == '\\') {
      const std::string_view rest = text.substr(i);
      const auto decoration = std::find_if(kDecorations.begin(), kDecorations.end(),
                                           [&](std::string_view d) { return rest.starts_with(d); });
      if (decoration != kDecorations.end()) {
        i += decoration->size() - 1;
        continue;
      }
      if (rest.starts_with("\\dfrac") || rest.starts_with("\\tfrac")) {
        result += '\\';
        i += 1;
        continue;
      }
    }
    result += is_upper(c) ? static_cast<char>(c - 'A' + 'a') : c;
  }
  return result;
}

std::string final_answer(std::string_view response, std::string_view domain) {
  const answers::ExtractOptions options{.domain = domain};
  const Span answer = answers::split_response(response).answer;
  std::string text = answers::extract(slice(response, answer), options).text;
  return text.empty() ? answers::extract(response, options).text : text;
}

AnswerView view_answer(std::string_view answer, const Problem& problem) {
  AnswerView view;
  view.text = std::string(trim(answer));
  view.compact = compact_math(view.text);
  if (view.text.empty()) return view;
  if (problem.domain == "code") {
    view.sort = AnswerSort::kCode;
    return view;
  }
  if (problem.domain == "choice") {
    read_option(view, problem.question);
    return view;
  }
  view.key = single_number(view.text);
  const bool words = problem.domain == "text" || is_plain_words(view.text);
  if (words && !view.key) {
    view.sort = AnswerSort::kWords;
    view.words = spaced_words(unwrapped(view.text));
  }
  return view;
}

bool mentions_answer(std::string_view text, const Flow& flow, const AnswerView& answer) {
  if (!answer.found()) {
    return false;
  }
  if (answer.key && has_key(flow.mentions, *answer.key)) {
    return true;
  }
  switch (answer.sort) {
    case AnswerSort::kFormula:
      return states_formula(text, answer);
    case AnswerSort::kWords:
      return holds_words(text, answer.words);
    case AnswerSort::kOption:
      return (answer.letter != '\0' && names_option(text, answer.letter)) ||
             holds_words(text, answer.words);
    case AnswerSort::kCode:
      return contains(compact_math(text), answer.compact);
  }
  return false;
}

bool mentions_answer(std::string_view text, const AnswerView& answer) {
  Flow flow;  // of which the numbers alone are looked at
  if (answer.key) flow.mentions = number_keys(find_numbers(text));
  return mentions_answer(text, flow, answer);
}

}  // namespace drp::path
