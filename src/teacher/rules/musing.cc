// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <array>
#include <string_view>

#include "base/text.h"
#include "teacher/rules/passes.h"
#include "teacher/rules/restore.h"

namespace drp::teacher {
namespace {

constexpr std::string_view kName = "musing";
constexpr std::array<std::string_view, 14> kOdd = {
    " short", " long", " high",  " low",   " tall",  " odd",       " strange",
    " weird", " big",  " small", " large", " a lot", " expensive", " unusual"};

bool has_no_value(const UnitFacts& unit) {
  return unit.flow.figures.empty() && unit.flow.mentions.size() <= 1 && !unit.formula &&
         !unit.states_answer;
}

// "So perhaps N = 10 * 6^t. Wait, but ...": a formula that is guessed and doubted at once, and
// whose unknowns no other unit on the way to the answer has.
bool is_doubted_guess(const Draft& draft, std::size_t i,
                      const std::vector<std::uint64_t>& symbols_from) {
  const UnitFacts& unit = draft.units[i];
  if (!unit.hedges || unit.flow.symbols == 0 || unit.states_answer || unit.flow.defines != 0) {
    return false;
  }
  std::size_t next = i + 1;
  while (next < *draft.anchor && draft.units[next].talk_only() &&
         !draft.units[next].flow.opening.doubts) {
    ++next;
  }
  if (next >= *draft.anchor || !draft.units[next].flow.opening.doubts) return false;
  return (unit.flow.symbols & symbols_from[next]) == 0;
}

// The unknowns of units [i, anchor_end], for each i.
std::vector<std::uint64_t> symbols_to_anchor(const Draft& draft) {
  std::vector<std::uint64_t> from(draft.anchor_end + 2, 0);
  for (std::size_t i = draft.anchor_end + 1; i > 0; --i) {
    from[i - 1] = from[i] | draft.units[i - 1].flow.symbols;
  }
  return from;
}

// "I think it is like this. But wait, actually ...": a claim that is doubted at once and computes
// nothing.
bool is_doubted_claim(const Draft& draft, std::size_t i) {
  const UnitFacts& unit = draft.units[i];
  const bool claims =
      unit.hedges || contains(unit.lower, "i think") || contains(unit.lower, "something like");
  if (!claims || unit.flow.computes() || unit.flow.defines != 0 || unit.states_answer ||
      i + 1 >= *draft.anchor) {
    return false;
  }
  const UnitFacts& next = draft.units[i + 1];
  return next.flow.opening.doubts && !next.checks &&
         (next.flow.opening.contrasts || contains(next.lower, "actually") ||
          contains(next.lower, "wait, no"));
}

// "That seems really short for a ribbon.": a surprise that says nothing of what is right.
bool is_surprised(const UnitFacts& unit) {
  const std::string_view core = unit.core();
  if (!core.starts_with("that seems ") && !core.starts_with("that sounds ")) return false;
  const bool odd = std::any_of(kOdd.begin(), kOdd.end(),
                               [&](std::string_view word) { return contains(core, word); });
  return odd && !unit.flow.opening.concludes && !contains(core, " but ") && !contains(core, " so ");
}

}  // namespace

void prune_musings(Draft& draft) {
  // In a problem whose answer is a number, doubts about readings carry nothing unless they change a
  // value, and then they name one.
  if (!draft.anchor || !draft.answer.key || !draft.private_thought()) {
    return;
  }
  const std::vector<std::uint64_t> symbols_from = symbols_to_anchor(draft);
  for (std::size_t i = 0; i < *draft.anchor; ++i) {
    const UnitFacts& unit = draft.units[i];
    const bool wonders = unit.hedges || unit.flow.opening.doubts || unit.flow.opening.contrasts ||
                         is_surprised(unit);
    const bool other_way = unit.flow.opening.alternative && !unit.flow.computes() &&
                           unit.flow.results.empty() &&
                           unit.text.find('=') == std::string_view::npos;
    if (other_way && !unit.states_answer) {
      draft.remove(i, kName, "names another way and does not go it");
    } else if (wonders && has_no_value(unit) && !unit.corrects && !names_goal(unit)) {
      draft.remove(i, kName, "wonders about a reading and names no value");
    } else if (is_doubted_guess(draft, i, symbols_from) || is_doubted_claim(draft, i)) {
      draft.remove(i, kName, "a guess that is doubted at once");
    }
  }
}

}  // namespace drp::teacher
