// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include "teacher/rules/anchor.h"
#include "teacher/rules/passes.h"

namespace drp::teacher {
namespace {

constexpr std::string_view kName = "after_answer";
constexpr std::size_t kCheckUnitsMax = 3;

// The units of the first check after the answer that computes something: kept under `first`.
std::vector<bool> first_check(const Draft& draft) {
  std::vector<bool> keep(draft.units.size(), false);
  if (draft.keep_checks != KeepChecks::kFirst) {
    return keep;
  }
  std::size_t i = draft.anchor_end + 1;
  while (i < draft.units.size() && !draft.units[i].checks && !draft.units[i].flow.opening.doubts) {
    ++i;
  }
  std::size_t kept = 0;
  for (; i < draft.units.size() && kept < kCheckUnitsMax; ++i) {
    if (draft.units[i].alternative || draft.units[i].announces) {
      break;
    }
    if (kept > 0 && (draft.units[i].checks || draft.units[i].talk_only())) {
      break;  // "Good." ends it, "Let me check again" opens another
    }
    if (draft.units[i].flow.computes()) {
      keep[i] = true;
      ++kept;
    } else if (kept > 0 && draft.units[i].ends_paragraph) {
      break;
    }
  }
  return keep;
}

// The last unit that announces the answer, where the reasoning itself must end in it.
std::optional<std::size_t> closing_statement(const Draft& draft) {
  if (draft.answer_section_states) return closing_in_reasoning(draft);
  for (std::size_t i = draft.units.size(); i > draft.anchor_end + 1; --i) {
    if (draft.units[i - 1].announces && draft.units[i - 1].states_answer) {
      return i - 1;
    }
  }
  return std::nullopt;
}

std::string_view sort_of(const UnitFacts& unit, bool alternative) {
  if (unit.announces) {
    return "says the answer again";
  }
  return alternative ? "another way to an answer already reached" : "check that changed nothing";
}

}  // namespace

void prune_after_answer(Draft& draft) {
  if (!draft.anchor) {
    return;
  }
  const std::vector<bool> check = first_check(draft);
  const std::optional<std::size_t> closing = closing_statement(draft);
  bool alternative = false;
  const std::vector<bool> over = going_over(draft, draft.anchor_end);
  bool follows = false;  // a check or another way has begun, and no new value since
  std::vector<std::int64_t> known = draft.given.values;
  for (std::size_t i = 0; i <= draft.anchor_end; ++i) {
    for (const std::int64_t key : draft.units[i].flow.mentions) path::add_key(known, key);
  }
  for (std::size_t i = draft.anchor_end + 1; i < draft.units.size(); ++i) {
    const UnitFacts& unit = draft.units[i];
    // In a terse solution what follows goes only where it says that it is a check, another way or
    // the answer again: the anchor may be an intermediate value.
    const bool opens = unit.checks || unit.alternative || unit.flow.opening.alternative ||
                       unit.flow.opening.doubts || (!draft.private_thought() && over[i]);
    const bool brings = !std::includes(known.begin(), known.end(), unit.flow.figures.begin(),
                                       unit.flow.figures.end());
    alternative = alternative || unit.alternative || unit.flow.opening.alternative;
    follows = opens || (follows && (alternative || !brings));
    if (!draft.private_thought() && !follows && !(unit.announces && unit.states_answer) &&
        !unit.talk_only()) {
      continue;
    }
    const bool heading_of_closing =
        closing && i + 1 == *closing && unit.unit.kind == path::UnitKind::kHeading;
    if (draft.under_answer_heading(i) || check[i] || (closing && i == *closing) ||
        heading_of_closing) {
      continue;
    }
    draft.remove(i, kName,
                 std::string(sort_of(unit, alternative)) + ", reached in unit " +
                     std::to_string(*draft.anchor + 1));
  }
}

}  // namespace drp::teacher
