// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <unordered_map>
#include <unordered_set>

#include "base/text.h"
#include "teacher/rules/operation.h"
#include "teacher/rules/passes.h"
#include "teacher/rules/stretch.h"

namespace drp::teacher {
namespace {

constexpr std::string_view kName = "check";

// Whether the way to the answer leads through formulas with unknowns: there a doubt is as often a
// step as a check, and only what says that it checks is one.
bool flows_by_formulas(const Draft& draft) {
  constexpr std::size_t kEvery = 4;
  std::size_t formulas = 0;
  for (std::size_t i = 0; i < draft.derivation_end(); ++i) {
    formulas += draft.units[i].flow.symbols != 0 ? 1 : 0;
  }
  return formulas * kEvery >= draft.derivation_end();
}

// What a reader has seen in units [0, i), deleted or not.
class Seen {
 public:
  explicit Seen(const Draft& draft)
      : values_(draft.given.values.begin(), draft.given.values.end()) {}

  void add(const UnitFacts& unit) {
    values_.insert(unit.flow.mentions.begin(), unit.flow.mentions.end());
    formulas_.insert(unit.formulas.equalities.begin(), unit.formulas.equalities.end());
    formulas_.insert(unit.formulas.terms.begin(), unit.formulas.terms.end());
  }
  bool value(std::int64_t key) const { return values_.contains(key); }
  bool values(const std::vector<std::int64_t>& keys) const {
    return std::all_of(keys.begin(), keys.end(), [this](std::int64_t key) { return value(key); });
  }
  bool formula(std::uint64_t key) const { return formulas_.contains(key); }
  bool formulas(const std::vector<std::uint64_t>& keys) const {
    return std::all_of(keys.begin(), keys.end(),
                       [this](std::uint64_t key) { return formula(key); });
  }

