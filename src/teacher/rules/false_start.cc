// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include "base/text.h"
#include "teacher/rules/live.h"
#include "teacher/rules/operation.h"
#include "teacher/rules/passes.h"
#include "teacher/rules/value_uses.h"

namespace drp::teacher {
namespace {

constexpr std::string_view kName = "false_start";
constexpr std::size_t kCorrectionReach = 6;  // units from a slip to the words that mend it
constexpr std::size_t kAttemptReach = 10;    // units from the words that give up to the first try

// A wrong computation between figures: "half the price of one pound, which is $2" is none.
bool slips(const UnitFacts& unit) {
  return std::any_of(
      unit.flow.equations.begin(), unit.flow.equations.end(), [&](const path::Equation& equation) {
        // "8 dozen x 12 = 96": the dozen is what is counted.
        if (contains(slice(unit.text, equation.span), "dozen")) return false;
        const std::vector<path::Number> numbers =
            path::find_numbers(slice(unit.text, equation.span));
        const auto figures = std::count_if(numbers.begin(), numbers.end(),
                                           [](const path::Number& number) { return !number.word; });
        // "With 1/2 left, the rest is (1/2) * 12 = 6": what it comes to is right, however it is
        // read.
        const bool right =
            std::any_of(unit.flow.equations.begin(), unit.flow.equations.end(),
                        [&](const path::Equation& other) {
                          return other.holds && path::number_key(other.result) ==
                                                    path::number_key(equation.result);
                        });
        return !equation.holds && !right && figures >= 2;
      });
}

bool makes_new_value(const Draft& draft, const UnitFacts& unit) {
  return std::any_of(unit.flow.results.begin(), unit.flow.results.end(),
                     [&](std::int64_t key) { return !path::has_key(draft.given.values, key); });
}

// The unit that says that something before it was wrong, within reach after `i`.
std::optional<std::size_t> correction_after(const Draft& draft, std::size_t i) {
  const std::size_t end = std::min(draft.derivation_end(), i + 1 + kCorrectionReach);
  for (std::size_t next = i + 1; next < end; ++next) {
    if (draft.units[next].corrects) {
      return next;
    }
  }
  return std::nullopt;
}

// A later unit that computes anew: without one there is nothing to go on with.
bool redone_after(const Draft& draft, std::size_t from) {
  for (std::size_t i = from; i < draft.derivation_end(); ++i) {
    if (draft.units[i].flow.computes() || !draft.units[i].flow.results.empty()) {
      return true;
    }
  }
  return false;
}

// Whether a slip of unit `i` is computed anew from the same operands, rightly.
bool computed_rightly_after(const Draft& draft, std::size_t i) {
  const auto sorted = [](std::vector<double> operands) {
    std::sort(operands.begin(), operands.end());
    return operands;
  };
  for (const path::Equation& slip : draft.units[i].flow.equations) {
    if (slip.holds) continue;
    const std::vector<double> operands = sorted(slip.operands);
    for (std::size_t next = i + 1; next < draft.derivation_end(); ++next) {
      for (const path::Equation& equation : draft.units[next].flow.equations) {
        if (equation.holds && sorted(equation.operands) == operands) return true;
      }
    }
  }
  return false;
}

// Whether the number that the unit comes to is the answer: then its arithmetic was read wrongly
// ("7.5 pounds by 1/2 pound a toy equals 15 toys").
bool ends_in_answer(const Draft& draft, const UnitFacts& unit) {
  const std::vector<path::Number> numbers = path::find_numbers(unit.text);
  return draft.answer.key && !numbers.empty() &&
         path::number_key(numbers.back().value) == *draft.answer.key;
}

// "No, that can't be right, the old ones stay": why something was given up, and no new value.
bool only_takes_back(const UnitFacts& unit) {
  return unit.flow.mentions.empty() && !unit.formula && unit.flow.defines == 0 && !unit.plans;
}

// "That leads nowhere, so back to the start.": ends an attempt and says nothing else.
bool says_end(const UnitFacts& unit) {
  const std::vector<std::int64_t>& numbers = unit.flow.mentions;
  const bool bare = std::all_of(numbers.begin(), numbers.end(),
                                [](std::int64_t key) { return key <= path::kTrivialKeyMax; });
  return (unit.gives_up || unit.corrects) && !unit.checks && !unit.asks && bare && !unit.formula &&
         !unit.flow.computes() && unit.flow.defines == 0;
}

// The same, and what follows does not only look again whether it is so.
bool ends_attempt(const Draft& draft, std::size_t i) {
  constexpr std::size_t kLookAgain = 3;
  const std::size_t last = std::min(i + kLookAgain, draft.derivation_end());
  for (std::size_t next = i + 1; next < last; ++next) {
    if (draft.units[next].checks || draft.units[next].rechecks) return false;
  }
  return says_end(draft.units[i]);
}

// "So 800 plus 200 is 1000", "Adding those": a later part of something, which cannot go alone.
bool goes_on(const Draft& draft, std::size_t i) {
  const UnitFacts& unit = draft.units[i];
  const bool same_paragraph = i > 0 && !draft.units[i - 1].ends_paragraph;
  return (same_paragraph && unit.flow.opening.concludes) || unit.flow.points_back ||
         contains(unit.lower, " these") || contains(unit.lower, " those");
}

// Whether unit `later` takes what unit `i` came to.
bool feeds(const Draft& draft, std::size_t i, std::size_t later) {
  const std::vector<std::int64_t>& results = draft.units[i].flow.results;
  return std::any_of(results.begin(), results.end(), [&](std::int64_t key) {
    return !path::has_key(draft.given.values, key) &&
           path::has_key(draft.units[later].flow.mentions, key);
  });
}

// "Suppose I add them", "Perhaps the two belong together", "What if ...?"
bool sets_out(const UnitFacts& unit) {
  return unit.plans || unit.hedges || unit.asks || unit.alternative ||
         unit.flow.opening.alternative || contains(unit.lower, "suppose") ||
         contains(unit.lower, " try") || contains(unit.lower, "tempt");
}

// The first unit of the attempt that unit `end` gives up, where all that later units take from it
// is made again behind `end`. What another paragraph computes belongs to it where that is made
// again or taken by the rest of it.
std::optional<std::size_t> attempt_begin(const Draft& draft, const ValueUses& uses,
                                         std::size_t end) {
  std::optional<std::size_t> begin;
  std::size_t again = 0;
  for (std::size_t i = end; i-- > 0 && end - i <= kAttemptReach;) {
    const UnitFacts& unit = draft.units[i];
    const bool brings = unit.flow.computes() || makes_new_value(draft, unit);
    if (unit.flow.symbols != 0 || unit.flow.defines != 0 || says_end(unit)) break;
    if (!brings) {
      if (unit.talk_only() && !sets_out(unit)) continue;
      if (begin && sets_out(unit) && unit.flow.figures.empty()) begin = i;
      break;
    }
    const std::optional<std::size_t> made = uses.made_again(i, end);
    const bool part = begin && feeds(draft, i, *begin);
    if (!made && part) return std::nullopt;
    if (!made || (begin && unit.ends_paragraph && *made == again && !part)) break;
    again = *made;
    begin = i;
    if (sets_out(unit)) break;
  }
  if (begin && goes_on(draft, *begin)) return std::nullopt;
  return begin;
}

// "So 120 + 17 = 137. Wait, no, that's not right. 89 + 50 is 139, then minus 2 is 137.": right, and
// come to again behind unit `correction`; what does it again is a check.
bool was_right(const Draft& draft, std::size_t i, std::size_t correction) {
  const UnitFacts& unit = draft.units[i];
  const auto bare = [](const UnitFacts& said) {  // no "and so there are 9 gaps"
    return said.words.content_count <= said.flow.mentions.size() - said.flow.figures.size();
  };
  if (unit.asks || slips(unit) || unit.flow.equations.empty() || !bare(unit)) return false;
  const std::int64_t key = path::number_key(unit.flow.equations.back().result);
  const std::size_t end = std::min(draft.derivation_end(), correction + 1 + kCorrectionReach);
  for (std::size_t j = correction + 1; j < end; ++j) {
    const UnitFacts& later = draft.units[j];
    const bool same =
        std::any_of(later.flow.equations.begin(), later.flow.equations.end(),
                    [&](const path::Equation& equation) {
                      return equation.holds && path::number_key(equation.result) == key;
                    });
    if (same) return bare(later);
  }
  return false;
}

// An attempt that is given up goes as a whole, with the words that give it up.
void prune_attempts(Draft& draft) {
  const ValueUses uses(draft);
  for (std::size_t i = 0; i < *draft.anchor; ++i) {
    const UnitFacts& unit = draft.units[i];
    std::optional<std::size_t> begin;
    if (ends_attempt(draft, i)) {
      begin = attempt_begin(draft, uses, i);
    } else if (unit.gives_up && unit.flow.computes() && unit.flow.symbols == 0 &&
               uses.made_again(i, i).value_or(0) > 0) {
      begin = i;
    }
    if (!begin || !redone_after(draft, i + 1)) continue;
    std::size_t last = i;
    while (last > *begin && !draft.units[last - 1].flow.computes()) --last;
    if (last > *begin && was_right(draft, last - 1, i)) continue;
    std::size_t end = i + 1;
    while (end < *draft.anchor && says_end(draft.units[end])) ++end;
    for (std::size_t j = *begin; j < end; ++j) {
      draft.remove(j, kName, "an attempt that unit " + std::to_string(i + 1) + " gives up");
    }
    draft.blocks.push_back({*begin, end});
    i = end - 1;
  }
}

// "Let's say its speed is V, so the other's is 2V. Maybe it is better to ... Let v be its speed":
// the first unit of the set-up before the turn to another one, where unit `i` defines what the
// set-up was for and nothing after it needs its unknowns.
std::optional<std::size_t> set_up_begin(const Draft& draft, std::size_t i,
                                        const std::vector<std::uint64_t>& symbols_from) {
  constexpr std::size_t kTurnReach = 4;
  constexpr double kSameThingMin = 0.5;
  const UnitFacts& again = draft.units[i];
  std::size_t turn = i;
  bool turned = false;
  for (; turn > 0 && i - turn < kTurnReach; --turn) {
    const UnitFacts& unit = draft.units[turn - 1];
    if (unit.flow.computes() || unit.flow.symbols != 0) break;
    turned = turned || unit.flow.opening.doubts || unit.hedges;
  }
  if (!turned) return std::nullopt;
  const std::uint64_t needed = symbols_from[turn] & ~again.flow.defines;
  std::size_t begin = turn;
  for (; begin > 0 && turn - begin < kTurnReach; --begin) {
    const UnitFacts& unit = draft.units[begin - 1];
    if (unit.flow.symbols == 0 || unit.flow.computes() || (unit.flow.symbols & needed) != 0) break;
  }
  const bool sets_up = begin < turn && (draft.units[begin].lower.starts_with("let") ||
                                        contains(draft.units[begin].lower, "denote"));
  if (!sets_up) return std::nullopt;
  std::uint64_t before = 0;
  for (std::size_t j = 0; j < begin; ++j) before |= draft.units[j].flow.symbols;
  if ((draft.units[begin].flow.symbols & before) != 0) return std::nullopt;
  const double same = share_within(again.words.content, draft.units[begin].words.content);
  return !again.words.content.empty() && same >= kSameThingMin ? std::optional(begin)
                                                               : std::nullopt;
}

// A set-up that is left for another one of the same thing goes, with the words that leave it.
void prune_set_ups(Draft& draft) {
  const std::size_t end = draft.derivation_end();
  std::vector<std::uint64_t> symbols_from(end + 1, 0);
  for (std::size_t i = end; i > 0; --i) {
    symbols_from[i - 1] = symbols_from[i] | draft.units[i - 1].flow.symbols;
  }
  for (std::size_t i = 1; i < *draft.anchor; ++i) {
    if (draft.units[i].flow.defines == 0) continue;
    const std::optional<std::size_t> begin = set_up_begin(draft, i, symbols_from);
    if (!begin) continue;
    for (std::size_t j = *begin; j < i; ++j) {
      draft.remove(j, kName, "a set-up that unit " + std::to_string(i + 1) + " makes anew");
    }
    draft.blocks.push_back({*begin, i});
  }
}

// "So in total that's 28 days * 30 minutes. [28 * 10 is 280 ... Wait, no.] 28 * 30 is 840": what
// unit `i` writes and does not work out is what is worked out behind unit `correction`.
bool sets_up_redoing(const Draft& draft, std::size_t i, std::size_t correction) {
  const UnitFacts& unit = draft.units[i];
  if (!unit.flow.equations.empty() || !writes_operation(unit)) return false;
  const std::size_t end = std::min(draft.derivation_end(), correction + 1 + kCorrectionReach);
  for (std::size_t j = correction; j < end; ++j) {
    const path::Flow& flow = draft.units[j].flow;
    if (!flow.computes()) continue;
    return std::all_of(unit.flow.figures.begin(), unit.flow.figures.end(),
                       [&](std::int64_t key) { return path::has_key(flow.figures, key); });
  }
  return false;
}

}  // namespace

void prune_false_starts(Draft& draft) {
  if (!draft.anchor) {
    return;
  }
  prune_attempts(draft);
  if (draft.thinks_aloud) prune_set_ups(draft);
  const std::vector<bool> live = live_units(draft);
  for (std::size_t i = 0; i < *draft.anchor; ++i) {
    const UnitFacts& unit = draft.units[i];
    const bool makes = unit.flow.computes() || makes_new_value(draft, unit);
    if (!draft.kept(i) || live[i] || !makes || unit.flow.defines != 0) {
      continue;
    }
    const std::optional<std::size_t> correction = correction_after(draft, i);
    const bool wrong = slips(unit);
    // "Wait, no, 11C2 is 11 * 10 / 2 = 55. I thought it was 495, since I used it incorrectly.": is
    // itself what mends.
    const bool mends = unit.corrects && !wrong && !unit.flow.equations.empty() && !unit.asks &&
                       correction == i + 1 && contains(draft.units[i + 1].lower, "i thought");
    if (mends) continue;
    if (correction && redone_after(draft, *correction)) {
      if (sets_up_redoing(draft, i, *correction) || was_right(draft, i, *correction)) continue;
      draft.remove(i, kName, "given up in unit " + std::to_string(*correction + 1) + " and redone");
      if (only_takes_back(draft.units[*correction])) {
        draft.remove(*correction, kName, "takes back what is gone");
      }
    } else if (wrong && (draft.private_thought() || computed_rightly_after(draft, i)) &&
               redone_after(draft, i + 1) && !ends_in_answer(draft, unit)) {
      draft.remove(i, kName, "wrong arithmetic that nothing later uses");
    }
  }
}

}  // namespace drp::teacher
