// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <array>

#include "base/text.h"
#include "teacher/rules/passes.h"

namespace drp::teacher {
namespace {

constexpr std::string_view kName = "merge";
constexpr std::size_t kExpressionBytesMax = 80;

struct SignWord {
  std::string_view word;
  std::string_view sign;
};
constexpr std::array<SignWord, 6> kSignWords = {{{" multiplied by ", " × "},
                                                 {" divided by ", " ÷ "},
                                                 {" times ", " × "},
                                                 {" plus ", " + "},
                                                 {" minus ", " - "},
                                                 {" x ", " × "}}};

// The left side of `equation` in signs, or nothing where it holds words that a sign can't replace.
std::optional<std::string> expression_of(std::string_view text, const path::Equation& equation) {
  if (equation.result_span.begin <= equation.span.begin) {
    return std::nullopt;
  }
  std::size_t begin = equation.span.begin;
  if (begin > 0 && text[begin - 1] == '$') --begin;  // "$12 plus $1"
  std::string left(text.substr(begin, equation.result_span.begin - begin));
  for (const SignWord& sign : kSignWords) {
    left = replace_all(left, sign.word, sign.sign);
  }
  const std::size_t first_letter =
      static_cast<std::size_t>(std::find_if(left.begin(), left.end(), is_letter) - left.begin());
  const std::size_t link = std::min(left.find('='), first_letter);
  std::string_view expression = trim(std::string_view(left).substr(0, std::min(link, left.size())));
  if (expression.ends_with("$")) {
    expression = trim(expression.substr(0, expression.size() - 1));
  }
  if (expression.ends_with(",")) {
    expression.remove_suffix(1);
  }
  const bool whole = link == left.size() || left[link] == '=' ||
                     left.find_first_of("+*/-^", link) == std::string::npos;
  const bool has_sign = contains(expression, " + ") || contains(expression, " - ") ||
                        contains(expression, "×") || contains(expression, "÷") ||
                        contains(expression, " * ") || contains(expression, " / ");
  if (!whole || !has_sign || expression.size() > kExpressionBytesMax ||
      contains(expression, "\\") || contains(expression, "(") != contains(expression, ")")) {
    return std::nullopt;
  }
  return std::string(expression);
}

// Unit `i` is one computation and names nothing.
bool bare_computation(const Draft& draft, std::size_t i) {
  const UnitFacts& unit = draft.units[i];
  return unit.flow.equations.size() == 1 && unit.flow.equations.front().holds &&
         unit.flow.symbols == 0 && unit.words.content_count == 0 &&
         unit.unit.kind == path::UnitKind::kSentence && !draft.decisions[i].pinned;
}

// Whether the number is an operand: "82 + 75" names no result 82.
bool inside_expression(std::string_view text, Span number) {
  const auto is_sign = [](std::string_view rest) {
    return !rest.empty() && (contains("+-*/^=", rest.substr(0, 1)) || rest.starts_with("\u00d7") ||
                             rest.starts_with("\u00f7") || rest.starts_with("x ") ||
                             rest.starts_with("times ") || rest.starts_with("minus ") ||
                             rest.starts_with("plus ") || rest.starts_with("divided "));
  };
  const std::size_t next = text.find_first_not_of(' ', number.end);
  const std::size_t before =
      number.begin == 0 ? std::string_view::npos : text.find_last_not_of(" $", number.begin - 1);
  // "18 goes into 90", "take 4 from 90".
  for (const std::string_view word : {" into ", " from ", " by ", " of "}) {
    if (text.substr(0, number.begin).ends_with(word)) return true;
  }
  return (next != std::string_view::npos && is_sign(text.substr(next))) ||
         (before != std::string_view::npos && contains("+-*/^", text.substr(before, 1)));
}

// "Next, I subtract the 50 from 72": the next step's set-up, which names no result.
bool sets_up(const UnitFacts& unit) {
  for (const std::string_view verb :
       {"i subtract", "i add", "i multiply", "i divide", "we subtract", "we add", "we multiply",
        "we divide", "i take ", "we take "}) {
    if (contains(unit.lower, verb)) return true;
  }
  return unit.plans || unit.plans_inside();
}

// Where the result stands in the naming sentence, when it stands there once and nothing is
// computed.
std::optional<Span> named_result(const Draft& draft, std::size_t i, std::int64_t key) {
  const UnitFacts& unit = draft.units[i];
  if (unit.flow.computes() || unit.words.content_count == 0 || sets_up(unit) ||
      unit.text.find('=') != std::string_view::npos ||
      unit.unit.kind != path::UnitKind::kSentence ||
      unit.flow.opening.anaphor == path::Anaphor::kDemonstrative) {
    return std::nullopt;
  }
  std::optional<Span> found;
  for (const path::Number& number : path::find_numbers(draft.text(i))) {
    if (number.word || number.fraction || path::number_key(number.value) != key) {
      continue;
    }
    if (found || inside_expression(draft.text(i), number.span)) {
      return std::nullopt;
    }
    found = number.span;
  }
  return found;
}

// Bytes at the head of `text` that repeat the expression with which `before` ends: "36 + 24" in
// "That would be 36 + 24." and "36 + 24 = 60."; 0 where there is none.
std::size_t repeated_expression(std::string_view before, std::string_view text) {
  if (!before.ends_with(".")) return 0;
  before.remove_suffix(1);
  for (std::size_t size = std::min(before.size(), text.size()); size >= 5; --size) {
    const std::string_view head = text.substr(0, size);
    if (!before.ends_with(head) || path::find_numbers(head).size() < 2) continue;
    const bool apart = before.size() == size || before[before.size() - size - 1] == ' ';
    const bool ends = size == text.size() || text[size] == ' ' || text[size] == '.';
    if (apart && ends && read_words(to_lower(head)).content_count == 0) return size;
  }
  return 0;
}

// "That would be 36 + 24. [talk] 36 + 24 = 60." stutters once the talk is gone: one sentence.
void merge_stutters(Draft& draft) {
  for (std::size_t i = 0; i + 1 < draft.derivation_end(); ++i) {
    const std::size_t next = draft.next_kept(i);
    if (!draft.kept(i) || next >= draft.derivation_end() || draft.units[i].flow.computes())
      continue;
    const auto alone = [&](std::size_t j) {
      return draft.decisions[j].action != Action::kMultiStepCompress &&
             draft.units[j].unit.kind == path::UnitKind::kSentence;
    };
    if (!alone(i) || !alone(next)) continue;
    const std::string before(draft.text(i));
    const std::string text(draft.text(next));
    const std::size_t size = repeated_expression(before, text);
    if (size == 0) continue;
    std::string joined = before;
    const std::string_view rest = std::string_view(text).substr(size);
    if (rest != ".") {
      const bool verb =
          rest.size() > 1 && is_letter(rest[1]);  // "is 700" after "a trip is 2100 / 3"
      joined.pop_back();
      joined += (verb ? ", which" : "") + std::string(rest);
    }
    for (std::size_t j = i; j <= next; ++j) {
      draft.decisions[j] = {Action::kMultiStepCompress, kName, "says the same expression twice",
                            std::nullopt, false};
    }
    draft.decisions[next].text = joined;
  }
}

}  // namespace

void merge_results(Draft& draft) {
  merge_stutters(draft);
  for (std::size_t i = 0; i + 1 < draft.units.size(); ++i) {
    const std::size_t next = draft.next_kept(i);
    if (!draft.kept(i) || next != i + 1 || !bare_computation(draft, i)) {
      continue;
    }
    const path::Equation& equation = draft.units[i].flow.equations.front();
    const std::optional<std::string> expression = expression_of(draft.units[i].text, equation);
    const std::optional<Span> place = named_result(draft, next, path::number_key(equation.result));
    if (!expression || !place) {
      continue;
    }
    std::string text(draft.text(next));
    std::size_t at = place->begin;
    std::string inserted = *expression + " = ";
    if (at > 0 && text[at - 1] == '$') {
      --at;  // "8 × 20 = $160": the sign is the result's
    }
    text.insert(at, inserted);
    if (text.size() >= draft.text(i).size() + 1 + draft.text(next).size()) {
      continue;
    }
    draft.decisions[i] = {Action::kMultiStepCompress, kName, "computes what the next unit names",
                          std::nullopt, false};
    draft.decisions[next] = {Action::kMultiStepCompress, kName,
                             "joined with the computation before it", text, false};
  }
}

}  // namespace drp::teacher