 private:
  std::unordered_set<std::int64_t> values_;
  std::unordered_set<std::uint64_t> formulas_;
};

bool opens_check(const Draft& draft, const UnitFacts& unit, bool by_formulas) {
  if (realises(unit)) return false;
  if (draft.searches) return unit.rechecks;
  if (by_formulas) return unit.checks || unit.rechecks;
  return unit.checks || unit.flow.opening.doubts || (unit.flow.opening.contrasts && unit.asks);
}

// "So that's 96 again": a value made before, and no number of the question.
bool comes_back(const Draft& draft, const UnitFacts& unit, const Seen& seen) {
  return std::any_of(unit.flow.results.begin(), unit.flow.results.end(), [&](std::int64_t key) {
    return seen.value(key) && !path::has_key(draft.given.values, key);
  });
}

// A unit that belongs to a check brings no value and no unknown that was not there before; of a
// mere doubt ("But wait, 8! / 6! is ...") no term either, unless it comes back to a value.
// In what sets out to do again what was done and is approved, the terms of before make no new
// formula.
bool brings_nothing(const Draft& draft, const UnitFacts& unit, const Seen& seen, bool doubted,
                    bool rechecked) {
  const bool again =
      rechecked && !unit.formulas.terms.empty() && seen.formulas(unit.formulas.terms);
  const bool new_formula = unit.flow.symbols != 0 &&
                           unit.text.find('=') != std::string_view::npos && !unit.checks && !again;
  const bool new_term = doubted && !seen.formulas(unit.formulas.terms) &&
                        !(unit.flow.computes() && comes_back(draft, unit, seen));
  return seen.values(unit.flow.figures) && unit.flow.defines == 0 && !new_formula && !new_term;
}

// Whether the paragraph of unit `i` ends in an approval.
bool approved_below(const Draft& draft, std::size_t i) {
  constexpr std::size_t kReach = 8;
  const std::size_t last = std::min(draft.units.size() - 1, i + kReach);
  while (i < last && !draft.units[i].ends_paragraph) ++i;
  return draft.units[i].approves && draft.units[i].talk_only();
}

// "Next", "Now", "Let me" or a new line of work ends a check ...
bool begins_work(const UnitFacts& unit) {
  return unit.flow.opening.continues || unit.flow.opening.later || unit.plans ||
         unit.unit.kind != path::UnitKind::kSentence;
}

// ... unless it computes with figures alone: what brings no new one still goes over the old.
bool goes_over_figures(const UnitFacts& unit) {
  return unit.flow.symbols == 0 && unit.flow.figures.size() >= 2 &&
         unit.unit.kind != path::UnitKind::kHeading;
}

// "Wait, no, hold on. Let me double-check.": what denies first, and nothing after it says that it
// was right, is a correction.
bool denies(const Draft& draft, std::size_t i) {
  constexpr std::size_t kReach = 24;
  bool denied = false;
  for (std::size_t j = i; j > 0 && !denied; --j) {
    const UnitFacts& before = draft.units[j - 1];
    if (before.ends_paragraph || !before.talk_only()) break;
    denied = before.corrects;
  }
  const std::size_t last = std::min(draft.anchor.value_or(draft.units.size()), i + kReach);
  for (std::size_t j = i + 1; denied && j < last; ++j) {
    denied = !(draft.units[j].approves && draft.units[j].talk_only());
  }
  return denied;
}

bool opens_block(const Draft& draft, std::size_t i) {
  const UnitFacts& unit = draft.units[i];
  return ((unit.checks && !draft.searches) || unit.rechecks) && !unit.corrects &&
         !unit.states_answer && !denies(draft, i);
}

// Ends a check: a correction, a new unknown, a heading, a turn to other work.
bool turns_away(const UnitFacts& unit) {
  const bool turns = unit.flow.opening.continues && unit.plans && !unit.checks;
  return unit.corrects || unit.flow.defines != 0 || turns ||
         unit.unit.kind == path::UnitKind::kHeading;
}

// "Plugging these back into equation 1: ...": what it computes stands for nothing else.
bool substitutes(const UnitFacts& unit) {
  return contains(unit.lower, "plug") || contains(unit.lower, "substitut") ||
         contains(unit.lower, "back in");
}

// The last unit of the check that unit `i` opens, where it ends in a value that was known before:
// within reach, and before anything that turns away from it. One with unknowns writes formulas that
// were there before, or substitutes, and ends where it is approved.
// Where `to_approval`, one without unknowns ends at the first approval behind such a value.
std::optional<std::size_t> block_end(const Draft& draft, std::size_t i, const Seen& seen,
                                     bool to_approval) {
  constexpr std::size_t kReach = 24;
  std::optional<std::size_t> end;
  bool unknowns = false;
  bool substituted = false;
  for (std::size_t j = i; j < *draft.anchor && j <= i + kReach; ++j) {
    const UnitFacts& unit = draft.units[j];
    if (j > i && turns_away(unit)) break;
    unknowns = unknowns || unit.flow.symbols != 0;
    substituted = substituted || substitutes(unit);
    // What is new and substitutes nothing may be the other case.
    if (unknowns && !substituted && !seen.formulas(unit.formulas.equalities)) break;
    if (unknowns ? j > i && unit.approves : comes_back(draft, unit, seen)) end = j;
    if (to_approval && end && unit.approves && unit.talk_only()) return j;
    if (end && (unknowns || unit.ends_paragraph)) break;
  }
  return end;
}

// "Is that right? 36 + 85:", and a line for each part of the sum: where unit `end` is a line of it,
// the approval behind the last one, where that comes to a value that was known; else `end`.
std::size_t last_line_end(const Draft& draft, std::size_t end, const Seen& seen) {
  constexpr std::size_t kReach = 8;
  bool known = false;
  const std::size_t limit = std::min(*draft.anchor, end + kReach);
  for (std::size_t j = end + 1; j < limit && draft.units[end].ends_paragraph; ++j) {
    const UnitFacts& unit = draft.units[j];
    if (unit.approves && unit.talk_only()) return known ? j : end;
    const bool line = unit.flow.computes() && unit.words.content_count == 0 &&
                      unit.flow.symbols == 0 && !unit.flow.opening.concludes && !unit.states_answer;
    if (!line) return end;
    known = comes_back(draft, unit, seen);
  }
  return end;
}

// "Yes, that's right. Then adding 1.50 to 13.50: ... = 15. Yes, that adds up.": the last unit of
// the halves of a check behind its approval at `end`, each of known values and approved; else
// `end`.
std::size_t last_half_end(const Draft& draft, std::size_t end, const Seen& seen) {
  constexpr std::size_t kReach = 12;
  bool approved = draft.units[end].approves;
  bool goes_on = false;
  const std::size_t limit = std::min(*draft.anchor, end + kReach);
  for (std::size_t j = end + 1; j < limit; ++j) {
    const UnitFacts& unit = draft.units[j];
    if (!goes_on && unit.talk_only()) {
      approved = approved || unit.approves;
      continue;
    }
    const bool links = unit.lower.starts_with("then ") || unit.lower.starts_with("next") ||
                       unit.lower.starts_with("and ");
    if (!approved || !(goes_on || links)) return end;
    goes_on = true;
    if (turns_away(unit) || unit.asks || unit.states_answer || unit.flow.symbols != 0 ||
        !seen.values(unit.flow.figures)) {
      return end;
    }
    if (unit.approves) return last_half_end(draft, j, seen);
  }
  return end;
}

// Whether the unit computes the value itself.
bool makes(const UnitFacts& unit, std::int64_t key) {
  return std::any_of(unit.flow.equations.begin(), unit.flow.equations.end(),
                     [key](const path::Equation& equation) {
                       return equation.holds && path::number_key(equation.result) == key;
                     });
}

// The last unit of the derivation that uses each figure, formula and unknown.
struct LastUses {
  std::unordered_map<std::int64_t, std::size_t> figures;
  std::unordered_map<std::uint64_t, std::size_t> equalities;
  std::vector<std::uint64_t> symbols_from;  // of units [i, derivation_end), for each i

