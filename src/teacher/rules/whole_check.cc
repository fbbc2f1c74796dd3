// SPDX-License-Identifier: Apache-2.0
// A check of which something stays goes or stays as a whole.
#include <algorithm>
#include <string_view>
#include <unordered_set>

#include "base/text.h"
#include "teacher/rules/live.h"
#include "teacher/rules/restore.h"

namespace drp::teacher {
namespace {

// The units [i, end) of the check that unit `i` opens: the rest of its stretch, else to its
// approval, to the turn to other work or to the answer.
std::size_t check_end(const Draft& draft, std::size_t i) {
  constexpr std::size_t kReach = 40;
  for (const Stretch& stretch : draft.stretches) {
    // A doubt may end in the conclusion that the steps go on with.
    const std::size_t end =
        stretch.end - (draft.units[stretch.end - 1].flow.opening.concludes ? 1 : 0);
    if (stretch.begin <= i && i + 1 < end) return end;
  }
  const std::size_t last = std::min(draft.anchor.value_or(draft.units.size()), i + kReach);
  for (std::size_t j = i + 1; j < last; ++j) {
    const UnitFacts& unit = draft.units[j];
    if (unit.approves) return j + 1;
    if (unit.checks && unit.talk_only() && draft.units[j - 1].flow.computes()) return j;
    const bool turns = unit.plans && (unit.flow.opening.continues || unit.flow.opening.later);
    if (turns || unit.unit.kind == path::UnitKind::kHeading) return j;
  }
  return i + 1;  // no verdict: it is not known what belongs to it
}

}  // namespace

bool follows_gone_plan(const Draft& draft, std::size_t i) {
  if (i == 0 || draft.kept(i - 1)) return false;
  const std::string_view pass = draft.decisions[i - 1].pass;
  return pass == "plan" || pass == "restatement";
}

// A check that was not deleted whole goes as a whole where nothing on the way to the answer needs
// what is left of it; else it stays as a whole, with the words that make it one: arithmetic that
// goes over old values with no word of why reads as a step that it is not.
std::size_t settle_checks(Draft& draft) {
  if (!draft.thinks_aloud || !draft.anchor) return 0;
  std::size_t restored = 0;
  const std::vector<bool> live = live_units(draft);
  bool computed = false;  // before that, "let me make sure I understand" goes over nothing
  std::unordered_set<std::int64_t> held;  // what the kept units came to
  for (std::size_t i = 0; i + 1 < draft.derivation_end(); ++i) {
    const UnitFacts& unit = draft.units[i];
    computed = computed || unit.flow.computes();
    if (draft.kept(i) && unit.flow.computes()) {
      held.insert(unit.flow.mentions.begin(), unit.flow.mentions.end());
      held.insert(unit.flow.results.begin(), unit.flow.results.end());
    }
    const bool opens = unit.checks || unit.alternative || unit.flow.opening.alternative;
    if (draft.kept(i) || !opens || !computed) continue;
    const std::size_t end = check_end(draft, i);
    bool half = false;
    bool needed = end > *draft.anchor;
    for (std::size_t j = i + 1; j < end; ++j) {
      const UnitFacts& part = draft.units[j];
      const bool lists = part.unit.kind != path::UnitKind::kSentence && !part.flow.figures.empty();
      half = half || (draft.kept(j) && (part.flow.computes() || lists));
      // What was come to before is there without the check.
      const bool again = !part.flow.results.empty() && draft.private_thought() &&
                         std::all_of(part.flow.results.begin(), part.flow.results.end(),
                                     [&](std::int64_t key) { return held.contains(key); });
      needed = needed || (draft.kept(j) && ((live[j] && !again) || draft.decisions[j].pinned));
    }
    const UnitFacts& body = draft.units[i + 1];
    const bool mends = body.corrects || contains(body.lower, ", not ");  // stands for itself
    // "Let me verify that. 1200 plus 250 is 1450": what it set out to check is gone.
    if (needed && body.flow.computes() && follows_gone_plan(draft, i)) continue;
    const bool opens_body = !unit.ends_paragraph && draft.kept(i + 1) && body.flow.computes();
    if (mends || (!half && !opens_body)) continue;
    for (std::size_t j = i; j < end; ++j) {
      const UnitFacts& part = draft.units[j];
      if (!needed && half) {
        draft.remove(j, "check", "the rest of the check that it belongs to is gone");
      } else if (!draft.kept(j) && (!part.talk_only() || j == i || part.approves)) {
        bring_back(draft, j, "the check that it belongs to was not deleted whole");
        ++restored;
      }
    }
  }
  return restored;
}

}  // namespace drp::teacher
