// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include "teacher/rules/live.h"
#include "teacher/rules/passes.h"

namespace drp::teacher {
namespace {

constexpr std::string_view kName = "false_start";
constexpr std::size_t kCorrectionReach = 6;  // units from a slip to the words that mend it

// A wrong computation between figures: "half the price of one pound, which is $2" is none.
bool slips(const UnitFacts& unit) {
  return std::any_of(
      unit.flow.equations.begin(), unit.flow.equations.end(), [&](const path::Equation& equation) {
        const std::vector<path::Number> numbers =
            path::find_numbers(slice(unit.text, equation.span));
        const auto figures = std::count_if(numbers.begin(), numbers.end(),
                                           [](const path::Number& number) { return !number.word; });
        return !equation.holds && figures >= 2;
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

}  // namespace

void prune_false_starts(Draft& draft) {
  if (!draft.anchor) {
    return;
  }
  const std::vector<bool> live = live_units(draft);
  for (std::size_t i = 0; i < *draft.anchor; ++i) {
    const UnitFacts& unit = draft.units[i];
    const bool makes = unit.flow.computes() || makes_new_value(draft, unit);
    if (!draft.kept(i) || live[i] || !makes || unit.flow.defines != 0) {
      continue;
    }
    const std::optional<std::size_t> correction = correction_after(draft, i);
    const bool wrong = slips(unit);
    if (correction && redone_after(draft, *correction)) {
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
