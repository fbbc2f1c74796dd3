// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <array>

#include "base/text.h"
#include "path/opening.h"
#include "teacher/rules/passes.h"

namespace drp::teacher {
namespace {

constexpr std::string_view kName = "merge";
constexpr std::size_t kExpressionBytesMax = 80;

// An operation in words and in the signs that a trace may write it in, the usual one first.
struct SignWord {
  std::string_view word;
  std::array<std::string_view, 3> signs;
};
constexpr std::array<SignWord, 5> kSignWords = {{{" multiplied by ", {" \u00d7 ", " * ", " x "}},
                                                 {" times ", {" \u00d7 ", " * ", " x "}},
                                                 {" divided by ", {" \u00f7 ", " / ", ""}},
                                                 {" plus ", {" + ", "", ""}},
                                                 {" minus ", {" - ", "", ""}}}};

// Whether `text` writes an operation on two numbers with `sign`.
bool uses_sign(std::string_view text, std::string_view sign) {
  for (std::size_t at = text.find(sign); at != std::string_view::npos;
       at = text.find(sign, at + 1)) {
    const std::size_t after = at + sign.size();
    if (at > 0 && is_digit(text[at - 1]) && after < text.size() &&
        (is_digit(text[after]) || text[after] == '$')) {
      return true;
    }
  }
  return false;
}

// The sign by which the trace itself writes each operation, the usual one where it has none for it.
using Notation = std::array<std::string_view, kSignWords.size()>;

Notation read_notation(std::string_view reasoning) {
  Notation notation;
  for (std::size_t i = 0; i < kSignWords.size(); ++i) {
    notation[i] = kSignWords[i].signs.front();
    for (const std::string_view sign : kSignWords[i].signs) {
      if (!sign.empty() && uses_sign(reasoning, sign)) {
        notation[i] = sign;
        break;
      }
    }
  }
  return notation;
}

// `text` as far as it is numbers and operations on them; empty where it is more or less than that.
std::string_view only_expression(std::string_view text) {
  text = trim(text);
  if (text.ends_with("$")) text = trim(text.substr(0, text.size() - 1));
  if (text.ends_with(",")) text.remove_suffix(1);
  std::string left(text);
  bool has_sign = false;
  for (const SignWord& operation : kSignWords) {
    has_sign = has_sign || contains(left, operation.word);
    left = replace_all(left, operation.word, " + ");
    for (const std::string_view sign : operation.signs) {
      if (sign.empty() || !contains(left, sign)) continue;
      has_sign = true;
      left = replace_all(left, sign, " + ");
    }
  }
  const bool whole = std::none_of(left.begin(), left.end(), is_letter) && !contains(left, "=");
  const bool fits = text.size() <= kExpressionBytesMax && !contains(text, "\\") &&
                    contains(text, "(") == contains(text, ")");
  return has_sign && whole && fits ? text : std::string_view();
}

// The left side of `equation` as it stands in `text`, or nothing where it holds other words.
std::string_view expression_of(std::string_view text, const path::Equation& equation) {
  if (equation.result_span.begin <= equation.span.begin) return {};
  std::size_t begin = equation.span.begin;
  if (begin > 0 && text[begin - 1] == '$') --begin;  // "$12 plus $1"
  // "4! = 4 * 3 * 2 = 24" is not only its right side.
  if (text.substr(0, begin).find_first_of("=!") != std::string_view::npos) return {};
  const std::string_view left = text.substr(begin, equation.result_span.begin - begin);
  std::size_t link = left.find('=');
  for (const std::string_view verb :
       {" is ", " equals ", " are ", " gives ", " makes ", " would be ", " which ", ", "}) {
    link = std::min(link, left.find(verb));
  }
  return only_expression(left.substr(0, link));
}

std::string in_notation(std::string_view expression, const Notation& notation) {
  std::string written(expression);
  for (std::size_t i = 0; i < kSignWords.size(); ++i) {
    written = replace_all(written, kSignWords[i].word, notation[i]);
  }
  return written;
}

// "7 times 0.5 is, since 0.5 is half, 7 divided by 2 is 3.5": why another operation is made, so
// that the last one alone is not the trace's.
bool leads_up(const UnitFacts& unit, const path::Equation& equation) {
  for (const path::Number& number : path::find_numbers(unit.text)) {
    if (number.span.end > equation.span.begin) break;
    const bool own =
        std::any_of(equation.operands.begin(), equation.operands.end(), [&](double operand) {
          return path::number_key(operand) == path::number_key(number.value);
        });
    if (!number.word && !own) return true;
  }
  return false;
}

// Unit `i` is one computation and names nothing.
bool bare_computation(const Draft& draft, std::size_t i) {
  const UnitFacts& unit = draft.units[i];
  return unit.flow.equations.size() == 1 && unit.flow.equations.front().holds &&
         unit.flow.symbols == 0 && unit.words.content_count == 0 &&
         unit.unit.kind == path::UnitKind::kSentence && !draft.decisions[i].pinned &&
         !leads_up(unit, unit.flow.equations.front());
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

// "33 is not prime": the number is what the sentence speaks of, not what it names.
bool is_subject(std::string_view text, Span number) {
  constexpr std::array<std::string_view, 18> kVerbs = {
      "is",    "isn't", "are",     "aren't", "was",   "were", "has",   "have", "can",
      "can't", "does",  "doesn't", "will",   "would", "goes", "works", "fits", "should"};
  std::string_view rest = text.substr(number.end);
  const bool opens = number.begin <= path::read_opening(text).core + 1;
  for (int words = 0; words < (opens ? 4 : 1) && rest.size() > 1 && rest[0] == ' '; ++words) {
    const std::size_t end = std::min(rest.find_first_of(" .,;:?", 1), rest.size());
    if (std::find(kVerbs.begin(), kVerbs.end(), rest.substr(1, end - 1)) != kVerbs.end()) {
      return true;
    }
    rest = rest.substr(end);
  }
  return false;
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
    if (found || inside_expression(draft.text(i), number.span) ||
        is_subject(draft.text(i), number.span)) {
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

bool goes_on_with_verb(std::string_view text) {
  for (const std::string_view verb :
       {"is ", "is...", "are ", "was ", "equals ", "gives ", "makes ", "would ", "will ", "comes ",
        "can ", "becomes ", "should ", "equal "}) {
    if (text.starts_with(verb)) return true;
  }
  return false;
}

// "That would be 36 + 24. [talk] 36 + 24 = 60." stutters once the talk is gone: one sentence.
void merge_stutters(Draft& draft) {
  for (std::size_t i = 0; i + 1 < draft.derivation_end(); ++i) {
    if (!draft.kept(i) || draft.units[i].flow.computes()) continue;
    const std::size_t next = draft.next_kept(i);
    if (next >= draft.derivation_end()) continue;
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
      // "is 700" after "a trip is 2100 / 3", but not after "First, 60 plus 180"
      const bool opens = path::read_opening(before).core + size + 1 >= before.size();
      const bool words = rest.size() > 1 && is_letter(rest[1]);
      if (words && !goes_on_with_verb(rest.substr(1))) continue;  // "25 % of 100 riders = ..."
      const bool verb = words && !opens;
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

// The expression of an announcing sentence as it stands there; empty where it has words for
// numbers.
std::string_view announced_expression(std::string_view text) {
  const std::size_t begin = text.find_first_of("0123456789$(");
  if (begin == std::string_view::npos || !text.ends_with(".")) return {};
  return only_expression(text.substr(begin, text.size() - 1 - begin));
}

// Whether the operation itself is there: "3 times 60" and "5 * 2", not "10 % of 120".
bool is_spelt_out(std::string_view text) {
  const std::string lower = to_lower(text);
  return !announced_expression(text).empty() ||
         std::any_of(kSignWords.begin(), kSignWords.end(),
                     [&](const SignWord& operation) { return contains(lower, operation.word); });
}

// The sentence before unit `i` in its paragraph that only writes what unit `i` works out: "That's 5
// * 2." before "5 multiplied by 2 is 10."
std::optional<std::size_t> announcing(const Draft& draft, std::size_t i) {
  const std::optional<std::size_t> before = draft.previous_kept(i);
  if (!before) return std::nullopt;
  for (std::size_t j = *before; j < i; ++j) {
    if (draft.units[j].ends_paragraph) return std::nullopt;
  }
  const UnitFacts& unit = draft.units[*before];
  std::vector<std::int64_t> operands;
  for (const double operand : draft.units[i].flow.equations.front().operands) {
    path::add_key(operands, path::number_key(operand));
  }
  const bool alone = draft.decisions[*before].action != Action::kMultiStepCompress &&
                     unit.unit.kind == path::UnitKind::kSentence;
  const std::size_t number_words = unit.flow.mentions.size() - unit.flow.figures.size();
  const bool only = unit.words.content_count <= number_words && unit.flow.equations.empty() &&
                    !unit.asks && unit.flow.symbols == 0 && !unit.flow.opening.first &&
                    !unit.flow.opening.later && unit.flow.mentions == operands &&
                    is_spelt_out(draft.text(*before));
  return alone && only ? before : std::nullopt;
}

// Whether the unit works out the same numbers to the same result.
bool computes_same(const UnitFacts& unit, const path::Equation& equation) {
  const std::string key = path::equation_key(equation);
  return std::any_of(unit.flow.equations.begin(), unit.flow.equations.end(),
                     [&](const path::Equation& other) { return path::equation_key(other) == key; });
}

}  // namespace

void merge_results(Draft& draft) {
  merge_stutters(draft);
  std::optional<Notation> notation;
  for (std::size_t i = 0; i + 1 < draft.units.size(); ++i) {
    const std::size_t next = i + 1;
    if (!draft.kept(i) || !draft.kept(next) || !bare_computation(draft, i)) {
      continue;
    }
    const path::Equation& equation = draft.units[i].flow.equations.front();
    const std::string_view expression = expression_of(draft.units[i].text, equation);
    const std::optional<Span> place = named_result(draft, next, path::number_key(equation.result));
    if (expression.empty() || !place) {
      continue;
    }
    // "16 * 3 = 48 halves. 16 * 3 is 48. So she needs 48 halves.": said with its words already.
    if (const auto before = draft.previous_kept(i)) {
      if (computes_same(draft.units[*before], equation)) {
        draft.decisions[i] = {Action::kDelete, "repetition",
                              "computes again what unit " + std::to_string(*before + 1) + " did",
                              std::nullopt, false};
        continue;
      }
    }
    if (!notation) notation = read_notation(draft.trace.reasoning_text());
    const std::optional<std::size_t> announced = announcing(draft, i);
    std::string written = in_notation(expression, *notation);
    if (announced) {
      const std::string_view own = announced_expression(draft.text(*announced));
      if (!own.empty()) written = in_notation(own, *notation);
    }
    std::string text(draft.text(next));
    std::size_t at = place->begin;
    if (at > 0 && text[at - 1] == '$') {
      --at;  // "8 × 20 = $160": the sign is the result's
    }
    text.insert(at, written + " = ");
    const std::size_t gone = announced ? draft.text(*announced).size() + 1 : 0;
    if (text.size() >= gone + draft.text(i).size() + 1 + draft.text(next).size()) {
      continue;
    }
    for (std::size_t j = announced.value_or(i); j <= i; ++j) {
      draft.decisions[j] = {Action::kMultiStepCompress, kName, "computes what the next unit names",
                            std::nullopt, false};
    }
    draft.decisions[next] = {Action::kMultiStepCompress, kName,
                             "joined with the computation before it", text, false};
  }
  merge_lone_expressions(draft, kName);
}

}  // namespace drp::teacher
