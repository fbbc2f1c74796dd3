// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include "teacher/rules/live.h"
#include "teacher/rules/passes.h"
#include "teacher/rules/value_uses.h"

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

// "230 - 40 = 190, 190 - 9 = 181.": arithmetic in pieces, the last of which takes what another came
// to, without a word of what it is about.
bool is_chain(const UnitFacts& unit) {
  const std::vector<path::Equation>& equations = unit.flow.equations;
  if (equations.size() < 2 || unit.words.content_count > 1 || unit.flow.symbols != 0) return false;
  const std::vector<double>& last = equations.back().operands;
  return std::any_of(equations.begin(), equations.end() - 1, [&](const path::Equation& equation) {
    return std::find(last.begin(), last.end(), equation.result) != last.end();
  });
}

// Whether `unit` computes with what the chain came to, the question's numbers aside.
bool takes_from(const Draft& draft, const UnitFacts& unit, const UnitFacts& chain) {
  return std::any_of(
      unit.flow.equations.begin(), unit.flow.equations.end(), [&](const path::Equation& equation) {
        return std::any_of(equation.operands.begin(), equation.operands.end(), [&](double operand) {
          return !path::has_key(draft.given.values, path::number_key(operand)) &&
                 std::any_of(chain.flow.equations.begin(), chain.flow.equations.end(),
                             [&](const path::Equation& piece) { return piece.result == operand; });
        });
      });
}

// What is computed in pieces and right after it at once is needed in one form only.
void prune_pieces(Draft& draft) {
  if (!draft.private_thought()) return;
  const ValueUses uses(draft);
  for (std::size_t i = 0; i <= *draft.anchor; ++i) {
    const UnitFacts& unit = draft.units[i];
    if (!draft.kept(i) || !is_chain(unit)) continue;
    const std::size_t next = draft.next_kept(i);
    const bool whole = next < draft.derivation_end() && draft.units[next].flow.computes() &&
                       draft.units[next].words.content_count > 0 && !draft.units[next].checks;
    if (whole && !takes_from(draft, draft.units[next], unit) && uses.made_again(i, i)) {
      draft.remove(i, kName, "in pieces what unit " + std::to_string(next + 1) + " computes");
    }
  }
}

}  // namespace

void prune_unused(Draft& draft) {
  if (!flows_by_figures(draft)) {
    return;
  }
  prune_pieces(draft);
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
