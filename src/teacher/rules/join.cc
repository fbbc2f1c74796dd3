// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include "teacher/rules/passes.h"

namespace drp::teacher {
namespace {

constexpr std::string_view kName = "join";
constexpr std::size_t kUnitsMax = 6;  // before the computation

bool shares_value(const UnitFacts& unit, const UnitFacts& other) {
  return std::any_of(unit.flow.mentions.begin(), unit.flow.mentions.end(),
                     [&](std::int64_t key) { return path::has_key(other.flow.mentions, key); });
}

// A deleted unit that prepares the computation in unit `k`: its plan, or the givens that it takes.
bool prepares(const Draft& draft, std::size_t i, std::size_t k) {
  const std::string_view pass = draft.decisions[i].pass;
  const UnitFacts& unit = draft.units[i];
  if (draft.decisions[i].evidence.starts_with("presents")) return false;
  if (pass != "plan" && pass != "restatement" && pass != "repetition") return false;
  const bool says_no_value = unit.flow.mentions.empty();
  return shares_value(unit, draft.units[k]) || (says_no_value && pass == "plan") ||
         (!draft.thinks_aloud && (says_no_value || pass == "plan"));
}

// A deleted unit that only says what the computation in unit `k` gave.
bool repeats_result(const Draft& draft, std::size_t i, std::size_t k) {
  const std::string_view pass = draft.decisions[i].pass;
  if (pass != "repetition" && pass != "repeated_answer" && pass != "restatement") return false;
  const std::vector<path::Equation>& equations = draft.units[k].flow.equations;
  return !draft.units[i].flow.computes() && !equations.empty() &&
         path::has_key(draft.units[i].flow.mentions, path::number_key(equations.back().result));
}

// Whether what unit `i` says of the result of unit `k` is what a thought aloud calls it by.
bool names(const Draft& draft, std::size_t i, std::size_t k) {
  return draft.thinks_aloud && draft.units[i].words.content_count > 0 &&
         adds_to(draft.units[i], {&draft.units[k]});
}

bool is_alone(const Decision& decision) {
  return decision.action == Action::kKeep || decision.action == Action::kSingleStepCompress;
}

// The units that unit `k`'s computation stands for: up to where the last of them ends.
struct Group {
  std::size_t first = 0;
  std::size_t last = 0;
};

Group group_of(const Draft& draft, std::size_t k) {
  Group group{k, k};
  for (std::size_t i = k; i > 0 && k - i < kUnitsMax;) {
    --i;
    const bool leads_on = !draft.units[i].ends_paragraph || draft.units[i].text.ends_with(":");
    const bool filler = draft.decisions[i].pass == "filler" && leads_on;
    if (draft.decisions[i].action != Action::kDelete) break;
    if (prepares(draft, i, k)) {
      group.first = i;
    } else if (!filler) {
      break;
    }
  }
  if (!is_alone(draft.decisions[k])) return group;  // a merge that goes on with the next unit
  while (group.last + 1 < draft.derivation_end() &&
         draft.decisions[group.last + 1].action == Action::kDelete &&
         repeats_result(draft, group.last + 1, k) && !names(draft, group.last + 1, k)) {
    ++group.last;
  }
  return group;
}

// Whether unit `k` can stand for what is set up before it.
bool computes(const Draft& draft, std::size_t k) {
  const bool opens_merge = draft.decisions[k].action == Action::kMultiStepCompress &&
                           !draft.decisions[k].text &&
                           (k == 0 || draft.decisions[k - 1].action != Action::kMultiStepCompress);
  const bool content =
      draft.units[k].flow.computes() ||
      (!draft.thinks_aloud && (draft.units[k].formula || draft.units[k].words.content_count > 0));
  return (is_alone(draft.decisions[k]) || opens_merge) && content &&
         draft.units[k].unit.kind != path::UnitKind::kHeading;
}

}  // namespace

// Setting up, computing and saying the result are one step where the computation says it all: not
// three decisions, delete, keep and delete, but one merge.
void join_set_ups(Draft& draft) {
  for (std::size_t k = 0; k < draft.derivation_end(); ++k) {
    if (!computes(draft, k)) continue;
    const Group group = group_of(draft, k);
    if (group.first == group.last) continue;
    const bool alone = is_alone(draft.decisions[k]);
    const std::string text(draft.text(k));
    const std::string number = std::to_string(k + 1);
    for (std::size_t i = group.first; i <= group.last; ++i) {
      if (i == k && !alone) continue;
      const std::string evidence = i < k   ? "sets up what unit " + number + " computes"
                                   : i > k ? "says what unit " + number + " gave"
                                           : "says what was set up before it";
      draft.decisions[i] = {Action::kMultiStepCompress, kName, evidence, std::nullopt,
                            draft.decisions[i].pinned};
    }
    if (alone) draft.decisions[group.last].text = text;
    k = group.last;
  }
}

}  // namespace drp::teacher
