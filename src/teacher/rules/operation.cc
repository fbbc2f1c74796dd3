// SPDX-License-Identifier: Apache-2.0
#include "teacher/rules/operation.h"

#include <algorithm>
#include <array>

#include "base/text.h"
#include "path/opening.h"

namespace drp::teacher {
namespace {

enum : unsigned { kPlus = 1, kMinus = 2, kTimes = 4, kDivide = 8 };

struct SignOf {
  std::string_view words;
  unsigned sign;
};
constexpr std::array<SignOf, 17> kSigns = {{{" + ", kPlus},
                                            {" plus ", kPlus},
                                            {" add", kPlus},
                                            {" - ", kMinus},
                                            {" minus ", kMinus},
                                            {"subtract", kMinus},
                                            {" * ", kTimes},
                                            {" x ", kTimes},
                                            {"*", kTimes},
                                            {"\u00d7", kTimes},
                                            {" times ", kTimes},
                                            {"multipl", kTimes},
                                            {" / ", kDivide},
                                            {"/", kDivide},
                                            {"\u00f7", kDivide},
                                            {" divided ", kDivide},
                                            {"divid", kDivide}}};

}  // namespace

bool names_operation(const UnitFacts& unit) {
  for (const std::string_view words :
       {"divid", "subtract", "multipl", "adding", " add ", "split", "choose", "ways to"}) {
    if (contains(unit.lower, words)) return true;
  }
  return false;
}

bool writes_operation(const UnitFacts& unit) {
  if (unit.flow.figures.size() < 2) return false;
  for (const std::string_view sign : {" times ", " plus ", " minus ", "divided by", "multiplied by",
                                      " * ", " + ", " - ", " / ", " x ", "\u00d7", "\u00f7"}) {
    if (contains(unit.lower, sign)) return true;
  }
  return false;
}

bool spells_operation(std::string_view lower) {
  for (const std::string_view sign :
       {" times ", " plus ", " minus ", " divided by ", " multiplied by ", " * ", " + ", " - ",
        " / ", " x ", " \u00d7 ", " \u00f7 ", "*", "+", "\u00d7", "\u00f7"}) {
    const std::size_t at = lower.find(sign);
    if (at == std::string_view::npos || at == 0) continue;
    const std::string_view rest = lower.substr(at + sign.size());
    const bool after = !rest.empty() && (is_digit(rest[0]) || rest[0] == '$');
    if (is_digit(lower[at - 1]) && after) return true;
  }
  return false;
}

unsigned operation_signs(std::string_view lower) {
  unsigned signs = 0;
  for (const SignOf& sign : kSigns) {
    if (contains(lower, sign.words)) signs |= sign.sign;
  }
  return signs;
}

bool is_bare_operation(const UnitFacts& unit) {
  const path::Opening& opening = unit.flow.opening;
  return unit.unit.kind == path::UnitKind::kSentence && unit.words.content_count == 0 &&
         unit.flow.figures.size() >= 2 && unit.flow.equations.empty() && unit.flow.symbols == 0 &&
         !unit.asks && !opening.first && !opening.later && !opening.continues &&
         opening.anaphor == path::Anaphor::kNone && !contains(unit.text, "=");
}

std::size_t count_operations(std::string_view lower) {
  std::size_t count = 0;
  for (const std::string_view sign : {" times ", " plus ", " minus ", "divided by", "multiplied by",
                                      "*", "+", " - ", " / ", " x ", "\u00d7", "\u00f7"}) {
    for (std::size_t at = lower.find(sign); at != std::string_view::npos;
         at = lower.find(sign, at + 1)) {
      ++count;
    }
  }
  return count;
}

void add_computations(const UnitFacts& unit, Computations& made) {
  for (const path::Equation& equation : unit.flow.equations) {
    made.insert(path::equation_key(equation));
  }
}

bool only_recomputes(const UnitFacts& unit, const Computations& made) {
  return !unit.flow.equations.empty() &&
         std::all_of(unit.flow.equations.begin(), unit.flow.equations.end(),
                     [&](const path::Equation& equation) {
                       return made.contains(path::equation_key(equation));
                     });
}

}  // namespace drp::teacher
