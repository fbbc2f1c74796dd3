// SPDX-License-Identifier: Apache-2.0
// What belongs to a kept unit by its form: the other of a pair, the next line of a calculation by
// hand, the sentence that a path opens without.
#include <algorithm>
#include <array>
#include <string>
#include <vector>

#include "base/text.h"
#include "teacher/rules/restore.h"

namespace drp::teacher {
namespace {

struct Pair {
  std::string_view word;
  std::string_view other;
};

// An ordinal with the thing that it counts ("second scenario"): the one before it.
constexpr std::array<Pair, 3> kOrdinals = {
    {{"second ", "first "}, {"third ", "second "}, {"fourth ", "third "}}};
constexpr std::array<Pair, 6> kSides = {{{"left side", "right side"},
                                         {"right side", "left side"},
                                         {"left-hand side", "right-hand side"},
                                         {"right-hand side", "left-hand side"},
                                         {"case 2", "case 1"},
                                         {"case 3", "case 2"}}};

// A word of the sentence and what its counterpart is called.
struct Counterpart {
  std::string word;
  std::string other;
};

std::vector<Counterpart> counterparts(std::string_view lower) {
  std::vector<Counterpart> others;
  for (const Pair& pair : kOrdinals) {
    const std::size_t at = lower.find(pair.word);
    if (at == std::string_view::npos || (at > 0 && is_letter(lower[at - 1]))) continue;
    const std::string_view rest = lower.substr(at + pair.word.size());
    std::size_t size = 0;
    while (size < rest.size() && is_letter(rest[size])) ++size;
    const std::string_view thing = rest.substr(0, size);
    if (size > 2 && word_class(thing) != WordClass::kFunction) {
      others.push_back({std::string(pair.word) + std::string(thing),
                        std::string(pair.other) + std::string(thing)});
    }
  }
  for (const Pair& pair : kSides) {
    if (contains(lower, pair.word)) {
      others.push_back({std::string(pair.word), std::string(pair.other)});
    }
  }
  return others;
}

bool may_come_back(const Draft& draft, std::size_t i) {
  const std::string_view pass = draft.decisions[i].pass;
  return !draft.kept(i) && !draft.units[i].asks &&
         (pass == "restatement" || pass == "plan" || pass == "repetition" || pass == "check");
}

// The unit nearest to `k` that names `other`: before it, else right after it.
std::optional<std::size_t> nearest(const Draft& draft, std::size_t k, std::string_view other) {
  constexpr std::size_t kBack = 12;
  constexpr std::size_t kAhead = 3;
  if (contains(draft.units[k].lower, other)) return k;
  for (std::size_t i = k; i > 0 && k - i < kBack; --i) {
    if (draft.kept(i - 1) && contains(draft.units[i - 1].lower, other)) return i - 1;
  }
  for (std::size_t i = k; i > 0 && k - i < kBack; --i) {
    if (contains(draft.units[i - 1].lower, other)) return i - 1;
  }
  for (std::size_t i = k + 1; i < draft.derivation_end() && i <= k + kAhead; ++i) {
    if (contains(draft.units[i].lower, other)) return i;
  }
  return std::nullopt;
}

// A line of a division or multiplication by hand.
bool is_digit_work(const UnitFacts& unit) {
  for (const std::string_view words : {" goes into ", "bring down", "carry ", "remainder",
                                       "write 0", "write down the", "digit", "coefficient"}) {
    if (contains(unit.lower, words)) return true;
  }
  return false;
}

bool is_pronoun(std::string_view word) {
  constexpr std::array<std::string_view, 11> kPronouns = {
      "he", "she", "they", "them", "his", "her", "him", "their", "he's", "she's", "they're"};
  return std::find(kPronouns.begin(), kPronouns.end(), word) != kPronouns.end();
}

// "He bakes for 3 hours", "Two of them want 5", "To find that out": a pronoun before anything that
// it could mean.
bool opens_with_pronoun(const UnitFacts& unit) {
  const std::string_view core = unit.core();
  for (const std::string_view opener :
       {"to find that", "to find this", "to do that", "for that", "the rest ", "let me write that",
        "let me calculate that", "it ", "it's ", "its "}) {
    if (core.starts_with(opener)) return true;
  }
  for (std::size_t at = 0; at < core.size();) {
    std::size_t end = at;
    while (end < core.size() && (is_letter(core[end]) || core[end] == '\'')) ++end;
    if (end == at) {
      if (core[at] == '=' || core[at] == '\\') return false;
      ++at;
      continue;
    }
    const std::string_view word = core.substr(at, end - at);
    if (is_pronoun(word)) return true;
    if (word_class(word) == WordClass::kContent) return false;
    at = end;
  }
  return false;
}

}  // namespace

// What names both retells the question.
std::size_t restore_counterparts(Draft& draft) {
  if (!draft.private_thought() || draft.in_words) return 0;
  std::size_t restored = 0;
  for (std::size_t k = 0; k < draft.derivation_end(); ++k) {
    if (!draft.kept(k)) continue;
    for (const Counterpart& pair : counterparts(draft.units[k].lower)) {
      const std::optional<std::size_t> found = nearest(draft, k, pair.other);
      const bool retells = found && contains(draft.units[*found].lower, pair.word);
      if (!found || retells || !may_come_back(draft, *found)) continue;
      bring_back(draft, *found, "unit " + std::to_string(k + 1) + " is its counterpart");
      ++restored;
    }
  }
  return restored;
}

std::size_t restore_digit_work(Draft& draft) {
  constexpr std::size_t kGapMax = 2;    // units between two lines of one calculation
  constexpr std::size_t kLinesMin = 3;  // fewer are no calculation by hand
  if (!draft.thinks_aloud) return 0;
  std::size_t restored = 0;
  for (std::size_t begin = 0; begin < draft.derivation_end(); ++begin) {
    if (!is_digit_work(draft.units[begin])) continue;
    std::size_t last = begin;
    std::size_t lines = 0;
    bool kept = false;
    for (std::size_t i = begin; i < draft.derivation_end() && i <= last + kGapMax + 1; ++i) {
      if (!is_digit_work(draft.units[i])) continue;
      last = i;
      ++lines;
      kept = kept || draft.kept(i);
    }
    for (std::size_t i = begin; kept && lines >= kLinesMin && i <= last; ++i) {
      if (draft.kept(i) || draft.units[i].talk_only() || draft.units[i].checks) continue;
      bring_back(draft, i, "a line of a calculation by hand of which others stay");
      ++restored;
    }
    begin = last;
  }
  return restored;
}

std::size_t restore_subjects(Draft& draft) {
  if (draft.thinks_aloud || !draft.private_thought() || draft.in_words) return 0;
  std::size_t restored = 0;
  for (std::size_t k = 1; k < draft.derivation_end(); ++k) {
    const UnitFacts& unit = draft.units[k];
    const UnitFacts& plan = draft.units[k - 1];
    const bool points = unit.flow.opening.anaphor == path::Anaphor::kPersonal;
    const std::string_view pass = draft.decisions[k - 1].pass;
    if (!draft.kept(k) || draft.kept(k - 1) || !points || plan.ends_paragraph || plan.asks ||
        (pass != "plan" && pass != "restatement")) {
      continue;
    }
    const auto before = draft.previous_kept(k);
    const auto says = [](const UnitFacts& said, std::uint32_t word) {
      return std::binary_search(said.words.content.begin(), said.words.content.end(), word);
    };
    const bool names =
        std::any_of(plan.words.content.begin(), plan.words.content.end(), [&](std::uint32_t word) {
          return std::binary_search(draft.question.content.begin(), draft.question.content.end(),
                                    word) &&
                 !says(unit, word) && (!before || !says(draft.units[*before], word));
        });
    if (!names) continue;
    bring_back(draft, k - 1, "says whom unit " + std::to_string(k + 1) + " means");
    ++restored;
  }
  return restored;
}

std::size_t restore_opening(Draft& draft) {
  constexpr std::size_t kReach = 8;
  constexpr double kShareMin = 0.6;  // of a plan's words that are the question's
  if (!draft.private_thought() || draft.in_words) return 0;
  const std::size_t first = draft.kept(0) ? 0 : draft.next_kept(0);
  if (first == 0 || first >= draft.derivation_end() || !opens_with_pronoun(draft.units[first])) {
    return 0;
  }
  for (std::size_t i = first; i > 0 && first - i < kReach; --i) {
    const UnitFacts& unit = draft.units[i - 1];
    const Decision& decision = draft.decisions[i - 1];
    const bool plans = decision.pass == "plan" &&
                       share_within(unit.words.content, draft.question.content) >= kShareMin;
    const bool tells = (decision.pass == "restatement" || plans) &&
                       !decision.evidence.starts_with("opens without") && !unit.asks &&
                       !unit.hedges && !unit.checks &&
                       (!speaks_of_task(unit) || !unit.flow.figures.empty()) &&
                       !unit.flow.opening.doubts && !opens_with_pronoun(unit);
    if (!tells) continue;
    const std::string why = "says what unit " + std::to_string(first + 1) + " opens with";
    bring_back(draft, i - 1, why);
    // What was told between the two: "Then he turns around. [...] First, he's stuck".
    std::size_t restored = 1;
    for (std::size_t j = i; j < first && !draft.units[j - 1].ends_paragraph; ++j) {
      const UnitFacts& told = draft.units[j];
      const bool events = draft.decisions[j].pass == "restatement" && !told.asks && !told.plans &&
                          !told.talk_only() && !speaks_of_task(told);
      if (draft.kept(j) || !events || !draft.units[first].flow.opening.first) continue;
      bring_back(draft, j, why);
      ++restored;
    }
    return restored;
  }
  return 0;
}

}  // namespace drp::teacher
