// SPDX-License-Identifier: Apache-2.0
// What a number is that a computation of a terse solution takes, where only a deleted sentence says
// it.
#include <algorithm>
#include <cstdint>
#include <set>
#include <string>
#include <vector>

#include "base/text.h"
#include "teacher/rules/restore.h"

namespace drp::teacher {
namespace {

bool is_terse(const Draft& draft) {
  return !draft.thinks_aloud && draft.private_thought() && !draft.in_words;
}

// "5 cookies ... five jars": the question counts two things by the number.
bool counts_two_things(const Draft& draft, std::int64_t key) {
  std::set<std::string> things;
  for (const path::Counted& counted : draft.given.counted) {
    if (counted.key == key && !counted.things.empty()) things.insert(counted.things.front());
  }
  return things.size() >= 2;
}

// A deleted sentence that tells something of the question; "I look at" does not.
bool tells(const Draft& draft, std::size_t i) {
  const UnitFacts& unit = draft.units[i];
  return !draft.kept(i) && draft.decisions[i].pass == "restatement" && !unit.asks && !unit.plans &&
         !contains(unit.lower, " i ");
}

// A computation that says not what it computes with: "8 - 4 = 4 boxes."
bool is_bare(const UnitFacts& unit) {
  constexpr std::size_t kWordsMax = 1;  // "boxes"
  return unit.flow.computes() && unit.words.content_count <= kWordsMax && unit.flow.symbols == 0;
}

// Brings back the sentences right before unit `k` that tell the numbers that it takes and that the
// path so far, `held`, has not.
std::size_t restore_told(Draft& draft, std::size_t k, const std::vector<std::int64_t>& held) {
  const UnitFacts& unit = draft.units[k];
  std::size_t restored = 0;
  for (std::size_t i = k; i > 0 && !draft.kept(i - 1); --i) {
    const UnitFacts& told = draft.units[i - 1];
    bool operand = false;
    bool of_another = false;
    for (const std::int64_t key : told.flow.figures) {
      if (!path::has_key(unit.flow.figures, key)) continue;
      operand = operand || !path::has_key(held, key);
      of_another = of_another || counts_two_things(draft, key);
    }
    const bool plans = draft.decisions[i - 1].pass == "plan" && of_another && !told.asks;
    if (!(operand && tells(draft, i - 1)) && !plans) continue;
    bring_back(draft, i - 1, "says what unit " + std::to_string(k + 1) + " takes");
    ++restored;
  }
  return restored;
}

// "Next, the magazine that sends 6 issues adds another 6." before "36 + 6 + 24 = 66", where the
// path has the first and the last of the three.
std::size_t restore_members(Draft& draft, std::size_t k) {
  constexpr std::size_t kOperandsMin = 3;
  constexpr std::size_t kReach = 6;
  const std::vector<path::Equation>& equations = draft.units[k].flow.equations;
  if (equations.empty() || equations.back().operands.size() < kOperandsMin) return 0;
  std::size_t restored = 0;
  for (std::size_t i = k; i > 0 && k - i < kReach; --i) {
    const UnitFacts& told = draft.units[i - 1];
    const path::Opening& opening = told.flow.opening;
    const bool plans = draft.decisions[i - 1].pass == "plan" && !draft.kept(i - 1) && !told.asks &&
                       !contains(told.lower, "i'll ") && !contains(told.lower, " i ");
    const bool member = (opening.continues || opening.later) && (plans || tells(draft, i - 1));
    const std::vector<double>& operands = equations.back().operands;
    const bool takes = std::any_of(operands.begin(), operands.end(), [&](double operand) {
      return path::has_key(told.flow.figures, path::number_key(operand));
    });
    if (!member || !takes) continue;
    bring_back(draft, i - 1, "tells a part of what unit " + std::to_string(k + 1) + " adds");
    ++restored;
  }
  return restored;
}

// "His speed goes up by another 5, making it 57.": the 52 that it goes up from, with what was told
// right before it.
std::size_t restore_base(Draft& draft, std::size_t k, const std::vector<std::int64_t>& held) {
  const path::Flow& flow = draft.units[k].flow;
  if (!flow.equations.empty() || flow.results.empty() || flow.figures.size() < 2) return 0;
  const auto is_base = [&](std::int64_t base) {
    if (path::has_key(held, base) || path::has_key(flow.mentions, base)) return false;
    for (const std::int64_t result : flow.results) {
      for (const std::int64_t step : flow.figures) {
        if (step != result && (base + step == result || base - step == result)) return true;
      }
    }
    return false;
  };
  bool found = false;
  std::size_t first = k;
  for (; first > 0 && !draft.kept(first - 1); --first) {
    const UnitFacts& told = draft.units[first - 1];
    const std::string_view pass = draft.decisions[first - 1].pass;
    if ((pass != "restatement" && pass != "plan") || told.asks || told.flow.figures.empty()) break;
    found = found || std::any_of(told.flow.figures.begin(), told.flow.figures.end(), is_base);
  }
  for (std::size_t i = first; found && i < k; ++i) {
    bring_back(draft, i, "says what unit " + std::to_string(k + 1) + " goes on from");
  }
  return found ? k - first : 0;
}

// "First, identify the number of roses, which is 4." before "Next, determine the number of
// dahlias", with which the path would begin.
std::size_t restore_first_step(Draft& draft) {
  const std::size_t next = draft.kept(0) ? 0 : draft.next_kept(0);
  if (next == 0 || next >= draft.derivation_end()) return 0;
  const UnitFacts& first = draft.units[next - 1];
  const path::Opening& opening = draft.units[next].flow.opening;
  if (!(opening.continues || opening.later) || !first.flow.opening.first ||
      first.flow.figures.empty() || first.asks) {
    return 0;
  }
  bring_back(draft, next - 1, "is the step before unit " + std::to_string(next + 1));
  return 1;
}

}  // namespace

// A terse solution's "8 - 4 = 4 boxes." keeps "Last week, she bought 4 boxes." before it: nothing
// else says what the number is that it takes.
std::size_t restore_operands(Draft& draft) {
  constexpr std::size_t kRowMin = 5;  // 4 + 20 + 7 + 8 = 39
  if (!is_terse(draft)) return 0;
  std::size_t restored = restore_first_step(draft);
  std::vector<std::int64_t> held;  // by the path so far
  bool computed = false;
  for (std::size_t k = 0; k < draft.derivation_end(); ++k) {
    const UnitFacts& unit = draft.units[k];
    if (!draft.kept(k)) continue;
    // The first one says itself what it begins with, unless it is a row of numbers.
    const bool told_later = computed || unit.flow.figures.size() >= kRowMin;
    if (told_later && is_bare(unit)) restored += restore_told(draft, k, held);
    restored += restore_members(draft, k) + restore_base(draft, k, held);
    computed = computed || unit.flow.computes() || !unit.flow.results.empty();
    for (const std::int64_t key : unit.flow.mentions) path::add_key(held, key);
  }
  return restored;
}

}  // namespace drp::teacher
