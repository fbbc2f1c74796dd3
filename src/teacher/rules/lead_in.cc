// SPDX-License-Identifier: Apache-2.0
#include "teacher/rules/operation.h"
#include "teacher/rules/restore.h"

#include <algorithm>
#include <iterator>

#include "base/text.h"
#include "teacher/rules/stretch.h"

namespace drp::teacher {
namespace {

// Whether `label` says what `unit` computes: it has one of its numbers, or none and a direction or
// a topic ("Next, for the vegetables.").
bool about(const UnitFacts& label, const UnitFacts& unit) {
  // "So, 644 plus 865.": what the digits after it work out.
  if (label.flow.figures.size() >= 2 && label.flow.results.empty()) return true;
  if (label.flow.mentions.empty()) {
    constexpr std::size_t kTopicBytesMax = 48;
    const bool topic =
        label.text.size() <= kTopicBytesMax && !label.plans &&
        (label.flow.opening.continues || label.flow.opening.first || label.flow.opening.later);
    const bool goal = contains(label.lower, "need to ") || contains(label.lower, "how many");
    return topic || (label.plans && !goal && unit.words.content_count == 0);
  }
  return std::any_of(label.flow.mentions.begin(), label.flow.mentions.end(),
                     [&](std::int64_t key) { return path::has_key(unit.flow.mentions, key); });
}

// "So, 90 lenses would be 90 pairs, right? Because a pair is for both eyes. Wait, maybe ...":
// doubted at once, and the doubt is gone.
bool doubted_at_once(const Draft& draft, std::size_t i) {
  constexpr std::size_t kReach = 2;
  const std::size_t last = std::min(draft.derivation_end(), i + 1 + kReach);
  for (std::size_t j = i + 1; j < last; ++j) {
    const UnitFacts& next = draft.units[j];
    if (!draft.kept(j) && next.flow.opening.doubts && next.hedges && next.asks) return true;
    if (!stands_on_last(next)) return false;
  }
  return false;
}

// A deleted sentence that leads to what comes next: it says something, and neither asks nor doubts.
bool leads(const Draft& draft, std::size_t i) {
  const UnitFacts& unit = draft.units[i];
  const std::string_view pass = draft.decisions[i].pass;
  // "But the problem says millimeters, so I'll go with that": ends a doubt about the question.
  const bool doubts = unit.asks || unit.hedges || unit.checks || unit.flow.opening.doubts ||
                      contains(unit.lower, "go with that") || contains(unit.lower, "go with it");
  // "Hmm, average time.": repeats two words of the question to itself.
  const std::string_view core = unit.core();
  const bool muses = unit.flow.opening.hesitates && unit.flow.mentions.empty() && !unit.plans &&
                     !unit.flow.opening.continues && !unit.flow.opening.first &&
                     std::count(core.begin(), core.end(), ' ') < 2;
  const bool passes = pass == "restatement" || pass == "plan" || pass == "repetition";
  const std::string& evidence = draft.decisions[i].evidence;
  const bool idle = evidence.starts_with("presents") || evidence.starts_with("opens without") ||
                    evidence.starts_with("works out again");
  return !draft.kept(i) && passes && !doubts && !idle && !muses && !unit.talk_only() &&
         !doubted_at_once(draft, i);
}

// "Wait, then there is the ruler for $4": a doubt in form only, that tells something.
bool recalls(const Draft& draft, std::size_t i) {
  const UnitFacts& unit = draft.units[i];
  return draft.decisions[i].pass == "check" && !unit.asks && !unit.hedges && !unit.checks &&
         !unit.approves && !unit.corrects && !unit.flow.computes() && !unit.talk_only() &&
         !draft.decisions[i].evidence.starts_with("a check that ends");
}

bool is_within(const Draft& draft, std::size_t i) {
  const auto behind =
      std::upper_bound(draft.stretches.begin(), draft.stretches.end(), i,
                       [](std::size_t at, const Stretch& stretch) { return at < stretch.begin; });
  return behind != draft.stretches.begin() && i < std::prev(behind)->end;
}

// "But the question only asks for the boys" at the end of a doubt or a check.
bool turns_back(const Draft& draft, std::size_t i) {
  return draft.units[i].flow.opening.contrasts && is_within(draft, i) &&
         speaks_of_task(draft.units[i]);
}

// "Total lineups minus those with both of them" before the count of those: what will be done with
// it.
bool brings_operation(const UnitFacts& label, const UnitFacts& unit) {
  const auto names = [](const UnitFacts& said) {
    return names_operation(said) || contains(said.lower, " minus ");
  };
  return names(label) && !names(unit) && !unit.flow.computes();
}

// Whether sentence `i` says why what comes next is computed.
bool gives_reason(const Draft& draft, std::size_t i) {
  const UnitFacts& unit = draft.units[i];
  const bool asked_for = unit.plans && draft.decisions[i].pass == "restatement";
  if ((draft.decisions[i].pass == "plan" || asked_for) && names_operation(unit)) return true;
  return !speaks_of_task(unit) && (draft.decisions[i].pass != "plan" || !unit.flow.figures.empty());
}

// "So yes, twice 16 is 32, plus 2 is 34" where a kept sentence shortly before it came to 34.
bool comes_to_what_stands(const Draft& draft, std::size_t i) {
  constexpr std::size_t kBack = 4;
  if (draft.units[i].flow.equations.empty()) return false;
  const std::int64_t key = path::number_key(draft.units[i].flow.equations.back().result);
  for (std::size_t j = i; j > 0 && i - j < kBack; --j) {
    if (draft.kept(j - 1) && path::has_key(draft.units[j - 1].flow.results, key)) return true;
  }
  return false;
}

// Whether another line that stays heads its part with a colon and the same first word.
bool has_parallel_label(const Draft& draft, std::size_t i) {
  constexpr std::size_t kReach = 12;
  constexpr std::size_t kBytesMax = 60;
  const std::string_view lower = draft.units[i].lower;
  const std::string_view word = lower.substr(0, lower.find(' '));
  if (lower.size() > kBytesMax || draft.units[i].plans) return false;
  const std::size_t end = std::min(draft.derivation_end(), i + kReach);
  for (std::size_t j = i > kReach ? i - kReach : 0; j < end; ++j) {
    const UnitFacts& other = draft.units[j];
    const std::string_view text = other.lower;
    if (j != i && draft.kept(j) && text.ends_with(":") && !other.plans &&
        text.substr(0, text.find(' ')) == word) {
      return true;
    }
  }
  return false;
}

}  // namespace

bool speaks_of_task(const UnitFacts& unit) {
  // "The problem states that each phone after the first two is half price" tells a fact.
  for (const std::string_view told :
       {"the problem says ", "the problem states ", "the problem mentions ",
        "problem also mentions ", "problem also says ", "according to the problem, ",
        "according to the question, ", "problem also states ", "the question says ",
        "the question states "}) {
    const std::size_t at = unit.lower.find(told);
    if (at == std::string::npos || unit.asks) continue;
    const std::string_view fact = std::string_view(unit.lower).substr(at + told.size());
    return contains(fact, "how many") || contains(fact, "how much") || contains(fact, "find");
  }
  for (const std::string_view words :
       {"ask", "question", "problem", "told", "how many", "how much", "plan ", "work out first"}) {
    if (contains(unit.lower, words)) return true;
  }
  return false;
}

bool names_goal(const UnitFacts& unit) {
  if (unit.hedges || unit.asks || !unit.flow.opening.contrasts || unit.flow.opening.doubts) {
    return false;
  }
  return contains(unit.lower, "asks for ") || contains(unit.lower, "asking for ") ||
         contains(unit.lower, "asked for ");
}

std::size_t restore_lead_ins(Draft& draft) {
  std::size_t restored = 0;
  for (std::size_t k = 1; k < draft.derivation_end(); ++k) {
    const UnitFacts& unit = draft.units[k];
    if (!draft.private_thought() || !draft.kept(k) || !unit.flow.computes() ||
        unit.flow.symbols != 0) {
      continue;
    }
    std::size_t i = k;
    while (i > 0 && !draft.kept(i - 1) && draft.units[i - 1].talk_only() &&
           !draft.units[i - 1].ends_paragraph) {
      --i;
    }
    if (i == 0 || draft.kept(i - 1) || draft.units[i - 1].ends_paragraph) continue;
    const UnitFacts& label = draft.units[i - 1];
    if (!leads(draft, i - 1) || !about(label, unit)) continue;
    const bool next = k + 1 < draft.units.size() && draft.kept(k + 1) && !unit.ends_paragraph;
    const auto before = draft.previous_kept(i - 1);
    if (!adds_to(label, {&unit, next ? &draft.units[k + 1] : nullptr,
                         before ? &draft.units[*before] : nullptr})) {
      continue;
    }
    bring_back(draft, i - 1, "says what unit " + std::to_string(k + 1) + " computes");
    ++restored;
  }
  return restored;
}

std::size_t restore_introductions(Draft& draft) {
  if (!draft.thinks_aloud) return 0;
  std::size_t restored = 0;
  std::vector<std::int64_t> held;  // by the path so far
  std::size_t since = 0;           // behind the last kept unit
  for (std::size_t k = 0; k < draft.derivation_end(); ++k) {
    if (!draft.kept(k)) continue;
    const UnitFacts& unit = draft.units[k];
    const std::size_t next = draft.next_kept(k);
    const auto before = draft.previous_kept(k);
    bool purpose = unit.flow.computes() || !unit.flow.results.empty() ||
                   (unit.formula && !unit.formulas.equalities.empty());
    for (std::size_t i = k; purpose && i > since; --i) {
      if (!leads(draft, i - 1)) continue;
      const UnitFacts& label = draft.units[i - 1];
      const bool adds =
          brings_operation(label, unit) ||
          adds_to(label, {&unit, next < draft.units.size() ? &draft.units[next] : nullptr,
                          before ? &draft.units[*before] : nullptr});
      if (gives_reason(draft, i - 1) && adds) {
        bring_back(draft, i - 1, "leads to what unit " + std::to_string(k + 1) + " computes");
        ++restored;
      }
      purpose = !adds && !is_within(draft, i - 1);
    }
    for (std::size_t i = since; unit.flow.computes() && i < k; ++i) {
      if (!leads(draft, i) && !recalls(draft, i)) continue;
      const std::vector<std::int64_t>& brought = draft.units[i].flow.figures;
      const bool operand = std::any_of(brought.begin(), brought.end(), [&](std::int64_t key) {
        return key > path::kTrivialKeyMax && path::has_key(draft.given.numbers, key) &&
               path::has_key(unit.flow.figures, key) && !path::has_key(held, key);
      });
      if (!operand) continue;
      bring_back(draft, i, "brings in a number that unit " + std::to_string(k + 1) + " takes");
      ++restored;
    }
    for (std::size_t i = since; i <= k; ++i) {
      if (!draft.kept(i)) continue;
      for (const std::int64_t key : draft.units[i].flow.mentions) path::add_key(held, key);
    }
    // "6000 times 30." alone comes between the reason and the computation.
    if (unit.flow.computes() || unit.words.content_count > 0) since = k + 1;
  }
  return restored;
}

std::size_t restore_premises(Draft& draft) {
  constexpr std::size_t kPremiseWordsMin = 6;
  if (!draft.thinks_aloud) return 0;
  std::size_t restored = 0;
  // From the end, so that what is brought back brings back its own premise.
  for (std::size_t k = draft.derivation_end(); k-- > 1;) {
    const UnitFacts& unit = draft.units[k];
    const path::Opening& opening = unit.flow.opening;
    const bool stands = stands_on_last(unit);
    const bool follows = stands || opening.concludes || unit.lower.starts_with("then") ||
                         unit.lower.starts_with("also") || contains(unit.lower, "must be");
    if (!draft.kept(k) || !follows) continue;
    std::size_t i = k;
    // "The product is even if one of the numbers is": a premise in general words is no talk.
    const auto recalls_fact = [](const UnitFacts& said) {
      return said.words.count >= kPremiseWordsMin && !said.asks &&
             (contains(said.lower, "remember that ") || contains(said.lower, "know that ") ||
              contains(said.lower, "recall that "));
    };
    const auto is_talk = [&](const UnitFacts& said) {
      const bool general = stands && said.words.count >= kPremiseWordsMin;
      return said.talk_only() && !general && !(opening.concludes && recalls_fact(said));
    };
    while (i > 0 && !draft.kept(i - 1) && is_talk(draft.units[i - 1])) --i;
    // "Twice as many for the roses. Twice as many as the daisies? So ...": beyond the question.
    const bool wonders = opening.concludes && i > 1 && draft.units[i - 1].asks &&
                         !draft.kept(i - 1) && !draft.units[i - 2].ends_paragraph;
    if (wonders) --i;
    if (i == 0 || draft.kept(i - 1)) continue;
    const UnitFacts& premise = draft.units[i - 1];
    const Decision& decision = draft.decisions[i - 1];
    // "I think the radius is constant. That means dr/dt is zero.": what a doubt found out.
    const bool cleared = decision.pass == "check" && !premise.asks && !premise.checks &&
                         !comes_to_what_stands(draft, i - 1) && !premise.approves &&
                         !premise.corrects && !premise.flow.opening.doubts &&
                         premise.words.content_count >= 2 &&
                         !decision.evidence.starts_with("a check that");
    const bool doubted = (decision.pass == "musing" || cleared) && !premise.talk_only();
    const auto before = draft.previous_kept(i - 1);
    // "There are twice as many. So with B of these, those are 2B.": with no word of its own.
    const bool adds = adds_to(premise, {&unit, before ? &draft.units[*before] : nullptr}) ||
                      (opening.concludes && relates(premise) && !relates(unit) &&
                       !premise.flow.computes() && !(before && relates(draft.units[*before])));
    const bool says =
        (leads(draft, i - 1) || recalls(draft, i - 1)) && gives_reason(draft, i - 1) && adds;
    // "20 times 50 cents is $10, right? Because 50 cents is half a dollar, 20 * 0.50 = $10": right
    // after all.
    const bool right_after_all =
        decision.evidence.starts_with("wrong arithmetic") &&
        std::any_of(premise.flow.results.begin(), premise.flow.results.end(),
                    [&](std::int64_t key) { return path::has_key(unit.flow.results, key); });
    const bool fact = opening.concludes && premise.talk_only() && recalls_fact(premise);
    const bool said = (stands || fact) && decision.pass != "after_answer" &&
                      (decision.pass != "false_start" || right_after_all);
    if (!doubted && !says && !said) continue;
    bring_back(draft, i - 1, "unit " + std::to_string(k + 1) + " follows from it");
    ++restored;
  }
  return restored;
}

std::size_t restore_headers(Draft& draft) {
  constexpr std::size_t kLabelBytesMax = 24;
  if (!draft.private_thought()) return 0;
  std::size_t restored = 0;
  for (std::size_t i = 0; i + 1 < draft.derivation_end(); ++i) {
    const path::UnitKind next = draft.units[i + 1].unit.kind;
    // "Tuesday:", and "For the second drawer of socks:" beside a kept "For the first drawer:".
    const bool label =
        !draft.units[i].talk_only() &&
        (draft.units[i].text.size() <= kLabelBytesMax || has_parallel_label(draft, i));
    const bool shown = label || next == path::UnitKind::kListItem ||
                       next == path::UnitKind::kFormula || next == path::UnitKind::kLine ||
                       (draft.units[i].ends_paragraph && !draft.units[i].talk_only());
    // "I should also check the other piece, x > 3:" opens a case.
    const bool condition = draft.units[i].text.find_first_of("<>") != std::string_view::npos;
    const bool heads = draft.units[i].text.ends_with(":") &&
                       (!draft.units[i].checks || condition) &&
                       (!draft.units[i].lower.ends_with("that:") ||
                        draft.units[i].lower.ends_with("given that:")) &&
                       draft.decisions[i].pass != "false_start";
    if (draft.kept(i) || !draft.kept(i + 1) || !shown || !heads) continue;
    bring_back(draft, i, "heads what unit " + std::to_string(i + 2) + " shows");
    ++restored;
  }
  return restored;
}

std::size_t restore_equations(Draft& draft) {
  std::size_t restored = 0;
  for (std::size_t k = 1; k < draft.derivation_end(); ++k) {
    if (!draft.kept(k) || !contains(draft.units[k].lower, "both sides")) continue;
    std::size_t i = k;
    while (i > 0 && draft.units[i - 1].formulas.equalities.empty()) --i;
    if (i == 0 || draft.kept(i - 1)) continue;
    bring_back(draft, i - 1, "unit " + std::to_string(k + 1) + " works on both its sides");
    ++restored;
  }
  return restored;
}

std::size_t restore_pairs(Draft& draft) {
  constexpr double kSameMin = 0.4;
  constexpr std::size_t kWordsMin = 3;
  std::size_t restored = 0;
  for (std::size_t i = 0; i + 1 < draft.derivation_end(); ++i) {
    const UnitFacts& first = draft.units[i];
    const UnitFacts& second = draft.units[i + 1];
    const std::vector<std::uint32_t>& words = first.words.content;
    const bool pair = !first.ends_paragraph && !first.asks && !second.asks &&
                      first.unit.kind == path::UnitKind::kSentence &&
                      first.flow.figures.size() == second.flow.figures.size() &&
                      words.size() == second.words.content.size() && words.size() >= kWordsMin &&
                      share_within(words, second.words.content) >= kSameMin;
    if (!pair || draft.kept(i) == draft.kept(i + 1)) continue;
    const std::size_t gone = draft.kept(i) ? i + 1 : i;
    if (draft.decisions[gone].pass != "restatement") continue;
    bring_back(draft, gone, "its twin stays");
    ++restored;
  }
  return restored;
}

std::size_t restore_paragraphs(Draft& draft) {
  if (!draft.thinks_aloud || !draft.anchor) return 0;
  std::size_t restored = 0;
  for (std::size_t begin = 0; begin < draft.derivation_end();) {
    std::size_t end = begin;
    std::size_t computed = begin;  // behind the last kept computation
    for (bool open = true; open && end < draft.derivation_end(); ++end) {
      const UnitFacts& unit = draft.units[end];
      open = !unit.ends_paragraph;
      if (draft.kept(end) && unit.flow.computes()) computed = end + 1;
    }
    for (std::size_t i = begin; i < computed; ++i) {
      if (!leads(draft, i) || draft.decisions[i].pass == "repetition" || turns_back(draft, i))
        continue;
      bring_back(draft, i, "leads to a computation of its paragraph");
      ++restored;
    }
    begin = end;
  }
  return restored;
}

}  // namespace drp::teacher
