// SPDX-License-Identifier: Apache-2.0
// What a kept computation or reply is said for, where a pass took it for a doubt, a check or a
// restatement.
#include <algorithm>
#include <array>

#include "base/text.h"
#include "teacher/rules/anchor.h"
#include "teacher/rules/operation.h"
#include "teacher/rules/restore.h"

namespace drp::teacher {
namespace {

bool turns_aside(const UnitFacts& unit) {
  return unit.checks || unit.alternative || unit.flow.opening.alternative || unit.corrects;
}

// "Since a crate holds 6", "so the other 40 % must be for fuel": why, in so many words, or what was
// found out.
bool says_why(const UnitFacts& unit) {
  const std::string_view core = unit.core();
  if (unit.flow.opening.concludes && !unit.plans) return true;
  for (const std::string_view opener : {"since ", "because ", "if ", "given that "}) {
    if (core.starts_with(opener)) return true;
  }
  for (const std::string_view words :
       {", so ", " because ", " since ", "must be", "which means", "that means", "meaning "}) {
    if (contains(core, words)) return true;
  }
  return false;
}

// Whether a pass that judges by what a sentence brings deleted unit `i`, and not because it belongs
// to a check that was seen through to its end.
bool may_be_a_reason(const Draft& draft, std::size_t i) {
  constexpr std::array<std::string_view, 6> kPasses = {"check",       "unused", "musing",
                                                       "restatement", "plan",   "repetition"};
  const UnitFacts& unit = draft.units[i];
  const Decision& decision = draft.decisions[i];
  const bool judged = std::find(kPasses.begin(), kPasses.end(), decision.pass) != kPasses.end() &&
                      !decision.evidence.starts_with("a check that ends") &&
                      !(decision.pass == "repetition" && unit.flow.computes());
  const bool only_plans = unit.plans_inside() && !names_operation(unit);
  return !draft.kept(i) && judged && !only_plans && !unit.asks && !unit.hedges &&
         !turns_aside(unit) && !unit.talk_only();
}

// Works with numbers, carried out or not: "14 / 2 = 7", "fourteen divided by 2".
bool operates(const UnitFacts& unit) {
  const auto says = [&](std::string_view words) { return contains(unit.lower, words); };
  const bool operation = names_operation(unit) || says(" times ") || says(" plus ") ||
                         says(" minus ") || says(" * ") || says(" / ");
  const bool sets_up = unit.flow.symbols != 0 && !unit.flow.mentions.empty();
  return unit.flow.computes() || sets_up || (unit.flow.mentions.size() >= 2 && operation);
}

// "Let T be the whole bill.": stands between a reason and the equation that it is for.
bool only_defines(const Draft& draft, std::size_t i) {
  return draft.units[i].flow.defines != 0 && draft.units[i].flow.mentions.empty();
}

// "Both are even, so divide by 2" before "386 / 2 = 193": the operation that the unit carries out.
bool names_same_operation(const UnitFacts& reason, const UnitFacts& unit) {
  const auto works = [&](std::initializer_list<std::string_view> signs) {
    return std::any_of(signs.begin(), signs.end(),
                       [&](std::string_view sign) { return contains(unit.text, sign); });
  };
  const bool same = (contains(reason.lower, "divid") && works({" / ", "\u00f7"})) ||
                    (contains(reason.lower, "multipl") && works({" * ", "\u00d7"}));
  return same && unit.words.content_count == 0 && !reason.flow.figures.empty() &&
         std::includes(unit.flow.mentions.begin(), unit.flow.mentions.end(),
                       reason.flow.figures.begin(), reason.flow.figures.end());
}

// Whether `reason` speaks of what `unit` works with.
bool bears_on(const UnitFacts& reason, const UnitFacts& unit) {
  constexpr double kShareMin = 0.5;
  if (reason.flow.mentions.empty()) {
    return reason.words.content_count > 0 &&
           share_within(reason.words.content, unit.words.content) >= kShareMin;
  }
  return names_same_operation(reason, unit) ||
         std::any_of(reason.flow.mentions.begin(), reason.flow.mentions.end(),
                     [&](std::int64_t key) {
                       return key > path::kTrivialKeyMax && path::has_key(unit.flow.mentions, key);
                     });
}

// "The problem doesn't say", "Yes, since ...": says nothing without what was asked.
bool replies(const UnitFacts& unit) {
  for (const std::string_view opener :
       {"yes", "no,", "no ", "the problem", "the question", "it doesn't", "it says", "because "}) {
    if (unit.lower.starts_with(opener)) return true;
  }
  // "So how many trays can she make? That would be the eggs divided by those of a tray."
  if (!unit.flow.results.empty()) return false;
  for (const std::string_view opener : {"that would be ", "that'd be ", "that should be ",
                                        "that will be ", "that is ", "that's ", "it would be "}) {
    if (unit.lower.starts_with(opener)) return true;
  }
  return false;
}

// "72 goes into 216 how many times? 72 * 3 = 216, so that's 3 times."
bool counts_times(const UnitFacts& question, const UnitFacts& reply) {
  return question.asks && !question.ends_paragraph && !question.checks &&
         contains(question.lower, "how many times") && contains(reply.lower, "that's ") &&
         reply.lower.find(" times", reply.lower.find("that's ")) != std::string::npos;
}

// Whether unit `k` has a number that neither the path before it nor, for what it counts, the
// question has.
bool brings_value(const Draft& draft, std::size_t k) {
  std::vector<std::int64_t> known = draft.given.values;
  for (std::size_t i = 0; i < k; ++i) {
    if (!draft.kept(i)) continue;
    for (const std::int64_t key : draft.units[i].flow.mentions) path::add_key(known, key);
  }
  const UnitFacts& unit = draft.units[k];
  return std::any_of(unit.flow.figures.begin(), unit.flow.figures.end(), [&](std::int64_t key) {
    return !path::has_key(known, key) ||
           (key > path::kTrivialKeyMax &&
            path::counts_another(draft.given.counted, unit.text, key));
  });
}

// Whether the kept units right before `i` have said all that unit `i` says.
bool said_just_before(const Draft& draft, std::size_t i) {
  constexpr std::size_t kBack = 8;  // units
  const UnitFacts& unit = draft.units[i];
  std::vector<std::uint32_t> words;
  std::vector<std::int64_t> numbers;
  for (std::size_t j = i - std::min(i, kBack); j < i; ++j) {
    if (!draft.kept(j)) continue;
    const UnitFacts& before = draft.units[j];
    words.insert(words.end(), before.words.content.begin(), before.words.content.end());
    for (const std::int64_t key : before.flow.mentions) path::add_key(numbers, key);
  }
  std::sort(words.begin(), words.end());
  return std::includes(words.begin(), words.end(), unit.words.content.begin(),
                       unit.words.content.end()) &&
         std::includes(numbers.begin(), numbers.end(), unit.flow.mentions.begin(),
                       unit.flow.mentions.end());
}

// "The remaining 30 % are adults", "The other two are red": says of what only with the first part.
bool speaks_of_rest(const UnitFacts& unit) {
  constexpr std::array<std::string_view, 9> kNumbers = {
      "two ", "three ", "four ", "five ", "six ", "seven ", "eight ", "nine ", "ten "};
  std::string_view core = unit.core();
  for (const std::string_view opener : {"that means ", "this means "}) {
    if (core.starts_with(opener)) core = core.substr(opener.size());
  }
  if (core.starts_with("the rest ") || core.starts_with("the others ")) return true;
  for (const std::string_view words : {"the remaining ", "the other "}) {
    if (!core.starts_with(words)) continue;
    const std::string_view rest = core.substr(words.size());
    return !rest.empty() && (is_digit(rest[0]) || rest[0] == '$' ||
                             std::any_of(kNumbers.begin(), kNumbers.end(),
                                         [&](std::string_view n) { return rest.starts_with(n); }));
  }
  return false;
}

}  // namespace

bool concludes_what_remains(const UnitFacts& unit) {
  const std::string_view core = unit.core();
  const bool concludes = unit.flow.opening.concludes || core.starts_with("that means ") ||
                         core.starts_with("this means ");
  return concludes && !unit.flow.figures.empty() && speaks_of_rest(unit);
}

bool relates(const UnitFacts& unit) {
  for (const std::string_view words :
       {" times ", "twice", "double", "triple", " half ", "half of", " more than", " less than",
        " fewer than", " as many", " as much", "% of", " percent of", "older than", "younger than",
        " per "}) {
    if (contains(unit.lower, words)) return true;
  }
  return false;
}

std::size_t restore_reasons(Draft& draft) {
  constexpr std::size_t kReach = 6;
  if (!draft.thinks_aloud) return 0;
  std::size_t restored = 0;
  Computations made;  // by kept units
  for (std::size_t k = 1; k < draft.derivation_end(); ++k) {
    const UnitFacts& unit = draft.units[k];
    if (draft.kept(k)) add_computations(unit, made);
    if (!draft.kept(k) || !operates(unit)) continue;
    const std::size_t next = draft.next_kept(k);
    for (std::size_t i = k; i > 0 && k - i < kReach; --i) {
      if (draft.kept(i - 1) && !only_defines(draft, i - 1)) break;
      const UnitFacts& reason = draft.units[i - 1];
      if (turns_aside(reason)) break;
      const auto before = draft.previous_kept(i - 1);
      if (!may_be_a_reason(draft, i - 1) || !says_why(reason) || !bears_on(reason, unit) ||
          (only_recomputes(reason, made) && draft.decisions[i - 1].pass == "check") ||
          said_just_before(draft, i - 1) ||
          !adds_to(reason, {&unit, next < draft.units.size() ? &draft.units[next] : nullptr,
                            before ? &draft.units[*before] : nullptr})) {
        continue;
      }
      bring_back(draft, i - 1, "says why unit " + std::to_string(k + 1) + " is computed");
      ++restored;
    }
  }
  return restored;
}

// "But the items cost $19. So I subtract what she has from that. 19 minus 18 is 1.": a computation
// without a word of its own, whose aim was taken for a part of the doubt before it.
std::size_t restore_aims(Draft& draft) {
  if (!draft.thinks_aloud) return 0;
  std::size_t restored = 0;
  Computations made;  // by kept units
  for (std::size_t k = 1; k < draft.derivation_end(); ++k) {
    const UnitFacts& unit = draft.units[k];
    if (!draft.kept(k)) continue;
    const bool bare = unit.flow.computes() && unit.words.content_count == 0 &&
                      unit.flow.symbols == 0 && !only_recomputes(unit, made);
    add_computations(unit, made);
    if (!bare) continue;
    bool aims = false;
    std::size_t first = k;
    for (std::size_t i = k; i > 0 && !draft.kept(i - 1); --i) {
      const UnitFacts& said = draft.units[i - 1];
      if (said.ends_paragraph || turns_aside(said) || said.approves || said.asks ||
          said.flow.opening.doubts || said.flow.computes()) {
        break;
      }
      if (said.talk_only()) continue;
      const std::string_view evidence = draft.decisions[i - 1].evidence;
      if (draft.decisions[i - 1].pass != "check" || evidence.starts_with("a check that ends"))
        break;
      const auto before = draft.previous_kept(i - 1);
      aims = aims || (operates(said) && bears_on(said, unit) &&
                      adds_to(said, {&unit, before ? &draft.units[*before] : nullptr}));
      first = i - 1;
    }
    for (std::size_t i = first; aims && i < k; ++i) {
      if (draft.kept(i) || draft.units[i].talk_only()) continue;
      bring_back(draft, i, "says what unit " + std::to_string(k + 1) + " is computed for");
      ++restored;
    }
  }
  return restored;
}

// A terse solution: "So, Jack has 30 socks" keeps "we divide the number of dishes by 2" before it,
// "So, team B scores 8 goals" its "4 times the number of the first half".
std::size_t restore_ways(Draft& draft) {
  if (draft.thinks_aloud) return 0;
  std::size_t restored = 0;
  for (std::size_t k = 1; k < draft.derivation_end(); ++k) {
    const UnitFacts& unit = draft.units[k];
    const UnitFacts& way = draft.units[k - 1];
    const bool bare_result = unit.flow.opening.concludes && !unit.flow.figures.empty() &&
                             !unit.flow.computes() && !names_operation(unit);
    if (!draft.kept(k) || draft.kept(k - 1) || !bare_result || way.flow.mentions.empty() ||
        !may_be_a_reason(draft, k - 1)) {
      continue;
    }
    if (!names_operation(way) && !(relates(way) && brings_value(draft, k))) continue;
    bring_back(draft, k - 1, "says how unit " + std::to_string(k + 1) + " comes about");
    ++restored;
  }
  return restored;
}

std::size_t restore_first_parts(Draft& draft) {
  if (!draft.private_thought()) return 0;
  std::size_t restored = 0;
  for (std::size_t k = 1; k < draft.derivation_end(); ++k) {
    if (!draft.kept(k) || !speaks_of_rest(draft.units[k])) continue;
    if (draft.units[k].flow.computes()) continue;  // "the rest is 92 - 68 = 24" says it itself
    std::size_t i = k;
    while (i > 0 && !draft.kept(i - 1) && draft.units[i - 1].talk_only()) --i;
    if (i == 0 || draft.kept(i - 1)) continue;
    const UnitFacts& part = draft.units[i - 1];
    const std::string_view pass = draft.decisions[i - 1].pass;
    const bool tells = (pass == "restatement" || pass == "repetition") && !part.asks &&
                       !part.hedges && !part.plans && !speaks_of_task(part);
    if (!tells || said_just_before(draft, i - 1)) continue;
    bring_back(draft, i - 1,
               "the part beside which unit " + std::to_string(k + 1) + " is the rest");
    ++restored;
  }
  return restored;
}

std::size_t restore_questions(Draft& draft) {
  if (!draft.thinks_aloud) return 0;
  std::size_t restored = 0;
  // From the end, so that "Or is it ...?" that is brought back brings back what it goes on from.
  for (std::size_t k = draft.derivation_end(); k-- > 1;) {
    const UnitFacts& question = draft.units[k - 1];
    const bool says =
        !question.ends_paragraph && !question.checks && question.words.content_count > 0;
    const bool goes_on = draft.units[k].core().starts_with("or ");
    const bool counts = counts_times(question, draft.units[k]);
    const bool replied = question.asks && replies(draft.units[k]);
    if (!draft.kept(k) || draft.kept(k - 1) || (!replied && !goes_on && !counts)) continue;
    if (!says && !counts) continue;
    bring_back(draft, k - 1, "unit " + std::to_string(k + 1) + " goes on from it");
    ++restored;
  }
  return restored;
}

// "The cents part is what's left, because it's less than a dollar.": where the answer is a part of
// what is computed, the sentences that say so stay.
std::size_t restore_part_reasons(Draft& draft) {
  if (!draft.thinks_aloud || !answer_is_part(draft)) return 0;
  std::size_t restored = 0;
  for (std::size_t i = 0; i < *draft.anchor; ++i) {
    const UnitFacts& unit = draft.units[i];
    if (unit.flow.computes()) break;
    const bool speaks_of_part = contains(unit.lower, " part") || contains(unit.lower, "leftover") ||
                                contains(unit.lower, "less than") || contains(unit.lower, "digit");
    const bool says = contains(unit.lower, "because") || unit.flow.opening.concludes;
    if (draft.kept(i) || !speaks_of_part || !says || unit.asks || unit.checks || unit.plans)
      continue;
    if (draft.decisions[i].pass != "restatement") continue;
    bring_back(draft, i, "says why the answer is a part of what is computed");
    ++restored;
  }
  return restored;
}

// "But how many nights are there? A week has 7. So I can assume 7 nights.": a question that stays
// keeps the reply that the conclusion behind it is drawn from.
std::size_t restore_replies(Draft& draft) {
  constexpr std::size_t kReach = 3;
  if (!draft.thinks_aloud || !draft.anchor) return 0;
  std::size_t restored = 0;
  for (std::size_t k = 0; k + 2 < draft.derivation_end(); ++k) {
    const UnitFacts& question = draft.units[k];
    const UnitFacts& reply = draft.units[k + 1];
    if (!draft.kept(k) || !question.asks || question.ends_paragraph) continue;
    const std::size_t next = draft.next_kept(k);
    const bool open = next > k + 1 && next <= k + kReach && next < draft.derivation_end() &&
                      draft.units[next].flow.opening.concludes;
    const Decision& decision = draft.decisions[k + 1];
    const bool judged = decision.pass == "plan" || decision.pass == "restatement" ||
                        decision.pass == "musing" || decision.pass == "repetition";
    if (!open || !judged || reply.asks || reply.talk_only() || reply.checks) continue;
    bring_back(draft, k + 1, "replies to unit " + std::to_string(k + 1));
    ++restored;
  }
  return restored;
}

}  // namespace drp::teacher
