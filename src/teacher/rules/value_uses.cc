// SPDX-License-Identifier: Apache-2.0
#include "teacher/rules/value_uses.h"

#include <algorithm>

namespace drp::teacher {
bool makes_value(const UnitFacts& unit, std::int64_t key) {
  return std::any_of(unit.flow.equations.begin(), unit.flow.equations.end(),
                     [key](const path::Equation& equation) {
                       return equation.holds && path::number_key(equation.result) == key;
                     });
}

ValueUses::ValueUses(const Draft& draft) : draft_(draft) {
  for (std::size_t i = 0; i < draft.derivation_end(); ++i) {
    const UnitFacts& unit = draft.units[i];
    const bool checks = unit.checks || unit.rechecks;
    for (const std::int64_t key : unit.flow.mentions) {
      if (key > path::kTrivialKeyMax) uses_[key].push_back({i, !checks && makes_value(unit, key)});
    }
  }
}

std::optional<std::size_t> ValueUses::made_again(std::size_t first, std::size_t last) const {
  std::vector<std::int64_t> brought;
  for (std::size_t i = first; i <= last; ++i) {
    for (const std::int64_t key : draft_.units[i].flow.mentions) {
      const auto found = uses_.find(key);
      if (found == uses_.end() || path::has_key(draft_.given.values, key)) continue;
      const std::size_t earliest = found->second.front().unit;
      if (earliest >= first || !draft_.kept(earliest)) path::add_key(brought, key);
    }
  }
  std::size_t again = 0;
  for (const std::int64_t key : brought) {
    const std::vector<Use>& uses = uses_.at(key);
    const auto next =
        std::upper_bound(uses.begin(), uses.end(), last,
                         [](std::size_t at, const Use& use) { return at < use.unit; });
    if (next == uses.end()) continue;
    if (!next->makes) return std::nullopt;
    ++again;
  }
  return again;
}

}  // namespace drp::teacher
