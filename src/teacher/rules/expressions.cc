// SPDX-License-Identifier: Apache-2.0
// An expression and what says what it comes to: "Then, 8 + 8. That's 16." A half of it hangs.
#include <algorithm>
#include <array>
#include <cmath>
#include <optional>
#include <string_view>
#include <vector>

#include "base/text.h"
#include "teacher/rules/operation.h"
#include "teacher/rules/restore.h"

namespace drp::teacher {
namespace {

constexpr std::size_t kTalkMax = 3;  // units of talk between the two halves

// Writes an operation that it does not carry out.
bool leaves_open(const UnitFacts& unit) {
  return unit.flow.equations.empty() && !unit.asks && !unit.flow.figures.empty() &&
         unit.flow.symbols == 0 && (writes_operation(unit) || spells_operation(unit.lower));
}

// "That's 16.", "That would be 2.9.": what was written right before it comes to that.
bool names_result_alone(const UnitFacts& unit) {
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
  const std::vector<std::int64_t>& figures = open.flow.figures;
  if (figures.size() > kFiguresMax) return std::nullopt;
  double sum = 0;
  double product = 1;
  for (const std::int64_t key : figures) {
    sum += path::key_value(key);
    product *= path::key_value(key);
  }
  for (const std::int64_t result : unit.flow.figures) {
    const auto hits = [result](double number) {
      return std::isfinite(number) && path::number_key(number) == result;
    };
    if (path::has_key(figures, result)) continue;
    if (hits(sum) || hits(product)) return result;
    for (const std::int64_t a : figures) {
      for (const std::int64_t b : figures) {
        const double left = path::key_value(a);
        const double right = path::key_value(b);
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

// "so the others would be 24 minus 7.": ends in an operation that it does not carry out.
bool ends_in_operation(std::string_view lower) {
  if (lower.ends_with(".")) lower.remove_suffix(1);
  const std::size_t number = lower.find_last_not_of("0123456789.,$") + 1;
  if (number >= lower.size()) return false;
  return spells_operation(lower.substr(number > 24 ? number - 24 : 0));
}

// "So the rest would be 24 minus 7." inside of a check whose computation stays.
bool leads_within_check(const Draft& draft, std::size_t i) {
  const UnitFacts& unit = draft.units[i];
  const Decision& decision = draft.decisions[i];
  return decision.pass == "check" && !decision.evidence.starts_with("a check that ends") &&
         !unit.checks && !unit.alternative && !unit.hedges && !unit.flow.opening.doubts &&
         unit.words.content_count > 0 && ends_in_operation(unit.lower);
}

// The deleted expression before unit `k`, with nothing but words in between; the first where it is
// written twice: "So, 25 * 3. Hmm, 25*3."
std::optional<std::size_t> expression_before(const Draft& draft, std::size_t k) {
  for (std::size_t i = k; i > 0 && k - i <= kTalkMax && !draft.kept(i - 1); --i) {
    const UnitFacts& unit = draft.units[i - 1];
    if (unit.flow.mentions.empty() && (unit.talk_only() || unit.plans)) continue;
    const bool chooses = contains(unit.lower, " choose ") && unit.flow.figures.size() >= 2;
    const bool within = leads_within_check(draft, i - 1);
    const bool open = within || leaves_open(unit) || (chooses && unit.flow.equations.empty());
    const bool gone =
        within || may_come_back(draft, i - 1) || draft.decisions[i - 1].pass == "echo";
    if (!open || !gone) return std::nullopt;
    const bool again = i > 1 && !draft.kept(i - 2) && may_come_back(draft, i - 2) &&
                       leaves_open(draft.units[i - 2]) && !draft.units[i - 2].ends_paragraph &&
                       draft.units[i - 2].flow.figures == unit.flow.figures;
    return again ? i - 2 : i - 1;
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

// "20 + 50 is 70, and 7 + 5 is 12" of "27 + 55": adds its tens and its ones.
bool adds_by_places(const UnitFacts& unit, const UnitFacts& open) {
  const std::vector<path::Equation>& equations = unit.flow.equations;
  const std::vector<std::int64_t>& terms = open.flow.figures;
  if (equations.size() < 2 || terms.size() != 2) return false;
  std::int64_t left = terms[0] + terms[1];
  for (std::size_t i = 0; i < 2; ++i) {
    const std::vector<double>& operands = equations[i].operands;
    if (operands.size() != 2) return false;
    const std::int64_t sum = path::number_key(operands[0]) + path::number_key(operands[1]);
    if (sum != path::number_key(equations[i].result)) return false;
    left -= sum;
  }
  return left == 0;
}

// "24 minus 7 is 17." of "Then the number of those who stay would be 24 minus 7.": what it is that
// the unit works out, where neither it nor the unit after it says so.
bool says_of_what(const UnitFacts& open, const UnitFacts& unit, const UnitFacts* before,
                  const UnitFacts* next) {
  if (unit.words.content_count > 0 || unit.flow.equations.size() != 1 ||
      unit.unit.kind != path::UnitKind::kSentence) {
    return false;
  }
  const path::Equation& equation = unit.flow.equations.front();
  const bool works_out = std::all_of(
      equation.operands.begin(), equation.operands.end(),
      [&](double operand) { return path::has_key(open.flow.figures, path::number_key(operand)); });
  const bool named = next != nullptr && next->words.content_count > 0 &&
                     path::has_key(next->flow.mentions, path::number_key(equation.result));
  const bool new_operand =
      before != nullptr &&
      !std::includes(before->flow.mentions.begin(), before->flow.mentions.end(),
                     open.flow.figures.begin(), open.flow.figures.end());
  return works_out && !named && open.words.content_count > 0 &&
         (new_operand || adds_to(open, {&unit, before}));
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

// Whether the kept unit `before` writes the expression, no longer one ("14 + 18" is only a part of
// "14 + 18 + 24") and no other ("14 + 10 = 24, plus 8 is 32" is not "32 + 24"); where its value is
// named right after it, nothing else: 2.9 is not what 0.58 * 5 * (16 + N) comes to.
bool writes_same(const UnitFacts* before, const UnitFacts& open, bool named) {
  if (before == nullptr) return false;
  const std::vector<std::int64_t>& figures = before->flow.figures;
  const std::vector<std::int64_t>& own = open.flow.figures;
  const bool has = std::includes(figures.begin(), figures.end(), own.begin(), own.end());
  const bool writes = writes_operation(*before) || spells_operation(before->lower);
  const bool names = figures == own && names_operation(*before);  // "adding both: $3 and $7"
  if (!has || !(writes || names)) return false;
  if (named) return figures.size() == own.size() && before->flow.symbols == 0;
  if (!before->flow.computes()) {
    return figures == own || count_operations(before->lower) <= count_operations(open.lower);
  }
  const std::vector<path::Equation>& equations = before->flow.equations;
  return std::any_of(equations.begin(), equations.end(), [&](const path::Equation& equation) {
    std::vector<std::int64_t> operands;
    for (const double operand : equation.operands) {
      path::add_key(operands, path::number_key(operand));
    }
    return std::includes(operands.begin(), operands.end(), own.begin(), own.end());
  });
}

// Whether a unit right behind `result` in the path says the value as what comes out.
bool said_next(const Draft& draft, std::size_t result, std::int64_t key) {
  const std::size_t next = draft.next_kept(result);
  if (next >= draft.derivation_end()) return false;
  const UnitFacts& unit = draft.units[next];
  return path::has_key(unit.flow.results, key) || names_result_alone(unit);
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
    const bool named = names_result_alone(unit) && comes_to(open, unit).has_value();
    const UnitFacts* next =
        k + 1 < draft.derivation_end() && draft.kept(k + 1) ? &draft.units[k + 1] : nullptr;
    const bool hangs = named || takes_part(unit, open, before) || expands(unit, open) ||
                       adds_by_places(unit, open) || says_of_what(open, unit, before, next);
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
        !names_result_alone(draft.units[i])) {
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
