// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include "teacher/rules/live.h"
#include "teacher/rules/passes.h"

namespace drp::teacher {
namespace {

constexpr std::string_view kName = "unused";

// Only in a plain word problem, where values flow through figures, does "not used" show.
bool flows_by_figures(const Draft& draft) {
  if (!draft.anchor || !draft.answer.key) {
    return false;
  }
  for (std::size_t i = 0; i < *draft.anchor; ++i) {
    const UnitFacts& unit = draft.units[i];
    if (draft.kept(i) && (unit.flow.defines != 0 || unit.unit.kind == path::UnitKind::kCode)) {
      return false;
    }
  }
  return draft.units[*draft.anchor].flow.computes() ||
         draft.units[draft.anchor_end].flow.computes();
}

// Numbers of the question that live units hold.
std::vector<std::int64_t> live_givens(const Draft& draft, const std::vector<bool>& live) {
  std::vector<std::int64_t> keys;
  for (std::size_t i = 0; i <= draft.anchor_end; ++i) {
    if (!live[i] || !draft.kept(i)) {
      continue;
    }
    for (const std::int64_t key : draft.units[i].flow.mentions) {
      path::add_key(keys, key);
    }
  }
  return keys;
}

// A side computation says so: it is doubted, supposed or checked.
bool is_aside(const Draft& draft, std::size_t i) {
  const UnitFacts& unit = draft.units[i];
  return unit.flow.opening.doubts || unit.flow.opening.alternative || unit.checks || unit.hedges ||
         (i > 0 && (draft.units[i - 1].checks || draft.units[i - 1].flow.opening.doubts));
}

bool covered(const Draft& draft, const UnitFacts& unit, const std::vector<std::int64_t>& givens) {
  return std::all_of(unit.flow.mentions.begin(), unit.flow.mentions.end(), [&](std::int64_t key) {
    return !path::has_key(draft.given.values, key) || path::has_key(givens, key);
  });
}

}  // namespace

void prune_unused(Draft& draft) {
  if (!flows_by_figures(draft)) {
    return;
  }
  const std::vector<bool> live = live_units(draft);
  const std::vector<std::int64_t> givens = live_givens(draft, live);
  for (std::size_t i = 0; i < *draft.anchor; ++i) {
    const UnitFacts& unit = draft.units[i];
    if (draft.kept(i) && !live[i] && unit.flow.computes() && unit.flow.symbols == 0 &&
        is_aside(draft, i) && covered(draft, unit, givens)) {
      draft.remove(i, kName, "nothing later uses what it computes");
    }
  }
}

}  // namespace drp::teacher
