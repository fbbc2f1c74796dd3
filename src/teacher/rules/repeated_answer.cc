// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include "teacher/rules/anchor.h"
#include "teacher/rules/answer_form.h"
#include "teacher/rules/passes.h"

namespace drp::teacher {
namespace {

constexpr std::string_view kName = "repeated_answer";

// Whether the unit has a word of what is asked: "the change is 20 - 12 = 8 dollars".
bool speaks_of_goal(const Draft& draft, const UnitFacts& unit) {
  const std::vector<std::uint32_t> goal = goal_words(draft);
  return std::any_of(goal.begin(), goal.end(), [&](std::uint32_t word) {
    return std::binary_search(unit.words.content.begin(), unit.words.content.end(), word);
  });
}

// "So he needs 8 packs" after a thought aloud that came to 120 / 15 = 8: what the number is of.
bool names_answer(const Draft& draft, std::size_t i) {
  const UnitFacts& reached = draft.units[*draft.anchor];
  return draft.thinks_aloud && draft.units[i].words.content_count > 0 &&
         adds_to(draft.units[i], {&reached}) && !closing_in_reasoning(draft) &&
         (!speaks_of_goal(draft, reached) || counts_answer_as_another(draft, *draft.anchor, i));
}

// A statement of the answer that computes nothing.
bool only_states(const UnitFacts& unit) { return unit.states_answer && !unit.flow.computes(); }

}  // namespace

void prune_repeated_answer(Draft& draft) {
  if (!draft.anchor) {
    return;
  }
  for (std::size_t i = 0; i < draft.units.size(); ++i) {
    const UnitFacts& unit = draft.units[i];
    if (draft.answer_section_states && unit.announces && !unit.states_answer &&
        unit.unit.kind == path::UnitKind::kHeading) {
      draft.remove(i, kName, "heading over an answer that the answer section gives");
    }
  }
  // What was just computed is said by the answer section; the reasoning need not say it before.
  for (std::size_t i = *draft.anchor + 1; draft.answer_section_states && i <= draft.anchor_end;
       ++i) {
    if (draft.kept(i) && draft.units[*draft.anchor].flow.computes() &&
        only_states(draft.units[i]) && !draft.units[i].formula && !names_answer(draft, i)) {
      draft.remove(
          i, kName,
          "the answer section says what unit " + std::to_string(*draft.anchor + 1) + " computed");
    }
  }
  // Where the student announces its answer inside the reasoning, that one statement stays.
  std::optional<std::size_t> last;
  for (std::size_t i = draft.units.size(); i > *draft.anchor && !last; --i) {
    if (draft.kept(i - 1) && draft.units[i - 1].announces && draft.units[i - 1].states_answer) {
      last = i - 1;
    }
  }
  if (!last || draft.answer_section_states) {
    return;
  }
  for (std::size_t i = *draft.anchor; i < *last; ++i) {
    if (draft.kept(i) && only_states(draft.units[i]) && draft.units[i].announces) {
      draft.remove(i, kName, "the answer is announced in unit " + std::to_string(*last + 1));
    }
  }
  // "Therefore, he has 45." right before "The answer is 45." says the same.
  const std::optional<std::size_t> before = draft.previous_kept(*last);
  if (before && *before > *draft.anchor && only_states(draft.units[*before]) &&
      !draft.units[*before].formula) {
    draft.remove(*before, kName, "the answer is announced in unit " + std::to_string(*last + 1));
  }
}

}  // namespace drp::teacher
