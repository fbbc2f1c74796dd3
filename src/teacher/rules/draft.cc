// SPDX-License-Identifier: Apache-2.0
#include "teacher/rules/draft.h"

#include <algorithm>

#include "base/text.h"
#include "path/seam.h"
#include "teacher/rules/anchor.h"
#include "teacher/rules/stretch.h"
#include "teacher/rules/words.h"

namespace drp::teacher {
namespace {

// Says that something before was wrong: in so many words, or by a doubt or a contrast beside a new
// value ("Wait, it should be 24", "Actually, that is 24, not 26"). Wondering whether is no
// correction.
bool takes_back(const UnitFacts& facts, bool correction_cue) {
  if (facts.checks || facts.asks || contains(facts.lower, "didn't") ||
      contains(facts.lower, "haven't")) {
    return false;
  }
  const bool supposes = contains(facts.lower, " if ");
  const bool should =
      !supposes && (contains(facts.lower, "should be") || contains(facts.lower, "should have") ||
                    contains(facts.lower, "actually"));
  const bool contrast = contains(facts.lower, ", not ") || contains(facts.lower, "instead of") ||
                        contains(facts.lower, "rather than");
  return correction_cue || (should && (contrast || facts.flow.opening.doubts)) ||
         (contrast && facts.flow.opening.doubts);
}

// "Second approach: count the pairs instead." heads another way to what the first one reached.
bool heads_second_way(std::string_view core) {
  for (const std::string_view label :
       {"second approach:", "second method:", "second way:", "approach 2:", "method 2:"}) {
    if (core.starts_with(label)) return true;
  }
  return false;
}

UnitFacts read_unit(std::string_view reasoning, const path::Unit& unit,
                    const path::AnswerView& answer) {
  UnitFacts facts;
  facts.unit = unit;
  const std::string_view whole = slice(reasoning, unit.span);
  facts.text = trim(whole);
  facts.lower = replace_all(to_lower(facts.text), "\u2019", "'");
  facts.flow = path::read_flow(facts.text);
  facts.words = read_words(facts.lower);
  facts.formulas = read_formulas(facts.text);
  const std::size_t tail = whole.find_last_not_of(" \t\n\r\f\v");
  facts.ends_paragraph = tail != std::string_view::npos &&
                         path::break_of(whole.substr(tail + 1)) == path::Break::kParagraph;
  const std::string_view core = facts.core();
  facts.plans = opens_with_plan(core);
  const Cues cues = read_cues(facts.lower);
  // "Let me check each of these to see if it is a palindrome" goes through cases.
  const bool sifts = !cues.rechecks &&
                     (contains(facts.lower, "check each") ||
                      contains(facts.lower, "each of these") || contains(facts.lower, "to see if"));
  facts.checks = cues.checks && !sifts;
  facts.rechecks = cues.rechecks;
  facts.gives_up = cues.gives_up;
  facts.approves = cues.approves;
  facts.alternative = cues.alternative || heads_second_way(core);
  facts.hedges = cues.hedges;
  facts.announces = cues.announces;
  // "Half is 50 %, right?" asserts.
  const bool tag = facts.lower.ends_with("right?") || facts.lower.ends_with("correct?");
  facts.asks =
      !facts.text.empty() && !tag && (facts.text.back() == '?' || facts.text.ends_with("\uff1f"));
  facts.formula = facts.flow.symbols != 0 ||
                  facts.text.find_first_of("=\\^<>") != std::string_view::npos ||
                  unit.kind == path::UnitKind::kCode || unit.kind == path::UnitKind::kFormula;
  facts.corrects = takes_back(facts, cues.corrects);
  facts.states_answer = path::mentions_answer(facts.text, facts.flow, answer);
  return facts;
}

// "What is the smallest power of 11 that is no palindrome?"
bool asks_for_extreme(std::string_view question) {
  const std::string lower = to_lower(question);
  if (contains(lower, "at least")) return false;
  for (const std::string_view words : {"smallest", "largest", "least ", "greatest"}) {
    if (contains(lower, words)) return true;
  }
  return false;
}

bool talks_to_itself(const std::vector<UnitFacts>& units) {
  const auto count = [&](auto&& is) {
    return static_cast<std::size_t>(std::count_if(units.begin(), units.end(), is));
  };
  const std::size_t hesitant = count([](const UnitFacts& unit) {
    return unit.flow.opening.hesitates || unit.flow.opening.doubts;
  });
  const std::size_t empty = count([](const UnitFacts& unit) { return unit.talk_only(); });
  return hesitant >= 2 && (hesitant + empty) * 10 >= units.size();
}

}  // namespace

// The words of the question's last sentence, which asks: who names them all names the goal and no
// first step.
std::vector<std::uint32_t> goal_words(const Draft& draft) {
  const std::string_view question = trim(draft.problem.question);
  const std::size_t stop =
      question.substr(0, question.empty() ? 0 : question.size() - 1).rfind(". ");
  const std::string asking =
      to_lower(stop == std::string_view::npos ? question : question.substr(stop + 2));
  return read_words(asking).content;
}

bool Draft::remove(std::size_t i, std::string_view pass, std::string evidence) {
  Decision& decision = decisions[i];
  if (decision.pinned || decision.action == Action::kDelete) {
    return false;
  }
  decision = {Action::kDelete, pass, std::move(evidence), std::nullopt, false};
  return true;
}

void Draft::rewrite(std::size_t i, std::string_view pass, std::string text, std::string evidence) {
  Decision& decision = decisions[i];
  decision.action = Action::kSingleStepCompress;
  decision.pass = pass;
  decision.evidence = std::move(evidence);
  decision.text = std::move(text);
}

bool Draft::under_answer_heading(std::size_t i) const {
  const auto heads = [this](std::size_t j) {
    return units[j].announces && units[j].text.starts_with("#");
  };
  return heads(i) || (i > 0 && heads(i - 1));
}

std::size_t Draft::next_kept(std::size_t i) const {
  for (++i; i < units.size() && !kept(i);) {
    ++i;
  }
  return i;
}

std::optional<std::size_t> Draft::previous_kept(std::size_t i) const {
  while (i > 0) {
    if (kept(--i)) {
      return i;
    }
  }
  return std::nullopt;
}

bool adds_to(const UnitFacts& label, std::initializer_list<const UnitFacts*> others) {
  const auto somewhere = [&](auto&& holds) {
    return std::any_of(others.begin(), others.end(),
                       [&](const UnitFacts* unit) { return unit != nullptr && holds(*unit); });
  };
  for (const std::uint32_t word : label.words.content) {
    if (!somewhere([&](const UnitFacts& unit) {
          return std::binary_search(unit.words.content.begin(), unit.words.content.end(), word);
        })) {
      return true;
    }
  }
  return std::any_of(label.flow.figures.begin(), label.flow.figures.end(), [&](std::int64_t key) {
    return !somewhere(
        [&](const UnitFacts& unit) { return path::has_key(unit.flow.mentions, key); });
  });
}

Draft make_draft(const Problem& problem, const Trace& trace, KeepChecks keep_checks) {
  Draft draft{.problem = problem, .trace = trace, .keep_checks = keep_checks};
  draft.question = read_words(to_lower(problem.question));
  draft.answer = path::view_answer(path::final_answer(trace.response, problem.domain), problem);
  draft.in_words = draft.answer.in_words();
  draft.searches = asks_for_extreme(problem.question);
  draft.given = draft.in_words ? path::read_given_in_words(problem.question)
                               : path::read_given(problem.question);
  const std::string_view reasoning = trace.reasoning_text();
  for (const path::Unit& unit : path::cut_units(reasoning)) {
    draft.units.push_back(read_unit(reasoning, unit, draft.answer));
  }
  if (draft.in_words) read_word_facts(draft);
  draft.decisions.resize(draft.units.size());
  draft.thinks_aloud = talks_to_itself(draft.units);
  const std::string_view answer_text = trace.answer_text();
  draft.answer_section_states =
      path::mentions_answer(answer_text, path::read_flow(answer_text), draft.answer);
  find_anchor(draft);
  if (draft.anchor && draft.thinks_aloud && !draft.in_words) {
    draft.stretches = find_stretches(draft);
  }
  return draft;
}

}  // namespace drp::teacher
