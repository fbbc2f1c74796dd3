// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <unordered_map>

#include "teacher/rules/live.h"
#include "teacher/rules/passes.h"
#include "teacher/rules/stretch.h"
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

// Where each value of the derivation is first had and last taken, and how many kept units have it.
class Takers {
 public:
  explicit Takers(const Draft& draft) {
    for (std::size_t i = 0; i <= draft.anchor_end; ++i) {
      const path::Flow& flow = draft.units[i].flow;
      for (const std::int64_t key : flow.mentions) first_.emplace(key, i);
      for (const std::int64_t key : flow.results) first_.emplace(key, i);
      if (!draft.kept(i)) continue;
      std::vector<std::int64_t> made;
      for (const path::Equation& equation : flow.equations) {
        for (const double operand : equation.operands) last_[path::number_key(operand)] = i;
        path::add_key(made, path::number_key(equation.result));
      }
      for (const std::int64_t key : flow.mentions) {
        ++holders_[key];
        const bool answers = i >= *draft.anchor && key == draft.answer.key;
        if (!answers && !path::has_key(made, key)) last_[key] = i;
      }
    }
  }

  bool is_first(std::int64_t key, std::size_t i) const { return first_.at(key) >= i; }
  bool taken_from(std::int64_t key, std::size_t i) const {
    const auto last = last_.find(key);
    return last != last_.end() && last->second >= i;
  }
  // Whether kept units outside [begin, end) have each number of the question that those have.
  bool hold_givens(const Draft& draft, std::size_t begin, std::size_t end) const {
    std::unordered_map<std::int64_t, std::size_t> inside;
    for (std::size_t i = begin; i < end; ++i) {
      for (const std::int64_t key : draft.units[i].flow.mentions) {
        inside[key] += draft.kept(i) && path::has_key(draft.given.values, key) ? 1 : 0;
      }
    }
    return std::all_of(inside.begin(), inside.end(), [&](const auto& held) {
      return held.second == 0 || holders_.at(held.first) > held.second;
    });
  }
  void drop(const UnitFacts& unit) {
    for (const std::int64_t key : unit.flow.mentions) --holders_[key];
  }

 private:
  std::unordered_map<std::int64_t, std::size_t> first_;
  std::unordered_map<std::int64_t, std::size_t> last_;
  std::unordered_map<std::int64_t, std::size_t> holders_;
};

// Whether units [begin, end) are all that is kept of their paragraphs, belong to no doubt, and what
// is kept after them reads on without them.
bool stands_apart(const Draft& draft, std::size_t begin, std::size_t end) {
  for (std::size_t i = begin; i > 0 && !draft.units[i - 1].ends_paragraph; --i) {
    if (draft.kept(i - 1) && !draft.units[i - 1].talk_only()) return false;
  }
  const bool doubted = std::any_of(
      draft.stretches.begin(), draft.stretches.end(),
      [&](const Stretch& stretch) { return stretch.begin < end && stretch.end > begin; });
  const std::size_t next = draft.kept(end) ? end : draft.next_kept(end);
  std::size_t last = end;  // behind its paragraph
  while (!draft.units[last - 1].ends_paragraph && !draft.kept(last) && last < *draft.anchor) ++last;
  return draft.units[last - 1].ends_paragraph && !doubted && next < draft.derivation_end() &&
         !draft.units[next].flow.opening.contrasts &&
         reads_on(draft, next > end ? next - 1 : draft.previous_kept(begin), next);
}

// The end of the units that unit `i` and the namings of its result right after it make, where
// they come to something new of which nothing after them makes use: "Her stamps are worth 8 * 5 =
// 40 dollars at first."; else `i`. Trying what times 48 is 720 comes to nothing new.
std::size_t dead_end(const Draft& draft, std::size_t i, const Takers& takers) {
  const UnitFacts& unit = draft.units[i];
  const std::vector<std::int64_t>& results = unit.flow.results;
  const bool plain = unit.flow.computes() && unit.flow.symbols == 0 && !results.empty() &&
                     !unit.states_answer && !unit.asks && !unit.corrects;
  const bool fresh = plain && std::all_of(results.begin(), results.end(), [&](std::int64_t key) {
                       return key > path::kTrivialKeyMax && takers.is_first(key, i) &&
                              !path::has_key(draft.given.values, key);
                     });
  if (!fresh) return i;
  std::size_t end = i + 1;
  for (std::size_t j = i + 1; j < *draft.anchor; ++j) {
    const UnitFacts& next = draft.units[j];
    const bool names = !next.flow.computes() && !next.flow.figures.empty() &&
                       std::includes(results.begin(), results.end(), next.flow.figures.begin(),
                                     next.flow.figures.end());
    if (!draft.kept(j)) continue;
    if (!names) break;
    end = j + 1;
  }
  const bool taken = std::any_of(results.begin(), results.end(),
                                 [&](std::int64_t key) { return takers.taken_from(key, end); });
  return !taken && stands_apart(draft, i, end) && takers.hold_givens(draft, i, end) ? end : i;
}

// What comes to a value that nothing takes is no step of the way, however it is worded.
void prune_dead_values(Draft& draft) {
  if (!draft.thinks_aloud) return;
  Takers takers(draft);
  for (std::size_t i = 0; i < *draft.anchor; ++i) {
    if (!draft.kept(i)) continue;
    const std::size_t end = dead_end(draft, i, takers);
    for (std::size_t j = i; j < end; ++j) {
      if (draft.remove(j, kName, "comes to a value that nothing later takes")) {
        takers.drop(draft.units[j]);
      }
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
  prune_dead_values(draft);
}

}  // namespace drp::teacher
