// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include "base/text.h"
#include "teacher/rules/operation.h"
#include "teacher/rules/passes.h"
#include "teacher/rules/restore.h"
#include "teacher/rules/words.h"

namespace drp::teacher {
namespace {

constexpr std::string_view kName = "restatement";
constexpr double kShareMin = 0.7;
constexpr double kShareMinNamed = 0.5;  // where the unit says itself that it quotes the question

bool quotes_question(const UnitFacts& unit) {
  return contains(unit.lower, "the problem say") || contains(unit.lower, "the problem state") ||
         contains(unit.lower, "the question") || contains(unit.lower, "it says") ||
         contains(unit.lower, "this problem") || contains(unit.lower, "the problem is about") ||
         contains(unit.lower, "is asking") || contains(unit.lower, "asked to") ||
         contains(unit.lower, "need to find") || contains(unit.lower, "need to figure out") ||
         contains(unit.lower, "need to determine");
}

// "So I have this problem here where ..."
bool presents_problem(const UnitFacts& unit) {
  return contains(unit.lower, "have this problem") || contains(unit.lower, "got this problem") ||
         contains(unit.lower, "have this question") || contains(unit.lower, "problem is about") ||
         contains(unit.lower, "this math problem");
}

// "None has children, which means all 24 have none": drawn inside a thought, with or without a
// figure.
bool concludes_inside(const Draft& draft, const UnitFacts& unit) {
  if (!draft.thinks_aloud) return false;
  for (const std::string_view words : {", which means ", ", meaning ", ", so that means "}) {
    if (unit.lower.find(words, std::max<std::size_t>(1, unit.flow.opening.core)) !=
        std::string::npos) {
      return true;
    }
  }
  return false;
}

// "So, the croissants take 60 feet" right after what came to 60: the name of a result, even where
// the question has a 60 of its own.
bool names_result(const Draft& draft, std::size_t i) {
  if (i == 0 || !draft.units[i].flow.opening.concludes) return false;
  const std::vector<path::Equation>& made = draft.units[i - 1].flow.equations;
  return !made.empty() &&
         path::has_key(draft.units[i].flow.figures, path::number_key(made.back().result));
}

// "First, I determine how many by calculating one third of the 27": a step in words alone.
bool says_what_i_do(const UnitFacts& unit) {
  for (const std::string_view words :
       {" i calculate ", " i determine ", " i find ", " i compute "}) {
    if (contains(unit.lower, words)) return true;
  }
  return false;
}

// A numbered item carries the count; an item over a formula or a sublist heads it.
bool carries_list(const Draft& draft, std::size_t i) {
  const UnitFacts& unit = draft.units[i];
  if (unit.unit.kind != path::UnitKind::kListItem) {
    return false;
  }
  const bool formula_next =
      i + 1 < draft.units.size() && draft.units[i + 1].unit.kind == path::UnitKind::kFormula;
  return is_digit(unit.text.front()) || formula_next || unit.text.ends_with(":") ||
         unit.text.ends_with("**");
}

// What stands before the first number, formula or name of an unknown and is mostly the question's
// words: "The problem gives some relationships between their lengths."
void prune_idle_openings(Draft& draft) {
  constexpr double kShareMinIdle = 0.4;
  if (!draft.private_thought() || !draft.anchor || !draft.answer.key ||
      draft.given.numbers.empty()) {
    return;
  }
  for (std::size_t i = 0; i < *draft.anchor; ++i) {
    if (!draft.kept(i)) continue;
    const UnitFacts& unit = draft.units[i];
    const bool says = !unit.flow.mentions.empty() || unit.formula || unit.flow.defines != 0 ||
                      unit.unit.kind != path::UnitKind::kSentence || draft.decisions[i].pinned;
    if (says || share_within(unit.words.content, draft.question.content) < kShareMinIdle) return;
    draft.remove(i, kName, "opens without anything that the steps use");
  }
}

// Whether the unit writes an expression that the question does not: 16/(16 + N).
bool writes_expression(const UnitFacts& unit, const Formulas& question) {
  return !std::includes(question.terms.begin(), question.terms.end(), unit.formulas.terms.begin(),
                        unit.formulas.terms.end());
}

bool within_given(const Draft& draft, const std::vector<std::int64_t>& keys) {
  return std::includes(draft.given.values.begin(), draft.given.values.end(), keys.begin(),
                       keys.end());
}

// "So Ben has 6 geese" where the question has "6 more geese": what it comes to is no number of the
// question, though it has its digits.
bool comes_to_another(const Draft& draft, const UnitFacts& unit) {
  return std::any_of(unit.flow.results.begin(), unit.flow.results.end(), [&](std::int64_t key) {
    return key > path::kTrivialKeyMax && path::has_key(draft.given.numbers, key) &&
           path::counts_another(draft.given.counted, unit.text, key);
  });
}

}  // namespace

bool draws_conclusion(const UnitFacts& unit) {
  if (concludes_what_remains(unit)) return true;
  for (const std::string_view words :
       {", so ", "which means", "meaning ", ", therefore", " leaving", "resulting in",
        "which gives", "which leaves", "which is ", "that means", ", totaling ", ", totalling ",
        "amounts to ", "amounting to ", "adds up to ", "comes to ", "this leaves ", "that leaves ",
        "for a total of "}) {
    // Behind the opener: "Okay, so she has 5" concludes nothing, "This leaves him 5" does.
    const bool opens = words == "this leaves " || words == "that leaves ";
    const std::size_t from = opens ? 0 : std::max<std::size_t>(1, unit.flow.opening.core);
    if (unit.lower.find(words, from) != std::string::npos) return !unit.flow.figures.empty();
  }
  return false;
}

void prune_restatements(Draft& draft) {
  if (draft.in_words) {
    prune_quoted_sentences(draft);
    return;
  }
  const Formulas question = read_formulas(draft.problem.question);
  for (std::size_t i = 0; i < draft.derivation_end(); ++i) {
    const UnitFacts& unit = draft.units[i];
    const bool answer = draft.anchor && i >= *draft.anchor && unit.states_answer;
    // Reasoning that reaches no answer has its plan alone to say, and what it plans with.
    const path::Opening& opening = unit.flow.opening;
    const bool counts_steps = opening.first || opening.later || opening.continues;
    const bool outline =
        !draft.anchor &&
        (unit.plans || unit.plans_inside() || (i > 0 && !unit.flow.figures.empty()) ||
         (counts_steps && !draft.thinks_aloud && (names_operation(unit) || says_what_i_do(unit))));
    if (outline) continue;
    const bool names = contains(unit.lower, "let's say ");  // "Let's say Ann has A eggs"
    if (answer || unit.flow.computes() || unit.flow.defines != 0 || names ||
        unit.words.content_count == 0) {
      continue;
    }
    if (carries_list(draft, i)) {
      continue;
    }
    // A formula that only the student wrote is no restatement.
    if ((unit.flow.symbols & ~draft.given.symbols) != 0 || draws_conclusion(unit) ||
        concludes_inside(draft, unit) || names_result(draft, i) || comes_to_another(draft, unit) ||
        writes_expression(unit, question)) {
      continue;
    }
    if (!within_given(draft, unit.flow.mentions)) {
      continue;
    }
    if (i < 2 && presents_problem(unit)) {
      draft.remove(i, kName, "presents the problem");
      continue;
    }
    const double share = share_within(unit.words.content, draft.question.content);
    const bool few = unit.words.content.size() <= 2;
    if (share >= (few ? 1.0 : quotes_question(unit) ? kShareMinNamed : kShareMin)) {
      draft.remove(
          i, kName,
          format_fixed(100 * share, 0) + " % of its words and all its numbers are the question's");
    }
  }
  prune_idle_openings(draft);
}

}  // namespace drp::teacher
