// SPDX-License-Identifier: Apache-2.0
// A doubt, a detour or a check of which something stays is kept whole, with its opening.
#include <algorithm>

#include "base/text.h"
#include "teacher/rules/operation.h"
#include "teacher/rules/restore.h"
#include "teacher/rules/stretch.h"

namespace drp::teacher {
namespace {

// Whether a pass deleted unit `i` as part of a doubt, a detour or a check.
bool cut_from_stretch(const Draft& draft, std::size_t i) {
  const UnitFacts& unit = draft.units[i];
  const std::string_view pass = draft.decisions[i].pass;
  if (draft.kept(i) || !speaks(unit)) return false;
  const bool turn = unit.asks || unit.hedges || unit.corrects || unit.flow.opening.doubts ||
                    unit.flow.opening.contrasts;
  return turn || pass == "check" || pass == "musing" || pass == "unused" || pass == "false_start";
}

// Whether what is left of a stretch, its last units, stands without the rest.
bool rest_stands(const Draft& draft, const Stretch& stretch) {
  std::size_t first = stretch.begin;
  while (first < stretch.end && !draft.kept(first)) ++first;
  for (std::size_t i = first; i < stretch.end; ++i) {
    const UnitFacts& unit = draft.units[i];
    if (cut_from_stretch(draft, i) || unit.asks || unit.hedges || unit.checks ||
        unit.flow.opening.doubts) {
      return false;
    }
  }
  const UnitFacts& rest = draft.units[first];
  const bool listed = draft.units[stretch.begin].text.ends_with(":");
  if (listed || rest.flow.opening.contrasts) return false;
  return !stretch.takes_back && reads_on(draft, draft.previous_kept(stretch.begin), first);
}

// So much is gone of a stretch, and so little is left, that it is better left as it is.
bool is_nearly_gone(const Draft& draft, const Stretch& stretch) {
  constexpr std::size_t kGoneBytesMin = 600;
  constexpr std::size_t kTimes = 4;
  std::size_t gone = 0;
  std::size_t kept = 0;
  for (std::size_t i = stretch.begin; i < stretch.end; ++i) {
    (draft.kept(i) ? kept : gone) += draft.units[i].text.size();
  }
  return gone >= kGoneBytesMin && gone > kTimes * kept;
}

bool is_half(const Draft& draft, const Stretch& stretch) {
  bool kept = false;
  bool cut = false;
  for (std::size_t i = stretch.begin; i < stretch.end; ++i) {
    const Decision& decision = draft.decisions[i];
    if (decision.action == Action::kMultiStepCompress || decision.pass == "mend") return false;
    kept = kept || (draft.kept(i) && !draft.units[i].talk_only());
    cut = cut || cut_from_stretch(draft, i);
  }
  return kept && cut && !rest_stands(draft, stretch) && !is_nearly_gone(draft, stretch);
}

constexpr std::size_t kAttemptReach = 6;  // units from an attempt to the words that take it back

// "Wait, I thought 11 * 10 / 2 is 55, not 495" where a kept unit before it says 495.
bool denies_what_stands(const Draft& draft, std::size_t i) {
  const UnitFacts& unit = draft.units[i];
  const std::size_t at = unit.lower.find(", not ");
  if (at == std::string::npos) return false;
  const std::vector<path::Number> denied = path::find_numbers(unit.text.substr(at));
  for (std::size_t j = i; j > 0 && !denied.empty(); --j) {
    if (draft.kept(j - 1) &&
        path::has_key(draft.units[j - 1].flow.results, path::number_key(denied.front().value))) {
      return true;
    }
  }
  return false;
}

// "6 * 12 = 62. Wait, that's wrong. 6 * 12 = 72.": the attempt is gone, and what is left is the
// right one.
bool redoes(const Draft& draft, const Stretch& stretch) {
  bool attempt = false;
  const std::size_t from = stretch.begin - std::min(stretch.begin, kAttemptReach);
  for (std::size_t i = from; i < stretch.end; ++i) {
    attempt = attempt || draft.decisions[i].pass == "false_start";
  }
  std::size_t first = stretch.begin;
  while (first < stretch.end && (!draft.kept(first) || draft.units[first].talk_only())) ++first;
  return attempt && first < stretch.end && !draft.units[first].flow.results.empty() &&
         !denies_what_stands(draft, first);
}

// "81 + 45 is 126. Wait, that's not right. 81 + 40 is 121, plus 5 is 126. Yes, that works.": comes
// to what stands before it, and approves.
bool is_false_alarm(const Draft& draft, const Stretch& stretch) {
  constexpr std::size_t kBack = 4;
  if (!draft.units[stretch.end - 1].approves) return false;
  std::size_t last = stretch.end;
  while (last > stretch.begin && draft.units[last - 1].flow.results.empty()) --last;
  if (last == stretch.begin) return false;
  const std::vector<std::int64_t>& results = draft.units[last - 1].flow.results;
  for (std::size_t i = stretch.begin; i > 0 && stretch.begin - i < kBack; --i) {
    const bool comes_back =
        draft.kept(i - 1) && std::any_of(results.begin(), results.end(), [&](std::int64_t key) {
          return key > path::kTrivialKeyMax && !path::has_key(draft.given.values, key) &&
                 path::has_key(draft.units[i - 1].flow.results, key);
        });
    if (comes_back) return true;
  }
  return false;
}

// Whether a deleted stretch took back a value that stays and that nothing else uses: "so he would
// have 195" without "but then 30 would be left, which does not add up".
bool leaves_miscount(const Draft& draft, const Stretch& stretch) {
  constexpr std::size_t kBack = 12;
  if (!stretch.takes_back || is_false_alarm(draft, stretch)) return false;
  std::vector<std::int64_t> refuted;
  for (std::size_t i = stretch.begin; i < stretch.end; ++i) {
    if (draft.kept(i) && speaks(draft.units[i])) return false;
    for (const std::int64_t key : draft.units[i].flow.figures) path::add_key(refuted, key);
  }
  const auto used_later = [&](std::int64_t key) {
    for (std::size_t i = stretch.end; i < draft.derivation_end(); ++i) {
      if (draft.kept(i) && path::has_key(draft.units[i].flow.mentions, key)) return true;
    }
    return false;
  };
  for (std::size_t i = stretch.begin; i > 0 && stretch.begin - i < kBack; --i) {
    if (!draft.kept(i - 1)) continue;
    for (const std::int64_t key : draft.units[i - 1].flow.results) {
      if (key > path::kTrivialKeyMax && !path::has_key(draft.given.values, key) &&
          path::has_key(refuted, key) && !used_later(key)) {
        return true;
      }
    }
  }
  return false;
}

// "So far we have the ages of three birds" before a deleted "Wait, the problem mentions four
// birds": a number in words that the question does not have, of a thing that it counts and of which
// the stretch says what the problem counts.
bool leaves_other_count(const Draft& draft, const Stretch& stretch) {
  constexpr std::size_t kBack = 8;  // units: a list may stand between
  const auto given = [&](const path::Counted& counted, bool same_number) {
    return std::any_of(draft.given.counted.begin(), draft.given.counted.end(),
                       [&](const path::Counted& known) {
                         return !counted.things.empty() && !known.things.empty() &&
                                known.things.front() == counted.things.front() &&
                                (known.key == counted.key || !same_number);
                       });
  };
  std::vector<path::Counted> recounted;
  for (std::size_t i = stretch.begin; i < stretch.end; ++i) {
    if (draft.kept(i) && speaks(draft.units[i])) return false;
    if (!contains(draft.units[i].lower, "the problem")) continue;
    for (path::Counted& counted : path::read_counted(draft.units[i].text)) {
      if (given(counted, true)) recounted.push_back(std::move(counted));
    }
  }
  if (recounted.empty() || !draft.units[stretch.begin].flow.opening.doubts) return false;
  for (std::size_t i = stretch.begin; i > 0 && stretch.begin - i < kBack; --i) {
    const UnitFacts& unit = draft.units[i - 1];
    if (!draft.kept(i - 1) || unit.flow.computes()) continue;
    for (const path::Counted& counted : path::read_counted(unit.text)) {
      const bool in_words = !path::has_key(unit.flow.figures, counted.key);
      const bool other = in_words && given(counted, false) && !given(counted, true);
      if (other && std::any_of(recounted.begin(), recounted.end(), [&](const auto& again) {
            return again.things.front() == counted.things.front();
          })) {
        return true;
      }
    }
  }
  return false;
}

// Brings back unit `i`, unless it only announced something, with the words that make it a doubt.
bool bring_back_in_full(Draft& draft, std::size_t i) {
  const UnitFacts& unit = draft.units[i];
  const bool announces = (draft.decisions[i].pass == "plan" && !unit.asks) ||
                         draft.decisions[i].evidence == "breaks off";
  // "Probably, since that is the only number.": what it asked itself has a reply.
  std::size_t last = i;
  while (last > 0 && draft.units[last - 1].words.count <= 2) --last;  // "Hmm."
  const bool replies =
      last > 0 && draft.units[last - 1].asks && !unit.plans && unit.words.count > 3;
  if (draft.kept(i) || announces || !(speaks(unit) || replies)) return false;
  bring_back(draft, i, "the doubt or detour that it belongs to stays");
  Decision& decision = draft.decisions[i];
  if (unit.flow.opening.doubts && decision.text) {
    decision.action = Action::kKeep;
    decision.text.reset();
  }
  return true;
}

void bring_back_untrimmed(Draft& draft, std::size_t i, const std::string& why) {
  bring_back(draft, i, why);
  draft.decisions[i].action = Action::kKeep;
  draft.decisions[i].text.reset();
}

// A false alarm that stays, "Hold on, that doesn't seem right.", with its second computation: the
// approval that withdraws it stays as well.
std::size_t restore_withdrawal(Draft& draft, const Stretch& stretch) {
  constexpr std::size_t kReach = 16;
  const UnitFacts& alarm = draft.units[stretch.begin];
  const bool alarms = draft.kept(stretch.begin) && alarm.flow.opening.doubts &&
                      (alarm.gives_up || alarm.corrects) && !alarm.asks;
  if (!alarms) return 0;
  bool computed = false;
  const std::size_t last = std::min(draft.derivation_end(), stretch.begin + kReach);
  for (std::size_t i = stretch.begin + 1; i < last; ++i) {
    const UnitFacts& unit = draft.units[i];
    if (i >= stretch.end && unit.flow.opening.doubts) return 0;  // it settles that doubt
    computed = computed || (draft.kept(i) && unit.flow.computes());
    if (!unit.approves || !unit.talk_only()) continue;
    if (!computed || draft.kept(i) || unit.asks) return 0;
    bring_back_untrimmed(draft, i,
                         "withdraws the doubt of unit " + std::to_string(stretch.begin + 1));
    return 1;
  }
  return 0;
}

constexpr std::size_t kOpenerReach = 12;  // units from an opener to its body, and to its approval

// The first unit soon after `i` that is no deleted talk.
std::size_t body_of(const Draft& draft, std::size_t i) {
  const std::size_t last = std::min(draft.derivation_end(), i + kOpenerReach);
  std::size_t j = i + 1;
  while (j < last && !draft.kept(j) && draft.units[j].talk_only()) ++j;
  return j;
}

// Whether unit `i`, "Wait, is that correct?" or "Let me verify.", asks of what `before`, the kept
// unit before it, came to; "So 5 times 10. Let me check that." only computes it.
bool looks_back(const Draft& draft, std::size_t i, std::optional<std::size_t> before) {
  const UnitFacts& unit = draft.units[i];
  const bool doubts = unit.asks && unit.flow.opening.doubts;
  if (!doubts && !(unit.checks && unit.talk_only())) return false;
  const UnitFacts& last = draft.units[i - 1];
  const bool of_question = last.asks && !last.flow.opening.doubts && !draft.kept(i - 1);  // gone
  if (!before || of_question || follows_gone_plan(draft, i)) return false;
  const UnitFacts& said = draft.units[*before];
  const bool operates = writes_operation(said) || names_operation(said);
  return said.flow.computes() || (!said.flow.results.empty() && !operates) ||
         (unit.flow.opening.doubts && said.flow.opening.concludes);
}

// Whether the sentence says itself how it hangs together with what stands before it.
bool opens_itself(const UnitFacts& unit) {
  const path::Opening& opening = unit.flow.opening;
  return opening.doubts || opening.contrasts || opening.continues || opening.later ||
         opening.concludes || opening.alternative || unit.checks;
}

// The approval right behind the kept units from `body` on, in their paragraph.
std::optional<std::size_t> lost_approval(const Draft& draft, std::size_t body) {
  const std::size_t last = std::min(draft.derivation_end(), body + kOpenerReach);
  std::size_t i = body;
  while (i < last && draft.kept(i) && !draft.units[i].ends_paragraph) ++i;
  if (i >= last || draft.kept(i)) return std::nullopt;
  const bool settles = draft.units[i].approves && draft.units[i].talk_only();
  return settles ? std::optional(i) : std::nullopt;
}

// "Then over 6 weeks it is 4 times 6. Then multiply by the price.": says what to do and comes to
// nothing.
bool is_left_open(const Draft& draft, const UnitFacts& unit) {
  const std::vector<std::int64_t>& results = unit.flow.results;
  const bool known = std::includes(draft.given.values.begin(), draft.given.values.end(),
                                   results.begin(), results.end());
  return !unit.flow.computes() && known && !unit.asks && unit.flow.symbols == 0 &&
         (writes_operation(unit) || names_operation(unit));
}

// "So 2 times 2 is 4 hours per week.": comes to what no kept unit from `i` on takes.
bool is_left_unused(const Draft& draft, const UnitFacts& unit, std::size_t i) {
  if (!unit.flow.computes() || unit.flow.symbols != 0) return false;
  for (std::size_t j = i; j < draft.derivation_end(); ++j) {
    for (const std::int64_t key : unit.flow.results) {
      if (draft.kept(j) && path::has_key(draft.units[j].flow.mentions, key)) return false;
    }
  }
  return true;
}

// Of a way that is left for another one, unit `i`, which comes to the answer: what it left open,
// and what it computed for that.
void drop_open_end(Draft& draft, std::size_t i) {
  constexpr std::size_t kReach = 12;
  if (*draft.anchor > i + kReach) return;
  bool open = false;
  for (std::size_t j = i; j > 0 && i - j < kReach; --j) {
    const UnitFacts& unit = draft.units[j - 1];
    if (j < i && unit.ends_paragraph) return;
    const bool left = is_left_open(draft, unit);
    open = open || (left && draft.decisions[j - 1].pass != "check");
    if (!draft.kept(j - 1)) continue;
    // What only led to that, and the words that set out on it: "Maybe per week first."
    const bool led = contains(draft.decisions[j - 1].evidence, "leads to a computation") ||
                     (unit.hedges && unit.flow.mentions.empty() && !unit.formula);
    if (!left && !(open && (led || is_left_unused(draft, unit, i)))) return;
    draft.decisions[j - 1] = {Action::kDelete, "unused",
                              "left for another way in unit " + std::to_string(i + 1), std::nullopt,
                              false};
  }
}

// "Wait, but it's better to keep it as fractions.": why another way is gone, deleted as a doubt.
bool turns_for_a_reason(const Draft& draft, std::size_t i) {
  const UnitFacts& unit = draft.units[i];
  const bool compares = contains(unit.lower, "better to ") || contains(unit.lower, "easier to ") ||
                        contains(unit.lower, "simpler to ");
  return !draft.kept(i) && compares && unit.flow.opening.doubts && !unit.asks && !unit.hedges;
}

// Where the body of a check or of another way stays, the words that open it stay as well, and the
// approval behind it: without them it reads as a second derivation.
std::size_t restore_openers(Draft& draft) {
  std::size_t restored = 0;
  bool computed = false;  // before that, "let me make sure I understand" goes over nothing
  std::optional<std::size_t> before;
  for (std::size_t i = 1; i + 1 < draft.derivation_end(); ++i) {
    const UnitFacts& unit = draft.units[i];
    if (draft.kept(i - 1)) before = i - 1;
    computed = computed || !draft.units[i - 1].flow.results.empty() || draft.units[i - 1].formula;
    if (draft.kept(i) && unit.flow.opening.alternative && turns_for_a_reason(draft, i - 1)) {
      bring_back_untrimmed(draft, i - 1, "says why unit " + std::to_string(i + 1) + " turns");
      ++restored;
    }
    const bool another = unit.flow.opening.alternative && !unit.ends_paragraph && !unit.asks;
    if (!computed || unit.flow.opening.first || !(another || looks_back(draft, i, before)))
      continue;
    const std::size_t body = body_of(draft, i);
    if (body >= draft.derivation_end() || !draft.kept(body)) continue;
    const UnitFacts& first = draft.units[body];
    const bool joined = draft.decisions[body].action == Action::kMultiStepCompress;
    if (opens_itself(first) || joined || first.flow.mentions.empty()) continue;
    if (another) drop_open_end(draft, i);
    const std::string what = "what unit " + std::to_string(body + 1) + " goes over";
    if (!draft.kept(i)) {
      bring_back_untrimmed(draft, i, "opens " + what);
      ++restored;
    }
    const std::optional<std::size_t> approval = lost_approval(draft, body);
    if (approval && !another) {
      bring_back_untrimmed(draft, *approval, "approves " + what);
      ++restored;
    }
  }
  return restored;
}

// "Wait, that seems too simple." alone, where what it led to is gone.
void drop_lone_doubts(Draft& draft) {
  for (std::size_t i = 0; i + 1 < draft.anchor.value_or(0); ++i) {
    const UnitFacts& unit = draft.units[i];
    const bool doubts = unit.talk_only() && (unit.flow.opening.doubts || unit.checks) &&
                        !unit.corrects && !unit.gives_up && !unit.text.ends_with(":");
    if (!doubts || draft.decisions[i].action != Action::kKeep) continue;
    const std::size_t body = body_of(draft, i);
    if (body >= *draft.anchor || draft.kept(body)) continue;
    draft.decisions[i] = {Action::kDelete, "check", "what this doubt led to is gone", std::nullopt,
                          false};
  }
}

}  // namespace

std::size_t complete_stretches(Draft& draft) {
  std::size_t restored = 0;
  for (const Stretch& stretch : draft.stretches) {
    restored += restore_withdrawal(draft, stretch);
    const bool whole = (is_half(draft, stretch) && !redoes(draft, stretch)) ||
                       leaves_miscount(draft, stretch) || leaves_other_count(draft, stretch);
    if (!whole) continue;
    for (std::size_t i = stretch.begin; i < stretch.end; ++i) {
      restored += bring_back_in_full(draft, i) ? 1 : 0;
    }
    const std::size_t from = stretch.begin - std::min(stretch.begin, kAttemptReach);
    for (std::size_t i = from; stretch.takes_back && i < stretch.begin; ++i) {
      const bool attempt = draft.decisions[i].pass == "false_start";
      restored += attempt && bring_back_in_full(draft, i) ? 1 : 0;
    }
  }
  if (draft.thinks_aloud && draft.anchor) restored += restore_openers(draft);
  drop_lone_doubts(draft);
  return restored;
}

}  // namespace drp::teacher
