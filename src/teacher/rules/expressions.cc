// SPDX-License-Identifier: Apache-2.0
// An expression and what says what it comes to: "Then, 8 + 8. That's 16." A half of it hangs.
#include <algorithm>
#include <array>
#include <cmath>
#include <optional>
#include <string_view>
#include <vector>

#include "base/text.h"
#include "teacher/rules/anchor.h"
#include "teacher/rules/restore.h"

namespace drp::teacher {
namespace {

constexpr std::size_t kTalkMax = 3;  // units of talk between the two halves

// "8 + 8", "$4 times 3"
bool spells_operation(std::string_view lower) {
  for (const std::string_view sign :
       {" times ", " plus ", " minus ", " divided by ", " multiplied by ", " * ", " + ", " - ",
        " / ", " x ", " \u00d7 ", " \u00f7 "}) {
    const std::size_t at = lower.find(sign);
    if (at == std::string_view::npos || at == 0) continue;
    const std::string_view rest = lower.substr(at + sign.size());
    const bool after = !rest.empty() && (is_digit(rest[0]) || rest[0] == '$');
    if (is_digit(lower[at - 1]) && after) return true;
  }
  return false;
}

// Writes an operation that it does not carry out.
bool leaves_open(const UnitFacts& unit) {
  return unit.flow.equations.empty() && !unit.asks && !unit.flow.figures.empty() &&
         unit.flow.symbols == 0 && (writes_operation(unit) || spells_operation(unit.lower));
}

// "That's 16.", "That would be 2.9.": what was written right before it comes to that.
bool says_result(const UnitFacts& unit) {
  constexpr std::array<std::string_view, 9> kOpeners = {
      "that's ",     "that is ",     "that equals ",  "that gives ", "that would be ",
      "that makes ", "which gives ", "which equals ", "it equals "};
  const std::string_view core = unit.core();
  return unit.flow.equations.empty() && !unit.flow.figures.empty() &&
         std::any_of(kOpeners.begin(), kOpeners.end(),
                     [&](std::string_view opener) { return core.starts_with(opener); });
}

// The figure of `unit` that one operation on figures of `open` makes, or the sum or product of all.
std::optional<std::int64_t> comes_to(const UnitFacts& open, const UnitFacts& unit) {
  constexpr std::size_t kFiguresMax = 8;
  constexpr double kKeysPerUnit = 10000;  // path::number_key()
  const std::vector<std::int64_t>& figures = open.flow.figures;
  if (figures.size() > kFiguresMax) return std::nullopt;
  const auto value = [](std::int64_t key) { return static_cast<double>(key) / kKeysPerUnit; };
  double sum = 0;
  double product = 1;
  for (const std::int64_t key : figures) {
    sum += value(key);
    product *= value(key);
  }
  for (const std::int64_t result : unit.flow.figures) {
    const auto hits = [result](double number) {
      return std::isfinite(number) && path::number_key(number) == result;
    };
    if (path::has_key(figures, result)) continue;
    if (hits(sum) || hits(product)) return result;
    for (const std::int64_t a : figures) {
      for (const std::int64_t b : figures) {
        const double left = value(a);
        const double right = value(b);
        if (hits(left + right) || hits(left - right) || hits(left * right) ||
            (right != 0 && hits(left / right))) {
          return result;
        }
      }
    }
  }
  return std::nullopt;
}

bool may_come_back(const Draft& draft, std::size_t i) {
  const std::string_view pass = draft.decisions[i].pass;
  return pass == "repetition" || pass == "plan" || pass == "restatement";
}

// The deleted expression before unit `k`, with nothing but words in between.
std::optional<std::size_t> expression_before(const Draft& draft, std::size_t k) {
  for (std::size_t i = k; i > 0 && k - i <= kTalkMax && !draft.kept(i - 1); --i) {
    const UnitFacts& unit = draft.units[i - 1];
    if (unit.flow.mentions.empty() && (unit.talk_only() || unit.plans)) continue;
    const bool chooses = contains(unit.lower, " choose ") && unit.flow.figures.size() >= 2;
    const bool open = leaves_open(unit) || (chooses && unit.flow.equations.empty());
    const bool gone = may_come_back(draft, i - 1) || draft.decisions[i - 1].pass == "echo";
    return open && gone ? std::optional(i - 1) : std::nullopt;
  }
  return std::nullopt;
}

// "125 + 400 = 525" of "125 + 498": computes with a part of what the expression has.
bool takes_part(const UnitFacts& unit, const UnitFacts& open, const UnitFacts* before) {
  const std::vector<std::int64_t>& said = unit.flow.mentions;
  if (std::includes(said.begin(), said.end(), open.flow.figures.begin(), open.flow.figures.end())) {
    return false;
  }
  std::vector<std::int64_t> made;
  for (const path::Equation& equation : unit.flow.equations) {
    bool shares = false;
    bool parts = false;
    for (const double operand : equation.operands) {
      const std::int64_t key = path::number_key(operand);
      const bool has = path::has_key(open.flow.figures, key);
      const bool known = path::has_key(made, key) ||
                         (before != nullptr && path::has_key(before->flow.mentions, key));
      shares = shares || has;
      parts = parts || (!has && !known && key > path::kTrivialKeyMax);
    }
    if (shares && parts) return true;
    path::add_key(made, path::number_key(equation.result));
  }
  return false;
}

// "12 factorial divided by 5 factorial times 7 factorial." of "12 choose 5": no sentence by itself.
bool expands(const UnitFacts& unit, const UnitFacts& open) {
  constexpr std::size_t kWordsMax = 1;  // different ones
  return unit.flow.equations.empty() && unit.flow.results.empty() && !unit.asks &&
         unit.unit.kind == path::UnitKind::kSentence && unit.words.content.size() <= kWordsMax &&
         writes_operation(unit) && unit.flow.figures.size() > open.flow.figures.size() &&
         std::includes(unit.flow.figures.begin(), unit.flow.figures.end(),
                       open.flow.figures.begin(), open.flow.figures.end());
}

// Whether the kept unit `before` writes the expression, and, where its value is named right after
// it, nothing else: 2.9 is not what 0.58 * 5 * (16 + N) comes to.
bool writes_same(const UnitFacts* before, const UnitFacts& open, bool named) {
  if (before == nullptr) return false;
  const std::vector<std::int64_t>& figures = before->flow.figures;
  const bool has = std::includes(figures.begin(), figures.end(), open.flow.figures.begin(),
                                 open.flow.figures.end());
  const bool more = figures.size() > open.flow.figures.size() || before->flow.symbols != 0;
  return has && (writes_operation(*before) || spells_operation(before->lower)) && !(named && more);
}

// Whether a unit right behind `result` in the path says the value as what comes out.
bool said_next(const Draft& draft, std::size_t result, std::int64_t key) {
  const std::size_t next = draft.next_kept(result);
  if (next >= draft.derivation_end()) return false;
  const UnitFacts& unit = draft.units[next];
  return path::has_key(unit.flow.results, key) || says_result(unit);
}

}  // namespace

std::size_t restore_expressions(Draft& draft) {
  if (!draft.thinks_aloud) return 0;
  std::size_t restored = 0;
  for (std::size_t k = 1; k < draft.derivation_end(); ++k) {
    if (!draft.kept(k) || draft.kept(k - 1)) continue;
    const auto at = expression_before(draft, k);
    if (!at) continue;
    const UnitFacts& unit = draft.units[k];
    const UnitFacts& open = draft.units[*at];
    const auto previous = draft.previous_kept(*at);
    const UnitFacts* before = previous ? &draft.units[*previous] : nullptr;
    const bool named = says_result(unit) && comes_to(open, unit).has_value();
    const bool hangs = named || takes_part(unit, open, before) || expands(unit, open);
    if (!hangs || writes_same(before, open, named)) continue;
    bring_back(draft, *at, "unit " + std::to_string(k + 1) + " works it out");
    ++restored;
  }
  return restored;
}

std::size_t restore_named_results(Draft& draft) {
  if (!draft.thinks_aloud) return 0;
  std::size_t restored = 0;
  for (std::size_t k = 0; k + 1 < draft.derivation_end(); ++k) {
    const UnitFacts& open = draft.units[k];
    if (!draft.kept(k) || !leaves_open(open)) continue;
    std::size_t i = k + 1;
    while (i < draft.derivation_end() && i <= k + kTalkMax && !draft.kept(i) &&
           (draft.units[i].talk_only() || !draft.units[i].flow.opening.doubts) &&
           draft.units[i].flow.mentions.empty()) {
      ++i;
    }
    if (i >= draft.derivation_end() || draft.kept(i) || !may_come_back(draft, i) ||
        !says_result(draft.units[i])) {
      continue;
    }
    const std::optional<std::int64_t> result = comes_to(open, draft.units[i]);
    if (!result || said_next(draft, i, *result)) continue;
    bring_back(draft, i, "says what unit " + std::to_string(k + 1) + " comes to");
    ++restored;
  }
  return restored;
}

}  // namespace drp::teacher
