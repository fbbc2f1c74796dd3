// SPDX-License-Identifier: Apache-2.0
// The deleted sentence that a kept one points at: "To do that", "here", "the equation".
#include <algorithm>
#include <array>
#include <optional>
#include <string_view>
#include <vector>

#include "base/text.h"
#include "teacher/rules/restore.h"

namespace drp::teacher {
namespace {

bool opens_with(std::string_view core, std::initializer_list<std::string_view> openers) {
  return std::any_of(openers.begin(), openers.end(),
                     [&](std::string_view opener) { return core.starts_with(opener); });
}

// "To do that, I add": what is to be done was said right before.
bool points_at_goal(const UnitFacts& unit) {
  return opens_with(
      unit.core(),
      {"to do that", "to do this", "to do so", "to find that", "to find this", "to calculate that",
       "to calculate this", "to compute that", "to compute this", "to figure that out",
       "to figure this out", "to get that", "to get this", "to determine that", "to determine this",
       "to work that out", "to work this out", "for that,", "for this,"});
}

// "So, how many cans did she use? I can find that by dividing": what is to be found was asked.
bool points_at_asked(const UnitFacts& asked, const UnitFacts& unit) {
  if (!asked.asks) return false;
  for (const std::string_view words : {"find that by", "find this by", "find that out by",
                                       "get that by", "get this by", "do that by", "do this by"}) {
    if (contains(unit.lower, words)) return true;
  }
  return false;
}

// "The price here is $8", "The wording here is important".
bool points_at_place(const UnitFacts& unit) {
  constexpr std::size_t kReach = 60;
  const std::string_view begin = unit.core().substr(0, kReach);
  return contains(begin, " here is ") || contains(begin, " here are ") ||
         opens_with(begin, {"the wording ", "the phrasing "});
}

// "That is 540 minutes minus 480 minutes", "It's B + 4 = 3A": of what was set up right before.
bool points_at_set_up(const Draft& draft, std::size_t i, const UnitFacts& unit) {
  const UnitFacts& told = draft.units[i];
  if (!unit.flow.computes() && !unit.formula) return false;
  if (opens_with(unit.core(), {"it's ", "it is "})) {
    return contains(told.lower, "equation") || contains(told.lower, "expression");
  }
  return !draft.thinks_aloud && opens_with(unit.core(), {"that is ", "that's ", "this is "});
}

bool judged_by_form(const Draft& draft, std::size_t i) {
  const std::string_view pass = draft.decisions[i].pass;
  return pass == "restatement" || pass == "plan" || pass == "repetition";
}

// The last deleted unit before `k` but for talk, where no kept one stands between.
std::optional<std::size_t> deleted_before(const Draft& draft, std::size_t k) {
  constexpr std::size_t kTalkMax = 2;
  for (std::size_t i = k; i > 0 && k - i <= kTalkMax && !draft.kept(i - 1); --i) {
    if (!draft.units[i - 1].talk_only()) return i - 1;
  }
  return std::nullopt;
}

bool names_topic(const Draft& draft, std::size_t i, std::size_t k) {
  const UnitFacts& label = draft.units[i];
  const auto previous = draft.previous_kept(i);
  return judged_by_form(draft, i) && !label.asks && !label.hedges && !label.checks &&
         !speaks_of_task(label) && !label.ends_paragraph && label.words.content_count > 0 &&
         adds_to(label, {&draft.units[k], previous ? &draft.units[*previous] : nullptr});
}

// "The price falls by 25 %." before "I multiply by 0.75", which has no other trace of it.
bool takes_share(const UnitFacts& unit, const UnitFacts& told,
                 const std::vector<std::int64_t>& held) {
  if (!contains(told.text, "%") && !contains(told.lower, " percent")) return false;
  return std::any_of(told.flow.figures.begin(), told.flow.figures.end(), [&](std::int64_t key) {
    const double share = path::key_value(key) / 100;
    const auto has = [&](double value) {
      return path::has_key(unit.flow.figures, path::number_key(value));
    };
    return !path::has_key(held, key) && !path::has_key(unit.flow.figures, key) &&
           (has(1 - share) || has(1 + share) || has(share));
  });
}

// "Therefore, I can set up the equation:" after the relation that it writes.
bool sets_up_equation(const UnitFacts& unit) {
  return unit.flow.opening.concludes && unit.text.ends_with(":") &&
         contains(unit.lower, "equation") && unit.flow.mentions.empty();
}

}  // namespace

std::size_t restore_goals(Draft& draft) {
  if (!draft.private_thought() || draft.in_words) return 0;
  std::size_t restored = 0;
  for (std::size_t k = 1; k < draft.derivation_end(); ++k) {
    if (!draft.kept(k)) continue;
    const auto at = deleted_before(draft, k);
    if (!at || !judged_by_form(draft, *at) || draft.units[*at].checks) continue;
    const bool goal =
        points_at_goal(draft.units[k]) || points_at_asked(draft.units[*at], draft.units[k]);
    const bool topic =
        *at + 1 == k && points_at_place(draft.units[k]) && names_topic(draft, *at, k);
    const bool set_up = *at + 1 == k && points_at_set_up(draft, *at, draft.units[k]);
    if (!goal && !topic && !set_up) continue;
    bring_back(draft, *at, "says what unit " + std::to_string(k + 1) + " points at");
    ++restored;
  }
  return restored;
}

std::size_t restore_topics(Draft& draft) {
  if (!draft.private_thought()) return 0;
  std::size_t restored = 0;
  std::vector<std::uint32_t> said;  // content words of the path so far
  for (std::size_t k = 0; k < draft.derivation_end(); ++k) {
    if (!draft.kept(k)) continue;
    const UnitFacts& unit = draft.units[k];
    // As the path has it: "I think it's" may open with "It's".
    const std::string said_text = to_lower(draft.text(k).substr(0, 160));
    const std::string_view core = std::string_view(said_text).substr(
        std::min(said_text.size(), path::read_opening(said_text).core));
    const bool it = core.starts_with("it ") || core.starts_with("it's ") ||
                    core.starts_with("its ") || contains(said_text, " does this") ||
                    contains(said_text, " do this");
    if (k > 0 && it && !draft.kept(k - 1) && draft.units[k - 1].words.content_count > 0 &&
        draft.decisions[k - 1].pass != "after_answer") {
      bring_back(draft, k - 1, "says what unit " + std::to_string(k + 1) + " speaks of");
      ++restored;
    }
    // "10 players + 2 coaches" after a doubt that brought up the coaches.
    for (std::size_t i = k; unit.flow.computes() && i > 0 && !draft.kept(i - 1); --i) {
      const UnitFacts& doubt = draft.units[i - 1];
      const std::string_view pass = draft.decisions[i - 1].pass;
      if (pass != "check" && pass != "musing") continue;
      const bool brings = std::any_of(
          unit.words.content.begin(), unit.words.content.end(), [&](std::uint32_t word) {
            const auto has = [&](const std::vector<std::uint32_t>& words) {
              return std::binary_search(words.begin(), words.end(), word);
            };
            return has(doubt.words.content) && has(draft.question.content) &&
                   std::find(said.begin(), said.end(), word) == said.end();
          });
      if (!brings) continue;
      bring_back(draft, i - 1, "brings up what unit " + std::to_string(k + 1) + " computes with");
      ++restored;
    }
    said.insert(said.end(), unit.words.content.begin(), unit.words.content.end());
  }
  return restored;
}

std::size_t restore_causes(Draft& draft) {
  if (draft.thinks_aloud || !draft.private_thought() || draft.in_words) return 0;
  std::size_t restored = 0;
  std::vector<std::int64_t> held;  // by the path so far
  for (std::size_t k = 0; k < draft.derivation_end(); ++k) {
    if (!draft.kept(k)) continue;
    const UnitFacts& unit = draft.units[k];
    const bool told = k > 0 && !draft.kept(k - 1) && draft.decisions[k - 1].pass == "restatement" &&
                      !draft.units[k - 1].asks;
    if (told) {
      const UnitFacts& cause = draft.units[k - 1];
      const bool relation = sets_up_equation(unit) && relates(cause);
      if (relation || takes_share(unit, cause, held)) {
        bring_back(draft, k - 1, "unit " + std::to_string(k + 1) + " is for it");
        for (const std::int64_t key : cause.flow.mentions) path::add_key(held, key);
        ++restored;
      }
    }
    for (const std::int64_t key : unit.flow.mentions) path::add_key(held, key);
  }
  return restored;
}

std::size_t restore_carried_out(Draft& draft) {
  if (!draft.private_thought() || draft.in_words) return 0;
  std::size_t restored = 0;
  for (std::size_t i = 0; i + 2 < draft.derivation_end(); ++i) {
    const UnitFacts& plan = draft.units[i];
    if (!draft.kept(i)) continue;
    const std::size_t next = draft.next_kept(i);
    const bool opens = plan.plans && plan.flow.opening.first && plan.flow.mentions.empty() &&
                       !plan.ends_paragraph && next == i + 2;
    if (!opens || draft.decisions[i + 1].pass != "restatement" || draft.units[i + 1].asks ||
        !draft.units[next].flow.opening.continues) {
      continue;
    }
    bring_back(draft, i + 1, "carries out what unit " + std::to_string(i + 1) + " plans");
    ++restored;
  }
  return restored;
}

// The sentence, without a colon, that says what the items of a list are.
std::size_t restore_list_openings(Draft& draft) {
  if (!draft.private_thought() || draft.in_words) return 0;
  std::size_t restored = 0;
  const auto item = [&](std::size_t i) {
    return draft.kept(i) && draft.units[i].unit.kind == path::UnitKind::kListItem;
  };
  for (std::size_t i = 0; i + 2 < draft.derivation_end(); ++i) {
    const UnitFacts& unit = draft.units[i];
    const bool opens = !draft.kept(i) && unit.ends_paragraph && !unit.asks && !unit.checks &&
                       unit.words.content_count > 0 && draft.decisions[i].pass == "plan";
    if (!opens || !item(i + 1) || !item(i + 2)) continue;
    bring_back(draft, i, "says what unit " + std::to_string(i + 2) + " lists");
    ++restored;
  }
  return restored;
}

}  // namespace drp::teacher
