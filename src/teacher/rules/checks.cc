// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <unordered_map>
#include <unordered_set>

#include "teacher/rules/passes.h"

namespace drp::teacher {
namespace {

constexpr std::string_view kName = "check";

// Values that a reader has seen in units [0, i), deleted or not.
class Seen {
 public:
  explicit Seen(const Draft& draft) : keys_(draft.given.values.begin(), draft.given.values.end()) {}

  void add(const UnitFacts& unit) {
    keys_.insert(unit.flow.mentions.begin(), unit.flow.mentions.end());
  }
  bool holds(std::int64_t key) const { return keys_.contains(key); }
  bool all(const std::vector<std::int64_t>& keys) const {
    return std::all_of(keys.begin(), keys.end(), [this](std::int64_t key) { return holds(key); });
  }

 private:
  std::unordered_set<std::int64_t> keys_;
};

// "Wait, so both terms cancel." sees something; it asks and checks nothing.
bool realises(const UnitFacts& unit) {
  const bool sees = unit.flow.opening.concludes || contains(unit.lower, "i notice") ||
                    contains(unit.lower, "i see that") || contains(unit.lower, "i realize");
  return unit.flow.opening.doubts && sees && !unit.flow.opening.contrasts && !unit.asks &&
         !unit.hedges && !unit.checks && unit.words.content_count > 0;
}

bool opens_check(const UnitFacts& unit) {
  if (realises(unit)) return false;
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

bool opens_block(const UnitFacts& unit) {
  return (unit.checks || unit.rechecks) && !unit.corrects && !unit.states_answer;
}

// "So that's 96 again": a value made before, and no number of the question.
bool comes_back(const Draft& draft, const UnitFacts& unit, const Seen& seen) {
  return std::any_of(unit.flow.results.begin(), unit.flow.results.end(), [&](std::int64_t key) {
    return seen.holds(key) && !path::has_key(draft.given.values, key);
  });
}

// The last unit of the check that unit `i` opens, where it ends in a value that was known before:
// within reach, before any correction, new unknown or line of work.
std::optional<std::size_t> block_end(const Draft& draft, std::size_t i, const Seen& seen) {
  constexpr std::size_t kReach = 24;
  std::optional<std::size_t> end;
  for (std::size_t j = i; j < *draft.anchor && j <= i + kReach; ++j) {
    const UnitFacts& unit = draft.units[j];
    if (j > i) {
      if (unit.corrects || unit.flow.defines != 0 || unit.flow.symbols != 0) break;
      const bool turns = unit.flow.opening.continues && unit.plans && !unit.checks;
      if (turns || unit.unit.kind == path::UnitKind::kHeading) break;
    }
    if (comes_back(draft, unit, seen)) end = j;
    if (end && unit.ends_paragraph) break;
  }
  return end;
}

// The last unit of the derivation that uses each figure.
using LastUses = std::unordered_map<std::int64_t, std::size_t>;

LastUses last_uses(const Draft& draft) {
  LastUses last;
  for (std::size_t i = 0; i < draft.derivation_end(); ++i) {
    for (const std::int64_t key : draft.units[i].flow.figures) last[key] = i;
  }
  return last;
}

// Whether units after `end` use a value that was first made in [begin, end]. Digits turn up
// everywhere.
bool is_used_later(const Draft& draft, std::size_t begin, std::size_t end, const Seen& seen,
                   const LastUses& last) {
  constexpr std::int64_t kDigitKeyMax = 100'000;  // 10
  const auto used = [&](std::int64_t key) {
    const auto use = last.find(key);
    return key > kDigitKeyMax && !seen.holds(key) && use != last.end() && use->second > end;
  };
  for (std::size_t i = begin; i <= end; ++i) {
    const path::Flow& flow = draft.units[i].flow;
    if (std::any_of(flow.results.begin(), flow.results.end(), used) ||
        std::any_of(flow.figures.begin(), flow.figures.end(), used)) {
      return true;
    }
  }
  return false;
}

// A check that ends where it began goes as a whole, whatever it computes on the way.
void prune_blocks(Draft& draft) {
  if (!draft.anchor || !draft.thinks_aloud) return;
  Seen seen(draft);
  const LastUses last = last_uses(draft);
  for (std::size_t i = 0; i < *draft.anchor; ++i) {
    if (opens_block(draft.units[i])) {
      const std::optional<std::size_t> end = block_end(draft, i, seen);
      if (end && *end > i && !is_used_later(draft, i, *end, seen, last)) {
        for (std::size_t j = i; j <= *end; ++j) {
          draft.remove(j, kName, "a check that ends in what was known before");
        }
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
