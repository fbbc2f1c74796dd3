// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <set>
#include <string>

#include "base/text.h"
#include "teacher/rules/operation.h"
#include "teacher/rules/passes.h"

namespace drp::teacher {
namespace {

constexpr std::string_view kName = "echo";

std::set<std::string> tokens_of(std::string_view lower) {
  std::set<std::string> tokens;
  std::string token;
  for (const char c : std::string(lower) + " ") {
    if (is_letter(c) || is_digit(c) || (!token.empty() && (c == '.' || c == '\''))) {
      token += c;
      continue;
    }
    while (token.ends_with('.')) token.pop_back();
    if (!token.empty()) tokens.insert(token);
    token.clear();
  }
  return tokens;
}

// Whether `unit`, behind its opener, has no word that `said`, the sentence before it in the path,
// has not.
bool repeats(const UnitFacts& unit, const UnitFacts& said) {
  constexpr std::size_t kWordsMin = 4;
  if (unit.unit.kind != path::UnitKind::kSentence || unit.flow.computes() || unit.asks ||
      unit.states_answer || unit.carries_case() || unit.formula || contains(unit.text, ":") ||
      contains(said.text, "\"") || contains(said.text, "\u201d")) {
    return false;
  }
  const std::set<std::string> tokens = tokens_of(unit.core());
  const std::set<std::string> before = tokens_of(said.lower);
  return tokens.size() >= kWordsMin &&
         std::includes(before.begin(), before.end(), tokens.begin(), tokens.end());
}

// "2 \u00d7 8 is 16, so 16/27. [a detour] Actually, 2 \u00d7 8 is 16, so 2 \u00d7 8/27 is 16/27.":
// whether `again`, which the path has right after `unit`, says all of it once more.
bool is_said_again(const UnitFacts& unit, const UnitFacts& again) {
  Computations made;
  add_computations(again, made);
  if (unit.unit.kind != path::UnitKind::kSentence || !only_recomputes(unit, made) || unit.asks ||
      unit.carries_case() || unit.flow.defines != 0) {
    return false;
  }
  const std::set<std::string> tokens = tokens_of(unit.core());
  const std::set<std::string> later = tokens_of(again.lower);
  return std::includes(later.begin(), later.end(), tokens.begin(), tokens.end());
}

// "So if Rong saves 20, then Neil saves 20 plus (2/5)*20. [a doubt] If Rong saves 20, Neil saves 20
// + (2/5)*20.": whether `again` has all words and numbers of `unit` and few more.
bool is_within(const UnitFacts& unit, const UnitFacts& again) {
  constexpr std::size_t kWordsMin = 4;
  constexpr std::size_t kMoreMax = 8;
  const auto denies = [](const UnitFacts& said) {
    return contains(said.lower, " not ") || contains(said.lower, "n't ") ||
           contains(said.lower, " no ");
  };
  const auto sentence = [](const UnitFacts& said) {
    return said.unit.kind == path::UnitKind::kSentence && !said.asks && !said.hedges &&
           !said.corrects && !said.carries_case() && said.flow.defines == 0;
  };
  if (!sentence(unit) || !sentence(again) || denies(unit) != denies(again) ||
      contains(unit.text, ":") || contains(unit.text, "\"") || contains(unit.text, "\u201d") ||
      operation_signs(unit.lower) != operation_signs(again.lower) ||
      !std::includes(again.flow.figures.begin(), again.flow.figures.end(),
                     unit.flow.figures.begin(), unit.flow.figures.end())) {
    return false;
  }
  // Of formulas the order says what: only one that goes on word for word is the same.
  std::string_view begin = unit.core();
  while (begin.ends_with('.')) begin.remove_suffix(1);
  if (unit.formula || again.formula) return begin.size() > 20 && again.core().starts_with(begin);
  if (unit.words.content_count == 0) return false;
  std::set<std::string> tokens = tokens_of(unit.core());
  for (const char* word : {"so", "then", "plus", "that", "the", "therefore", "now", "minus"}) {
    tokens.erase(word);
  }
  const std::set<std::string> later = tokens_of(again.lower);
  return tokens.size() >= kWordsMin && later.size() <= tokens.size() + kMoreMax &&
         std::includes(later.begin(), later.end(), tokens.begin(), tokens.end());
}

// What a cut between two sentences that compute the same has brought together: the fuller stays.
void drop_first_of_two(Draft& draft) {
  for (std::size_t i = 0; i + 1 < draft.derivation_end(); ++i) {
    if (!draft.kept(i) || draft.decisions[i].action == Action::kMultiStepCompress) continue;
    const std::size_t next = draft.next_kept(i);
    if (next == i + 1 || next >= draft.derivation_end() ||
        draft.decisions[next].action == Action::kMultiStepCompress ||
        !(is_said_again(draft.units[i], draft.units[next]) ||
          is_within(draft.units[i], draft.units[next]))) {
      continue;
    }
    draft.decisions[i] = {Action::kDelete, kName,
                          "unit " + std::to_string(next + 1) + " says it again, with more",
                          std::nullopt, false};
  }
}

}  // namespace

// "20 % of 50 is 0.2 multiplied by 50. 0.2 \u00d7 50. 0.2 times 50 is 10.": the middle one says
// nothing. "She needs 60 cookies in total. Now, she needs 60 cookies.": nor does the second.
void drop_echoes(Draft& draft) {
  for (std::size_t i = 1; i < draft.derivation_end(); ++i) {
    const UnitFacts& unit = draft.units[i];
    if (!draft.kept(i) || draft.decisions[i].action == Action::kMultiStepCompress) continue;
    const std::optional<std::size_t> before = draft.previous_kept(i);
    const std::size_t next = draft.next_kept(i);
    if (!before || next >= draft.derivation_end()) continue;
    const UnitFacts& said = draft.units[*before];
    const unsigned signs = operation_signs(unit.lower);
    const bool bare_again =
        is_bare_operation(unit) && signs != 0 && (signs & operation_signs(said.lower)) == signs &&
        std::all_of(unit.flow.figures.begin(), unit.flow.figures.end(),
                    [&](std::int64_t key) { return path::has_key(said.flow.figures, key); });
    if (!bare_again && !repeats(unit, said)) continue;
    draft.decisions[i] = {Action::kDelete, kName,
                          "writes again what unit " + std::to_string(*before + 1) + " wrote",
                          std::nullopt, false};
  }
  drop_first_of_two(draft);
}

}  // namespace drp::teacher
