// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include "teacher/rules/passes.h"

namespace drp::teacher {
namespace {

constexpr std::string_view kName = "check";

// Values that a reader has seen in units [0, i), deleted or not.
class Seen {
 public:
  explicit Seen(const Draft& draft) : keys_(draft.given.values) {}

  void add(const UnitFacts& unit) {
    for (const std::int64_t key : unit.flow.mentions) {
      path::add_key(keys_, key);
    }
  }
  bool all(const std::vector<std::int64_t>& keys) const {
    return std::includes(keys_.begin(), keys_.end(), keys.begin(), keys.end());
  }

 private:
  std::vector<std::int64_t> keys_;
};

bool opens_check(const UnitFacts& unit) {
  return unit.checks || unit.flow.opening.doubts || (unit.flow.opening.contrasts && unit.asks);
}

// A unit that belongs to a check brings no value and no unknown that was not there before.
bool brings_nothing(const UnitFacts& unit, const Seen& seen) {
  const bool new_formula =
      unit.flow.symbols != 0 && unit.text.find('=') != std::string_view::npos && !unit.checks;
  return seen.all(unit.flow.figures) && unit.flow.defines == 0 && !new_formula;
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

}  // namespace

void prune_checks(Draft& draft) {
  Seen seen(draft);
  bool inside = false;
  std::size_t opened = 0;
  for (std::size_t i = 0; i < draft.derivation_end(); ++i) {
    const UnitFacts& unit = draft.units[i];
    const bool anchor = draft.anchor && i >= *draft.anchor;
    if (unit.rechecks && !unit.corrects && !anchor && (unit.flow.computes() || unit.formula)) {
      draft.remove(i, kName, "does again what was done");
    }
    if (!draft.private_thought()) {
      seen.add(unit);
      if (unit.rechecks && !anchor && !unit.corrects) {
        draft.remove(i, kName, "sets out to do again what was done");
      }
      continue;
    }
    if (opens_check(unit) && !anchor) {
      inside = true;
      opened = i;
    } else if (inside && (anchor || (begins_work(unit) && !goes_over_figures(unit)))) {
      inside = false;
    }
    if (inside && brings_nothing(unit, seen) && !unit.corrects) {
      draft.remove(i, kName,
                   opened == i
                       ? "a check that brings no new value"
                       : "part of the check that unit " + std::to_string(opened + 1) + " opens");
    } else if (inside && !brings_nothing(unit, seen)) {
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
