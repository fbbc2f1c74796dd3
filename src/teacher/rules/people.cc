// SPDX-License-Identifier: Apache-2.0
// Whom "he" and "she" mean, where the sentence that said it was deleted.
#include <algorithm>
#include <array>
#include <string>
#include <vector>

#include "base/text.h"
#include "teacher/rules/restore.h"

namespace drp::teacher {
namespace {

constexpr std::size_t kReach = 12;  // units back to the one that names the person

// The person whom `text` names last, or nothing.
std::string_view last_named(const std::vector<std::string>& people, std::string_view text) {
  std::string_view last;
  std::size_t last_at = 0;
  for (const std::string& name : people) {
    const std::size_t at = text.rfind(name);
    if (at != std::string_view::npos && (last.empty() || at > last_at)) {
      last = name;
      last_at = at;
    }
  }
  return last;
}

// Whether `unit` has "he" or "she" before any name.
bool leaves_open_whom(const std::vector<std::string>& people, const UnitFacts& unit) {
  constexpr std::array<std::string_view, 9> kPronouns = {"he",   "she",   "his",   "her",   "him",
                                                         "he's", "she's", "he'll", "she'll"};
  const std::string& lower = unit.lower;
  for (std::size_t at = 0; at < lower.size();) {
    std::size_t end = at;
    while (end < lower.size() && (is_letter(lower[end]) || lower[end] == '\'')) ++end;
    const std::string_view word = std::string_view(lower).substr(at, end - at);
    if (std::find(kPronouns.begin(), kPronouns.end(), word) != kPronouns.end()) {
      return last_named(people, unit.text.substr(0, at)).empty();
    }
    at = std::max(end, at + 1);
  }
  return false;
}

// Whether deleted unit `i` can come back to say whom: it tells something, in thoughts about the
// task only where nothing else does.
bool may_name(const Draft& draft, std::size_t i, bool tasks) {
  const UnitFacts& unit = draft.units[i];
  const bool doubts = unit.asks || unit.hedges || unit.checks || unit.corrects ||
                      unit.alternative || unit.flow.opening.doubts;
  return !draft.kept(i) && !doubts && draft.decisions[i].pass != "false_start" &&
         (tasks || !speaks_of_task(unit) || !unit.flow.figures.empty());
}

// The nearest deleted unit of [from, k) that names someone, and no pronoun before.
std::optional<std::size_t> naming_unit(const Draft& draft, const std::vector<std::string>& people,
                                       std::size_t from, std::size_t k) {
  for (const bool tasks : {false, true}) {
    for (std::size_t i = k; i > from && k - i < kReach; --i) {
      const UnitFacts& unit = draft.units[i - 1];
      if (may_name(draft, i - 1, tasks) && !last_named(people, unit.text).empty() &&
          !leaves_open_whom(people, unit)) {
        return i - 1;
      }
    }
  }
  return std::nullopt;
}

}  // namespace

std::size_t restore_people(Draft& draft) {
  const std::vector<std::string>& people = draft.given.people;
  if (people.empty() || !draft.private_thought() || draft.in_words) return 0;
  std::size_t restored = 0;
  std::string_view spoken_of;  // whom the path named last
  std::size_t since = 0;       // behind the last kept unit
  for (std::size_t k = 0; k < draft.derivation_end(); ++k) {
    if (!draft.kept(k)) continue;
    const UnitFacts& unit = draft.units[k];
    if (leaves_open_whom(people, unit)) {
      const bool lost = spoken_of.empty();
      const auto found = naming_unit(draft, people, lost ? 0 : since, k);
      if (found && (lost || last_named(people, draft.units[*found].text) != spoken_of)) {
        bring_back(draft, *found, "says whom unit " + std::to_string(k + 1) + " means");
        spoken_of = last_named(people, draft.units[*found].text);
        ++restored;
      }
    }
    const std::string_view named = last_named(people, draft.text(k));
    if (!named.empty()) spoken_of = named;
    since = k + 1;
  }
  return restored;
}

}  // namespace drp::teacher
