// SPDX-License-Identifier: Apache-2.0
#include "base/text.h"
#include "teacher/rules/passes.h"

namespace drp::teacher {
namespace {

constexpr std::string_view kName = "filler";
constexpr std::size_t kFillerWordsMax = 40;

// A bare heading over the whole solution, a rule of dashes.
bool is_ornament(const UnitFacts& unit) {
  return unit.text.find_first_not_of("-*_=# ") == std::string_view::npos && unit.text.size() < 80;
}

// "The third one..."
bool breaks_off(const UnitFacts& unit) {
  constexpr std::size_t kWordsMax = 8;
  const bool turns = contains(unit.lower, "... let's") || contains(unit.lower, "... let me");
  if (turns && !unit.flow.computes() && unit.words.count <= 2 * kWordsMax) return true;
  return (unit.text.ends_with("...") || unit.text.ends_with("\u2026")) && unit.words.count > 0 &&
         unit.words.count <= kWordsMax && !unit.flow.computes() &&
         unit.text.find('=') == std::string_view::npos;
}

// "So, that confirms my initial thought.": which was that of a check or a musing.
bool confirms_thought(const UnitFacts& unit) {
  constexpr std::size_t kWordsMax = 12;
  return unit.words.count <= kWordsMax && unit.flow.mentions.empty() && !unit.formula &&
         !unit.asks && contains(unit.lower, " confirms ") &&
         (contains(unit.lower, " my ") || contains(unit.lower, " what i "));
}

// "Sometimes these word problems can be a bit tricky, but breaking them down helps."
bool speaks_of_such_problems(const UnitFacts& unit) {
  const bool such = contains(unit.lower, "word problems") ||
                    contains(unit.lower, "these problems") ||
                    contains(unit.lower, "problems like this");
  const bool hard = contains(unit.lower, "tricky") || contains(unit.lower, "confusing") ||
                    contains(unit.lower, "careful") || contains(unit.lower, "break");
  return such && hard && unit.flow.mentions.empty() && !unit.formula && !unit.asks;
}

}  // namespace

void prune_fillers(Draft& draft) {
  for (std::size_t i = 0; i < draft.units.size(); ++i) {
    const UnitFacts& unit = draft.units[i];
    if (unit.announces && (unit.states_answer || unit.text.starts_with("#"))) {
      continue;
    }
    const bool words = unit.words.count > 0 && unit.words.count <= kFillerWordsMax;
    if (words && unit.talk_only() && unit.flow.mentions.size() <= 1 && !unit.announces) {
      draft.remove(i, kName, "talk about the reasoning, no content");
    } else if ((confirms_thought(unit) || speaks_of_such_problems(unit)) && !draft.in_words &&
               draft.private_thought()) {
      draft.remove(i, kName, "talk about the reasoning, no content");
    } else if (breaks_off(unit) && !unit.announces) {
      draft.remove(i, kName, "breaks off");
    } else if (is_ornament(unit)) {
      draft.remove(i, kName, "ornament");
    }
  }
}

}  // namespace drp::teacher
