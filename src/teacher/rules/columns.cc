// SPDX-License-Identifier: Apache-2.0
// A sum that is written over several lines, and the givens that are told twice: one thing each.
#include <algorithm>
#include <optional>
#include <string_view>
#include <vector>

#include "base/text.h"
#include "path/counted.h"
#include "teacher/rules/operation.h"
#include "teacher/rules/restore.h"
#include "teacher/rules/stretch.h"

namespace drp::teacher {
namespace {

// "+ $9.45 (laundry)", "+1.35\n=15.00"
bool adds_line(const UnitFacts& unit) {
  return unit.text.starts_with("+ $") || unit.text.starts_with("+$") ||
         (unit.text.size() > 1 && unit.text[0] == '+' &&
          (is_digit(unit.text[1]) ||
           (unit.text[1] == ' ' && unit.text.size() > 2 && is_digit(unit.text[2]))));
}

bool is_line(const UnitFacts& unit) {
  constexpr std::size_t kBytesMax = 60;
  const bool short_line = unit.text.size() <= kBytesMax || adds_line(unit);
  return short_line && !unit.text.ends_with(".") && !unit.text.ends_with(":");
}

bool told(const Draft& draft, std::size_t i) {
  const Decision& decision = draft.decisions[i];
  return draft.kept(i) && decision.pass == "repair" &&
         decision.evidence.starts_with("brings back what restatement deleted");
}

// "On the second day 3 hours" after the first day's 3 hours.
bool counts_on(const UnitFacts& first, const UnitFacts& again) {
  for (const std::string_view word : {"first", "second", "third", "fourth", "other", "next", "last",
                                      "remaining", "same", " also "}) {
    if (contains(again.core(), word) && !contains(first.lower, word)) return true;
  }
  return false;
}

// "Julie started with $500.", "The initial amount is $500."
bool says_beginning(const UnitFacts& unit) {
  for (const std::string_view word : {"initial", "start", "begin", "began", "originally"}) {
    if (contains(unit.lower, word)) return true;
  }
  return false;
}

// Whether `again` tells nothing that `first` has not told: its numbers, of the same things and
// persons.
bool tells_again(const Draft& draft, const UnitFacts& first, const UnitFacts& again) {
  constexpr double kShareMin = 0.4;
  const std::vector<std::int64_t>& known = first.flow.mentions;
  const std::vector<std::int64_t>& numbers = again.flow.mentions;
  const bool sentence = again.unit.kind == path::UnitKind::kSentence;
  const bool prose = !again.text.ends_with(":") && again.unit.kind != path::UnitKind::kListItem &&
                     (sentence || !contains(again.text, "="));
  const bool plans = again.plans || again.plans_inside();
  const bool operates =
      names_operation(again) && !names_operation(first) && !writes_operation(again);
  if (operates || again.flow.symbols != 0 || again.flow.figures.empty() || again.asks ||
      stands_on_last(again) || again.flow.computes() || !prose || plans ||
      counts_on(first, again) ||
      !std::includes(known.begin(), known.end(), numbers.begin(), numbers.end()) ||
      (share_within(again.words.content, first.words.content) < kShareMin &&
       !(says_beginning(first) && says_beginning(again)))) {
    return false;
  }
  const std::vector<path::Counted> counted = path::read_counted(first.text);
  for (const std::int64_t key : again.flow.figures) {
    if (path::counts_another(counted, again.text, key)) return false;
  }
  return std::none_of(draft.given.names.begin(), draft.given.names.end(),
                      [&](const std::string& name) {
                        return contains(again.text, name) && !contains(first.text, name);
                      });
}

}  // namespace

std::size_t settle_columns(Draft& draft) {
  if (!draft.private_thought() || draft.in_words) return 0;
  std::size_t restored = 0;
  for (std::size_t k = 1; k < draft.derivation_end(); ++k) {
    if (!adds_line(draft.units[k])) continue;
    std::size_t begin = k;
    while (begin > 0 && !draft.units[begin - 1].ends_paragraph && is_line(draft.units[begin - 1])) {
      --begin;
    }
    std::size_t end = k;
    while (end < draft.derivation_end() && is_line(draft.units[end])) {
      if (draft.units[end++].ends_paragraph) break;
    }
    end = std::max(end, k + 1);
    std::size_t kept = 0;
    bool works = false;
    for (std::size_t i = begin; i < end; ++i) {
      const UnitFacts& line = draft.units[i];
      kept += draft.kept(i) ? 1 : 0;
      works = works || line.flow.computes() || draft.decisions[i].pinned ||
              !std::includes(draft.given.values.begin(), draft.given.values.end(),
                             line.flow.figures.begin(), line.flow.figures.end());
    }
    const bool half = kept > 0 && kept < end - begin;
    for (std::size_t i = begin; half && i < end; ++i) {
      if (!works) {
        draft.remove(i, "repetition", "the rest of the sum that it is a line of is gone");
      } else if (!draft.kept(i)) {
        bring_back(draft, i, "another line of its sum stays");
        ++restored;
      }
    }
    k = end - 1;
  }
  return restored;
}

void drop_told_twice(Draft& draft) {
  constexpr std::size_t kReach = 8;  // units
  if (!draft.thinks_aloud || draft.in_words) return;
  for (std::size_t i = 1; i < draft.derivation_end(); ++i) {
    if (!draft.kept(i) || draft.decisions[i].action == Action::kMultiStepCompress) continue;
    const bool may_go = told(draft, i);
    const std::optional<std::size_t> previous = draft.previous_kept(i);
    for (std::size_t first = i; first > 0 && i - first < kReach; --first) {
      if (!draft.kept(first - 1)) continue;
      // What the steps use goes only where both say what one starts with.
      const bool starts = previous == first - 1 && says_beginning(draft.units[first - 1]) &&
                          says_beginning(draft.units[i]);
      if (!may_go && !starts) break;
      if (!told(draft, first - 1)) break;
      if (!tells_again(draft, draft.units[first - 1], draft.units[i])) continue;
      draft.decisions[i] = {Action::kDelete, "restatement",
                            "tells again what unit " + std::to_string(first) + " told",
                            std::nullopt, false};
      break;
    }
  }
}

}  // namespace drp::teacher
