// SPDX-License-Identifier: Apache-2.0
#include "base/text.h"
#include "teacher/rules/passes.h"

namespace drp::teacher {
namespace {

constexpr std::size_t kBytesMax = 60;

std::size_t computations_from(const Draft& draft, std::size_t first) {
  std::size_t count = 0;
  for (std::size_t i = first; i < draft.derivation_end(); ++i) {
    count += draft.units[i].flow.computes() ? 1 : 0;
  }
  return count;
}

// A short sentence of the computation's own paragraph that says what, not how much.
bool announces_a_choice(const UnitFacts& unit) {
  const bool doubts =
      unit.asks || unit.hedges || unit.checks || unit.corrects || unit.approves || unit.alternative;
  return !unit.ends_paragraph && !doubts && unit.words.content_count > 0 &&
         unit.flow.figures.empty() && !unit.formula && unit.text.size() <= kBytesMax;
}

// "First the eggs eaten, then those of 3 days, finally what they bring": the steps in their order,
// with no number but the question's.
bool is_outline(const Draft& draft, const UnitFacts& unit) {
  constexpr std::size_t kOutlineBytesMax = 240;
  // "The problem says that some came first, then others" tells what happened.
  if (contains(unit.lower, "the problem") || contains(unit.lower, "the question")) return false;
  // "I think the order is": a hedge about the steps, not about a value.
  if (unit.asks || unit.checks || unit.corrects || unit.approves || unit.formula ||
      unit.flow.computes() || unit.text.size() > kOutlineBytesMax) {
    return false;
  }
  for (const std::int64_t key : unit.flow.figures) {
    if (!path::has_key(draft.given.values, key)) return false;
  }
  int marks = 0;
  for (const std::string_view mark : {"first ", "then ", "next ", "finally ", "after that"}) {
    marks += contains(unit.lower, mark) ? 1 : 0;
  }
  return marks >= 2;
}

}  // namespace

// In a solution of several steps the choice of the first one is a step of its own: the short
// announcement right before its computation. A student that learns to leave it out begins with the
// wrong computation more often, and one that no longer writes an outline down skips steps. So the
// first outline stays, and where there is none every choice of a long solution. It stays in the
// student's words, "I think" with it: a student that learned "The order is" for its own "I think
// the order is" wrote hardly any outline (docs/results.md, what was tried).
void keep_choices(Draft& draft) {
  if (!draft.anchor) {
    return;
  }
  constexpr std::size_t kLong = 3;  // computations
  const std::size_t computations = computations_from(draft, 0);
  const std::vector<std::uint32_t> goal = goal_words(draft);
  bool outlined = false;
  bool begun = false;
  for (std::size_t i = 0; i < draft.derivation_end(); ++i) {
    const UnitFacts& unit = draft.units[i];
    if (computations >= 2 && !begun && !outlined && is_outline(draft, unit)) {
      draft.decisions[i].pinned = true;
      draft.decisions[i].own_lead_in = true;
      outlined = true;
    }
    const bool every = computations >= kLong && !outlined;
    if (i == 0 || !unit.flow.computes() || draft.units[i - 1].flow.computes()) {
      begun = begun || unit.flow.computes();
      continue;
    }
    const UnitFacts& before = draft.units[i - 1];
    const bool first = !begun;
    begun = true;
    if ((first || every) && announces_a_choice(before) &&
        share_within(goal, before.words.content) < 1 &&
        (every || computations_from(draft, i) >= 2)) {
      draft.decisions[i - 1].pinned = true;
    }
    if (!every) return;  // the first computation decides
  }
}

}  // namespace drp::teacher
