// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include "teacher/rules/restore.h"

namespace drp::teacher {

// The items of one list are kept or deleted together: where one that computes is kept, the others
// that computed come back.
std::size_t restore_lists(Draft& draft) {
  std::size_t restored = 0;
  const auto is_item = [&](std::size_t i) {
    const UnitFacts& unit = draft.units[i];
    const bool line = unit.unit.kind == path::UnitKind::kLine && unit.text.size() <= 60 &&
                      !unit.text.ends_with(":") && !unit.talk_only();
    // "Laundry: $3.00" in a line of its own.
    const std::size_t colon = unit.text.find(": ");
    const bool label = (unit.ends_paragraph || unit.unit.kind == path::UnitKind::kLine) &&
                       unit.text.size() <= 40 && !unit.flow.figures.empty() &&
                       colon != std::string_view::npos && !unit.flow.computes() &&
                       unit.text.find_first_of("0123456789") > colon;
    return unit.unit.kind == path::UnitKind::kListItem || label ||
           (line && !draft.private_thought());
  };
  for (std::size_t begin = 0; begin < draft.derivation_end();) {
    std::size_t end = begin;
    bool kept = false;
    while (end < draft.derivation_end() && is_item(end)) kept = draft.kept(end++) || kept;
    for (std::size_t i = begin; kept && i < end; ++i) {
      if (draft.kept(i)) continue;
      bring_back(draft, i, "another item of its list stays");
      ++restored;
    }
    begin = std::max(end, begin + 1);
  }
  return restored;
}

}  // namespace drp::teacher
