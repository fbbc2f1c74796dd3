// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include "base/text.h"
#include "teacher/rules/passes.h"

namespace drp::teacher {
namespace {

constexpr std::string_view kName = "mend";

// Figures of unit `i` that only deleted units before it had: the slip that it mentions.
std::vector<path::Number> stale_figures(const Draft& draft, std::size_t i) {
  std::vector<std::int64_t> kept = draft.given.values;
  std::vector<std::int64_t> deleted;
  for (std::size_t j = 0; j < i; ++j) {
    std::vector<std::int64_t>& into = draft.kept(j) ? kept : deleted;
    for (const std::int64_t key : draft.units[j].flow.mentions) {
      path::add_key(into, key);
    }
  }
  const UnitFacts& unit = draft.units[i];
  std::vector<path::Number> stale;
  for (const path::Number& number : path::find_numbers(unit.text)) {
    const std::int64_t key = path::number_key(number.value);
    const bool operand = std::any_of(unit.flow.equations.begin(), unit.flow.equations.end(),
                                     [&](const path::Equation& equation) {
                                       return equation.holds &&
                                              number.span.begin >= equation.span.begin &&
                                              number.span.end <= equation.span.end;
                                     });
    if (!number.word && !operand && !path::has_key(kept, key) && path::has_key(deleted, key)) {
      stale.push_back(number);
    }
  }
  return stale;
}

// Where ", not 27" or " instead of 27" begins before the figure at `at`, or npos.
std::size_t contrast_begin(std::string_view text, std::size_t at) {
  for (const std::string_view words :
       {", not ", " not ", " instead of ", ", rather than ", " rather than "}) {
    const std::size_t found = text.rfind(words, at);
    if (found != std::string_view::npos && at - found <= words.size() + 3) {
      return found;
    }
  }
  return std::string_view::npos;
}

// The unit without the slip: the contrast cut off, else its right computation alone.
std::optional<std::string> mended(const UnitFacts& unit, const std::vector<path::Number>& stale) {
  const std::string_view text = unit.text;
  if (stale.size() == 1) {
    const std::size_t begin = contrast_begin(text, stale.front().span.begin);
    const std::string_view rest = text.substr(stale.front().span.end);
    if (begin != std::string_view::npos &&
        rest.find_first_not_of(".!*) ") == std::string_view::npos) {
      return std::string(text.substr(0, begin)) + ".";
    }
  }
  const auto right = std::find_if(unit.flow.equations.rbegin(), unit.flow.equations.rend(),
                                  [](const path::Equation& equation) { return equation.holds; });
  if (right == unit.flow.equations.rend()) {
    return std::nullopt;
  }
  const Span span = right->span;
  const bool holds_slip = std::any_of(stale.begin(), stale.end(), [&](const path::Number& number) {
    return number.span.begin >= span.begin && number.span.end <= span.end;
  });
  if (holds_slip) {
    return std::nullopt;
  }
  std::string sentence(slice(text, span));
  path::capitalise(sentence);
  return sentence + ".";
}

// "Wait, no, 28 * 30 is actually 840" without "actually", where the slip that it is said against
// is gone.
std::optional<std::string> stated_anew(const Draft& draft, std::size_t i) {
  const UnitFacts& unit = draft.units[i];
  if (!unit.flow.opening.doubts || unit.asks || !unit.flow.computes()) return std::nullopt;
  std::size_t before = i;
  while (before > 0 && !draft.kept(before - 1) && draft.units[before - 1].talk_only()) --before;
  const bool slip_gone =
      before > 0 && !draft.kept(before - 1) && draft.decisions[before - 1].pass == "false_start";
  if (!slip_gone) return std::nullopt;
  for (const path::Equation& equation : unit.flow.equations) {
    const std::string_view said = slice(unit.text, equation.span);
    for (const std::string_view word : {" is actually ", " is just "}) {
      const std::size_t at = said.find(word);
      if (at == std::string_view::npos || !equation.holds) continue;
      std::string text(unit.text.substr(unit.flow.opening.core));
      const std::size_t is = equation.span.begin + at + 3 - unit.flow.opening.core;
      text.erase(is, word.size() - 4);
      path::capitalise(text);
      return text;
    }
  }
  return std::nullopt;
}

}  // namespace

void mend_corrections(Draft& draft) {
  for (std::size_t i = 1; i < draft.derivation_end(); ++i) {
    const UnitFacts& unit = draft.units[i];
    if (std::optional<std::string> text = draft.kept(i) ? stated_anew(draft, i) : std::nullopt) {
      draft.rewrite(i, kName, std::move(*text), "the slip that it is said against is gone");
      continue;
    }
    const bool may_mend = unit.corrects || unit.flow.opening.doubts ||
                          contains(unit.lower, ", not ") || contains(unit.lower, "instead of");
    if (!draft.kept(i) || !may_mend || unit.flow.figures.empty()) {
      continue;
    }
    const std::vector<path::Number> stale = stale_figures(draft, i);
    if (stale.empty()) {
      continue;
    }
    if (std::optional<std::string> text = mended(unit, stale)) {
      draft.rewrite(
          i, kName, std::move(*text),
          "corrects " + std::string(slice(unit.text, stale.front().span)) + ", which is gone");
    }
  }
}

}  // namespace drp::teacher
