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

// Whether the unit names all that the question's last sentence asks for: the goal, no first step.
bool says_goal(const Draft& draft, const UnitFacts& unit) {
  const std::string_view question = trim(draft.problem.question);
  const std::size_t stop =
      question.substr(0, question.empty() ? 0 : question.size() - 1).rfind(". ");
  const std::string asking =
      to_lower(stop == std::string_view::npos ? question : question.substr(stop + 2));
  return share_within(read_words(asking).content, unit.words.content) >= 1;
}

}  // namespace

// In a solution of several steps the choice of the first one is a step of its own: the short
// announcement right before its computation. A student that learns to leave it out begins with the
// wrong computation more often.
void keep_first_choice(Draft& draft) {
  if (!draft.anchor) {
    return;
  }
  for (std::size_t i = 1; i < draft.derivation_end(); ++i) {
    const UnitFacts& before = draft.units[i - 1];
    if (!draft.units[i].flow.computes() || before.flow.computes()) continue;
    if (announces_a_choice(before) && computations_from(draft, i) >= 2 &&
        !says_goal(draft, before)) {
      draft.decisions[i - 1].pinned = true;
    }
    return;  // the first computation decides
  }
}

}  // namespace drp::teacher
