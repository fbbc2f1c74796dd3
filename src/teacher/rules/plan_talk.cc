// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include "base/text.h"
#include "teacher/rules/operation.h"
#include "teacher/rules/passes.h"
#include "teacher/rules/presenting.h"
#include "teacher/rules/restore.h"

namespace drp::teacher {
namespace {

constexpr std::string_view kName = "plan";
constexpr std::size_t kReach = 3;  // kept units to look ahead for the computation announced

// The kept unit after `i`, within reach, that computes with every figure of unit `i`.
std::optional<std::size_t> carried_out_in(const Draft& draft, std::size_t i) {
  std::vector<std::int64_t> figures = draft.units[i].flow.mentions;
  if (draft.units[i].plans && !spells_operation(draft.units[i].lower)) {
    // A plan may name the question's numbers; what was computed before must be what is used next.
    std::erase_if(figures,
                  [&](std::int64_t key) { return path::has_key(draft.given.values, key); });
  }
  std::size_t next = draft.next_kept(i);
  for (std::size_t seen = 0; seen < kReach && next < draft.derivation_end();
       ++seen, next = draft.next_kept(next)) {
    const UnitFacts& unit = draft.units[next];
    if (unit.flow.computes() && std::includes(unit.flow.mentions.begin(), unit.flow.mentions.end(),
                                              figures.begin(), figures.end())) {
      return next;
    }
  }
  return std::nullopt;
}

// "We need this exponent to be zero for the term to be constant.": what must hold, no plan.
bool states_condition(const UnitFacts& unit) {
  for (const std::string_view verb : {"need ", "needs ", "want ", "wants "}) {
    const std::size_t at = unit.lower.find(verb);
    if (at == std::string::npos) continue;
    const std::string_view rest = std::string_view(unit.lower).substr(at + verb.size());
    if (!rest.starts_with("to ") && contains(rest, " to be ")) return true;
  }
  return false;
}

// "12k \u2261 -1 mod 7", "x \u2265 0"
bool states_relation(const UnitFacts& unit) {
  for (const std::string_view sign :
       {"=", "\u2261", "\u2264", "\u2265", "\u2260", "\\equiv", "\\leq", "\\geq", "\\neq"}) {
    if (contains(unit.text, sign)) return true;
  }
  return false;
}

// "The presses are doubled, so he does 40", "there are no great-granddaughters, which means that no
// granddaughter has any": a step, however it looks.
bool concludes(const Draft& draft, const UnitFacts& unit) {
  if (unit.asks || names_operation(unit) || spells_operation(unit.lower)) return false;
  const std::size_t means = unit.lower.find(", which means ");
  if (means != std::string::npos)
    return !contains(std::string_view(unit.lower).substr(means), "need");
  if (concludes_what_remains(unit)) return true;
  return draws_conclusion(unit) && !unit.flow.figures.empty() &&
         !path::has_key(draft.given.values, unit.flow.figures.back());
}

// "43 is prime.": a verdict on the number.
bool states_property(const UnitFacts& unit) {
  constexpr std::size_t kWordsMax = 5;
  const std::string_view core = unit.core();
  const std::size_t digits = std::min(core.find_first_not_of("0123456789"), core.size());
  return digits > 0 && unit.flow.figures.size() == 1 && unit.words.count <= kWordsMax &&
         unit.words.content_count > 0 && core.substr(digits).starts_with(" is ");
}

bool makes_nothing(const UnitFacts& unit) {
  return !unit.flow.computes() && unit.flow.defines == 0 && !states_relation(unit) &&
         !states_condition(unit) && !states_property(unit) &&
         unit.unit.kind != path::UnitKind::kFormula && unit.unit.kind != path::UnitKind::kCode;
}

// A question to itself in words that are not the question's: what follows replies to it.
bool brings_up_something(const Draft& draft, const UnitFacts& unit) {
  constexpr double kKnownMin = 0.5;
  return !unit.plans && share_within(unit.words.content, draft.question.content) < kKnownMin;
}

// "Consider the weekend days, which are 2 days.": a number that every reader knows, said where it
// is first used.
bool recalls_number(const Draft& draft, std::size_t i) {
  const UnitFacts& unit = draft.units[i];
  if (!contains(unit.lower, ", which are ") && !contains(unit.lower, ", which is ")) return false;
  if (unit.asks || names_operation(unit) || writes_operation(unit)) return false;
  const auto told = [&](std::int64_t key) {
    if (path::has_key(draft.given.values, key)) return true;
    for (std::size_t j = 0; j < i; ++j) {
      if (draft.kept(j) && path::has_key(draft.units[j].flow.mentions, key)) return true;
    }
    return false;
  };
  const std::vector<std::int64_t>& figures = unit.flow.figures;
  return std::any_of(figures.begin(), figures.end(), [&](std::int64_t key) { return !told(key); });
}

// Removes unit `i` where it only presents what the path shows anyway.
bool presents(Draft& draft, std::size_t i, bool computed) {
  if (!draft.private_thought()) return false;
  if (const std::optional<std::size_t> next = presented_by(draft, i)) {
    return draft.remove(i, kName, "presents what unit " + std::to_string(*next + 1) + " computes");
  }
  if (presents_order(draft, i)) return draft.remove(i, kName, "presents the order of what follows");
  return !computed && presents_task(draft, i) &&
         draft.remove(i, kName, "presents the task in general words");
}

}  // namespace

void prune_plans(Draft& draft) {
  if (!draft.anchor) {
    return;  // reasoning that only plans has nothing else to say
  }
  bool computed = false;
  for (std::size_t i = 0; i < draft.derivation_end(); ++i) {
    const UnitFacts& unit = draft.units[i];
    computed = computed || unit.flow.computes();
    if (!draft.kept(i) || unit.unit.kind == path::UnitKind::kListItem || !makes_nothing(unit) ||
        unit.carries_case() || names_goal(unit) || (!unit.plans && concludes(draft, unit)) ||
        (unit.states_answer && draft.anchor && i >= *draft.anchor)) {
      continue;
    }
    if (draft.in_words && unit.asks && brings_up_something(draft, unit)) continue;
    if (recalls_number(draft, i)) continue;
    if (presents(draft, i, computed)) continue;
    if (unit.flow.figures.empty() && (unit.plans || unit.asks)) {
      draft.remove(i, kName,
                   unit.asks ? "a question to itself" : "announces what the next steps do");
      continue;
    }
    const std::optional<std::size_t> done = carried_out_in(draft, i);
    const bool sets_up = !unit.flow.figures.empty() || unit.flow.mentions.size() >= 2;
    if (sets_up && done && (unit.plans || unit.asks || unit.flow.results.empty())) {
      draft.remove(i, kName, "sets up what unit " + std::to_string(*done + 1) + " computes");
    }
  }
}

}  // namespace drp::teacher