  explicit LastUses(const Draft& draft) : symbols_from(draft.derivation_end() + 1, 0) {
    for (std::size_t i = 0; i < draft.derivation_end(); ++i) {
      const UnitFacts& unit = draft.units[i];
      for (const std::int64_t key : unit.flow.figures) {
        if (!makes(unit, key)) figures[key] = i;
      }
      for (const std::uint64_t key : unit.formulas.equalities) equalities[key] = i;
    }
    for (std::size_t i = draft.derivation_end(); i > 0; --i) {
      symbols_from[i - 1] = symbols_from[i] | draft.units[i - 1].flow.symbols;
    }
  }
};

// Whether units after `end` use a value or a formula that was first made in [begin, end], or an
// unknown that was solved for there. Digits turn up everywhere.
bool is_used_later(const Draft& draft, std::size_t begin, std::size_t end, const Seen& seen,
                   const LastUses& last) {
  constexpr std::int64_t kDigitKeyMax = 100'000;  // 10
  const auto later = [&](const auto& uses, auto key) {
    const auto use = uses.find(key);
    return use != uses.end() && use->second > end;
  };
  const auto used = [&](std::int64_t key) {
    return key > kDigitKeyMax && !seen.value(key) && later(last.figures, key);
  };
  const auto formula_used = [&](std::uint64_t key) {
    return !seen.formula(key) && later(last.equalities, key);
  };
  for (std::size_t i = begin; i <= end; ++i) {
    const UnitFacts& unit = draft.units[i];
    const std::vector<std::uint64_t>& equalities = unit.formulas.equalities;
    const bool solves =
        !seen.formulas(equalities) && (unit.formulas.heads & last.symbols_from[end + 1]) != 0;
    if (solves || std::any_of(unit.flow.results.begin(), unit.flow.results.end(), used) ||
        std::any_of(unit.flow.figures.begin(), unit.flow.figures.end(), used) ||
        std::any_of(equalities.begin(), equalities.end(), formula_used)) {
      return true;
    }
  }
  return false;
}

// "Let me verify that. ... That's 8 numbers, which matches.": the unit that says of a long check,
// over several paragraphs, that it comes to what was known.
std::optional<std::size_t> matched_end(const Draft& draft, std::size_t i, const Seen& seen) {
  constexpr std::size_t kReach = 40;
  if (!draft.units[i].checks || !draft.units[i].talk_only()) return std::nullopt;
  for (std::size_t j = i + 1; j < *draft.anchor && j <= i + kReach; ++j) {
    const UnitFacts& unit = draft.units[j];
    if (turns_away(unit)) return std::nullopt;
    if (unit.approves && comes_back(draft, unit, seen)) return j;
  }
  return std::nullopt;
}

// The last unit of the check that unit `i` opens, of which later units need nothing.
std::optional<std::size_t> spare_block(const Draft& draft, std::size_t i, const Seen& seen,
                                       const LastUses& last) {
  const std::optional<std::size_t> matched = matched_end(draft, i, seen);
  if (matched && !is_used_later(draft, i, *matched, seen, last)) return matched;
  for (const bool to_approval : {false, true}) {
    const std::optional<std::size_t> known = block_end(draft, i, seen, to_approval);
    if (!known) return std::nullopt;
    const std::size_t end = last_half_end(draft, last_line_end(draft, *known, seen), seen);
    if (end > i && !is_used_later(draft, i, end, seen, last)) return end;
  }
  return std::nullopt;
}

// A check that ends where it began goes as a whole, whatever it computes on the way.
void prune_blocks(Draft& draft) {
  if (!draft.anchor || !draft.thinks_aloud) return;
  Seen seen(draft);
  const LastUses last(draft);
  for (std::size_t i = 0; i < *draft.anchor; ++i) {
    if (opens_block(draft, i)) {
      if (const std::optional<std::size_t> end = spare_block(draft, i, seen, last)) {
        for (std::size_t j = i; j <= *end; ++j) {
          draft.decisions[j].pinned = false;  // "Eight of them." in a check is no choice of a step
          draft.remove(j, kName, "a check that ends in what was known before");
        }
        draft.blocks.push_back({i, *end + 1});
        i = *end;
        continue;
      }
    }
    seen.add(draft.units[i]);
  }
}

}  // namespace

void prune_checks(Draft& draft) {
  prune_blocks(draft);
  Seen seen(draft);
  Computations made;
  const bool by_formulas = flows_by_formulas(draft);
  bool inside = false;
  bool doubted = false;  // opened by a doubt alone, without a word of checking
  std::size_t opened = 0;
  for (std::size_t i = 0; i < draft.derivation_end(); ++i) {
    const UnitFacts& unit = draft.units[i];
    const bool anchor = draft.anchor && i >= *draft.anchor;
    if (unit.rechecks && !unit.corrects && !anchor && (unit.flow.computes() || unit.formula)) {
      draft.remove(i, kName, "does again what was done");
    }
    const bool goes_over = unit.checks && !unit.corrects && !anchor && only_recomputes(unit, made);
    if (goes_over && draft.private_thought()) draft.remove(i, kName, "computes again what was");
    add_computations(unit, made);
    if (!draft.private_thought()) {
      seen.add(unit);
      if (unit.rechecks && !anchor && !unit.corrects) {
        draft.remove(i, kName, "sets out to do again what was done");
      }
      continue;
    }
    if (opens_check(draft, unit, by_formulas) && !anchor && !denies(draft, i)) {
      inside = true;
      doubted = !unit.checks;
      opened = i;
    } else if (inside && (anchor || (begins_work(unit) && !goes_over_figures(unit)))) {
      inside = false;
    }
    // "Therefore, ..." in a paragraph of its own goes on after a mere doubt.
    const bool resumes = i > 0 && draft.units[i - 1].ends_paragraph && unit.flow.opening.concludes;
    if (inside && doubted && opened != i && resumes) inside = false;
    const bool rechecked = draft.units[opened].rechecks && approved_below(draft, i);
    const bool idle = brings_nothing(draft, unit, seen, doubted, rechecked);
    if (inside && idle && !unit.corrects) {
      draft.remove(i, kName,
                   opened == i
                       ? "a check that brings no new value"
                       : "part of the check that unit " + std::to_string(opened + 1) + " opens");
    } else if (inside && !idle) {
      inside = false;
    }
    if (unit.approves && unit.flow.figures.empty() && !unit.formula &&
        unit.words.content_count <= 1 && !anchor) {
      draft.remove(i, kName, "approval of what was just done");
    }
    seen.add(unit);
  }
}

}  // namespace drp::teacher
