// SPDX-License-Identifier: Apache-2.0
#include "path/answer_view.h"

#include <algorithm>
#include <array>
#include <vector>

#include "answers/grade.h"
#include "answers/response.h"
#include "base/text.h"
#include "path/number.h"

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

std::string final_answer(std::string_view response) {
  const Span answer = answers::split_response(response).answer;
  std::string text = answers::extract(slice(response, answer)).text;
  return text.empty() ? answers::extract(response).text : text;
}

AnswerView view_answer(std::string_view answer) {
  AnswerView view;
  view.text = std::string(trim(answer));
  view.compact = compact_math(view.text);
  if (!view.text.empty()) {
    view.key = single_number(view.text);
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
  if (answer.key && answer.compact.size() < 6) {
    return false;
  }
  if (answer.compact.size() <= 2) {
    // One letter says too little by itself: it must stand in a box or after "answer".
    const std::string lower = to_lower(text);
    return (contains(lower, "answer") || contains(lower, "boxed") || contains(lower, "option") ||
            contains(lower, "choice")) &&
           contains(compact_math(text), answer.compact);
  }
  return contains(compact_math(text), answer.compact);
}

}  // namespace drp::path
