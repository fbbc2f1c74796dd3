// SPDX-License-Identifier: Apache-2.0
// The short sentence that names the case, the part or the group of which the next one speaks:
// "Moving on to 11^3.", "Now, onto the girls.", "First, I look at the shop."
#include <string>
#include <string_view>

#include "base/text.h"
#include "teacher/rules/restore.h"

namespace drp::teacher {
namespace {

constexpr std::size_t kPartReach = 8;  // units from the first part to the next

// Whether unit `k` looks at a case that it does not name: "Checking if it is even", "1, 4, 1."
bool looks_at_unnamed(const UnitFacts& unit) {
  constexpr std::size_t kBytes = 32;
  const std::string_view core = unit.core();
  for (const std::string_view words : {" if it's ", " if it is ", " whether it", " if this is "}) {
    if (contains(core.substr(0, kBytes), words)) return true;
  }
  return !core.empty() && is_digit(core[0]) && unit.words.content_count == 0 &&
         !unit.flow.computes() && !unit.formula && contains(core, ", ");
}

// "Moving on to 11^3 = 1331.", "11^5 = 161051."
bool names_case(const UnitFacts& unit) {
  constexpr std::size_t kBytesMax = 48;
  return unit.text.size() <= kBytesMax && !unit.flow.figures.empty() && !unit.asks &&
         !unit.hedges && !unit.checks && !unit.corrects && !unit.flow.opening.doubts;
}

// "Now, onto the number of pairs without a six.": the turn to the next part of the work.
bool turns_to(const UnitFacts& unit) {
  for (const std::string_view words :
       {"onto ", "on to ", "moving on to ", "moving onto ", "turning to ", "moving to "}) {
    if (unit.core().starts_with(words)) return unit.words.content_count > 0 && !unit.asks;
  }
  return false;
}

bool tells_group(const UnitFacts& unit) {
  return unit.words.content_count > 0 && !unit.asks && !unit.hedges && !unit.checks &&
         !unit.flow.opening.doubts && !speaks_of_task(unit);
}

// "First, I look at the shop." before "The rent is $500.", where "Next, I look at the stall."
// stays: the topic of the first of two parts.
bool opens_first_part(const Draft& draft, std::size_t i) {
  const UnitFacts& unit = draft.units[i];
  const UnitFacts& body = draft.units[i + 1];
  if (!unit.flow.opening.first || !unit.plans || unit.asks || unit.ends_paragraph ||
      !body.core().starts_with("the ") || draws_conclusion(body) || !adds_to(unit, {&body})) {
    return false;
  }
  for (std::size_t j = i + 2; j < draft.derivation_end() && j <= i + kPartReach; ++j) {
    const UnitFacts& part = draft.units[j];
    if (!draft.units[j - 1].ends_paragraph || !part.flow.opening.continues) continue;
    return draft.kept(j) && part.plans && !part.ends_paragraph && !part.flow.computes();
  }
  return false;
}

}  // namespace

std::size_t restore_cases(Draft& draft) {
  if (!draft.private_thought() || draft.in_words) return 0;
  std::size_t restored = 0;
  for (std::size_t i = 0; i + 1 < draft.derivation_end(); ++i) {
    const UnitFacts& unit = draft.units[i];
    const Decision& decision = draft.decisions[i];
    const bool passes = decision.pass == "restatement" || decision.pass == "repetition" ||
                        (decision.pass == "plan" && !decision.evidence.starts_with("presents"));
    if (draft.kept(i) || !draft.kept(i + 1) || !passes || unit.ends_paragraph) continue;
    const bool named = names_case(unit) && looks_at_unnamed(draft.units[i + 1]);
    const bool turn =
        turns_to(unit) && decision.pass != "plan" && adds_to(unit, {&draft.units[i + 1]});
    const bool part = !draft.thinks_aloud && opens_first_part(draft, i);
    // "Three of them are red. The other two are blue."
    const bool group = decision.pass == "restatement" && tells_group(unit) &&
                       draft.units[i + 1].core().starts_with("the other ");
    if (!named && !turn && !part && !group) continue;
    bring_back(draft, i, "names what unit " + std::to_string(i + 2) + " looks at");
    ++restored;
    // "Of these, three are red."
    const bool points = group && contains(unit.core().substr(0, 16), "of these");
    if (!points || i == 0 || draft.kept(i - 1) || !tells_group(draft.units[i - 1])) continue;
    bring_back(draft, i - 1, "says of what unit " + std::to_string(i + 1) + " tells a part");
    ++restored;
  }
  return restored;
}

}  // namespace drp::teacher
