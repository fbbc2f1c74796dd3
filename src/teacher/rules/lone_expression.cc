// SPDX-License-Identifier: Apache-2.0
// An expression that the next sentence writes again and works out.
#include <algorithm>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/text.h"
#include "teacher/rules/operation.h"
#include "teacher/rules/passes.h"

namespace drp::teacher {
namespace {

// Whether `next` works out what `unit` writes: the same numbers by the same operation.
bool works_out(const UnitFacts& next, const UnitFacts& unit) {
  const unsigned signs = operation_signs(unit.lower);
  if (signs == 0 || (signs & operation_signs(next.lower)) != signs) return false;
  const auto of_the_same = [&](const path::Equation& equation) {
    std::vector<std::int64_t> operands;
    for (const double operand : equation.operands) {
      path::add_key(operands, path::number_key(operand));
    }
    return equation.holds && operands == unit.flow.figures;
  };
  return std::any_of(next.flow.equations.begin(), next.flow.equations.end(), of_the_same);
}

// "28 * 30. 28 * 30 is 840": writes only what `next` writes and works out.
bool leads_to_itself(const UnitFacts& unit, const UnitFacts& next) {
  // "6 * 5 first" says an order, "half of them would be 30 / 2" of what, "-30 / 3" a sign.
  for (const std::string_view words : {"first", "second", " would be ", " are ", " was "}) {
    if (contains(unit.lower, words)) return false;
  }
  const std::size_t minus = unit.lower.find(" -");
  if (minus < unit.lower.size() - 2 && is_digit(unit.lower[minus + 2])) return false;
  return is_bare_operation(unit) && !unit.text.ends_with(":") && works_out(next, unit);
}

// "Adding both: 1125 + 750." before "1125 plus 750 equals 1875.": bytes of the words that stay; 0
// where there are none.
std::size_t head_size(const UnitFacts& unit, const UnitFacts& next) {
  const std::size_t colon = unit.text.find(": ");
  if (colon == std::string_view::npos || !unit.flow.equations.empty() || unit.flow.symbols != 0 ||
      unit.unit.kind != path::UnitKind::kSentence || unit.asks || !works_out(next, unit)) {
    return 0;
  }
  const std::string_view rest = unit.text.substr(colon + 2);
  const bool only = read_words(to_lower(rest)).count <= 2 &&
                    unit.text.substr(0, colon).find_first_of("0123456789") == std::string::npos;
  const bool opens = is_digit(next.text.front()) || next.text.front() == '$';
  return only && opens ? colon + 2 : 0;
}

}  // namespace

void merge_lone_expressions(Draft& draft, std::string_view pass) {
  for (std::size_t i = 0; i + 1 < draft.derivation_end(); ++i) {
    if (!draft.kept(i)) continue;
    const std::size_t next = draft.next_kept(i);
    if (next >= draft.derivation_end()) continue;
    const auto grouped = [&](std::size_t j) {
      return draft.decisions[j].action == Action::kMultiStepCompress;
    };
    if (grouped(i) || grouped(next)) continue;
    const UnitFacts& unit = draft.units[i];
    const bool bare = leads_to_itself(unit, draft.units[next]);
    const std::size_t head = bare ? 0 : head_size(unit, draft.units[next]);
    if (head == 0 && !bare) continue;
    const std::string text = std::string(unit.text.substr(0, head)) + std::string(draft.text(next));
    const std::string evidence = "writes what unit " + std::to_string(next + 1) + " works out";
    for (std::size_t j = i; j <= next; ++j) {
      const bool pinned = draft.decisions[j].pinned;
      draft.decisions[j] = {Action::kMultiStepCompress, pass, evidence, std::nullopt, pinned};
    }
    draft.decisions[next].evidence = "works out what was written before it";
    draft.decisions[next].text = text;
  }
}

}  // namespace drp::teacher
