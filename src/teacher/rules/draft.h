// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "path/answer_view.h"
#include "path/flow.h"
#include "path/keep_checks.h"
#include "path/unit.h"
#include "records/plan.h"
#include "records/problem.h"
#include "records/trace.h"
#include "teacher/rules/formula.h"
#include "teacher/rules/vocabulary.h"

namespace drp::teacher {

// What the passes ask about one unit. Computed once; the text views into the trace.
struct UnitFacts {
  path::Unit unit;
  std::string_view text;  // without the white space around it
  std::string lower;
  path::Flow flow;
  Words words;
  Formulas formulas;
  bool ends_paragraph = false;
  bool plans = false;          // says what is going to be done
  bool checks = false;         // sets out to verify
  bool rechecks = false;       // sets out to do again what was done: let me double-check, recompute
  bool corrects = false;       // says that something was wrong
  bool gives_up = false;       // leaves what was begun: a dead end, start over
  bool approves = false;       // says that something was right
  bool alternative = false;    // sets out on another way
  bool announces = false;      // "the answer is", a box, a heading of that name
  bool states_answer = false;  // mentions the trace's answer
  bool hedges = false;         // maybe, might, typically, ambiguous, interesting
  bool asks = false;           // ends in a question mark
  bool formula = false;        // holds an equals sign, LaTeX or an unknown
  // Of reasoning in words alone (words.h).
  std::vector<std::uint64_t> claims;  // keys of path/claims.h
  std::vector<char> options;          // the lettered options that it speaks of
  bool supposes = false;              // opens a case: suppose, if, case 2, option B
  bool verdict = false;               // says how a case came out

  bool plans_inside() const {
    return lower.find(" i'll ") != std::string::npos ||
           lower.find(" i will ") != std::string::npos ||
           lower.find(" i need to ") != std::string::npos ||
           lower.find(" i can ") != std::string::npos;
  }
  // `lower` behind its opener: "she has 5" of "okay, so she has 5".
  std::string_view core() const {
    return std::string_view(lower).substr(std::min(lower.size(), flow.opening.core));
  }
  bool talk_only() const {
    return words.content_count == 0 && flow.figures.empty() && !formula && !carries_case();
  }
  // Whether it bears on which case holds.
  bool carries_case() const { return supposes || verdict || !claims.empty() || !options.empty(); }
};

// Whether `label` has a content word or a figure that none of the others has; null ones are
// skipped.
bool adds_to(const UnitFacts& label, std::initializer_list<const UnitFacts*> others);

using path::KeepChecks;

struct Decision {
  Action action = Action::kKeep;
  std::string_view pass;  // name of the pass, static
  std::string evidence;
  std::optional<std::string> text;  // of a single-step compression; of a merge, on its last unit
  bool pinned = false;              // the repair loop brought it back; no pass deletes it again
  bool own_lead_in = false;         // "I think the order is ...": its lead-in is not trimmed
};

struct Draft;

// The content words of the question's last sentence, which asks.
std::vector<std::uint32_t> goal_words(const Draft& draft);

// Units [begin, end) that a doubt, a detour or a check opens and that are settled at their end
// (stretch.h): one thing, deleted whole or kept whole.
struct Stretch {
  std::size_t begin = 0;
  std::size_t end = 0;
  bool takes_back = false;  // says that something was wrong, or gives it up
};

// A trace on its way through the passes.
struct Draft {
  const Problem& problem;
  const Trace& trace;
  std::vector<UnitFacts> units;
  std::vector<Decision> decisions;
  path::Given given;
  Words question;
  path::AnswerView answer;
  // The unit that first derives the answer and the last one of its statement right after it.
  std::optional<std::size_t> anchor;
  std::size_t anchor_end = 0;
  KeepChecks keep_checks = KeepChecks::kMending;
  // Runs of units [begin, end) that were deleted as one thing: repair brings back all or none.
  std::vector<Span> blocks;
  std::vector<Stretch> stretches;  // before the anchor, in a trace that thinks aloud
  // The question asks for the smallest or largest of its kind: a candidate's value is no answer
  // until it is concluded that it is the one, and trying a candidate is no check.
  bool searches = false;
  bool in_words = false;  // the way to the answer leads through words, not through numbers

  bool kept(std::size_t i) const { return decisions[i].action != Action::kDelete; }
  // The unit's text as the path will have it (before seams are mended).
  std::string_view text(std::size_t i) const {
    return decisions[i].text ? std::string_view(*decisions[i].text) : units[i].text;
  }
  // Marks unit `i` for deletion unless it is pinned or already deleted; says whether it did.
  bool remove(std::size_t i, std::string_view pass, std::string evidence);
  void rewrite(std::size_t i, std::string_view pass, std::string text, std::string evidence);
  // Whether unit `i` is an answer's heading ("# Answer") or stands under one: the form in which
  // the student closes.
  bool under_answer_heading(std::size_t i) const;
  // The first kept unit after `i`, or units.size().
  std::size_t next_kept(std::size_t i) const;
  // The last kept unit before `i`, or nothing.
  std::optional<std::size_t> previous_kept(std::size_t i) const;
  // Units up to which reasoning leads to the answer: anchor_end + 1, or all where there is no
  // anchor.
  std::size_t derivation_end() const { return anchor ? anchor_end + 1 : units.size(); }
  bool answer_section_states = false;  // the text after the reasoning mentions the answer
  // A long monologue with hesitations, doubts and checks; terse solutions are no such thing, and
  // what they say once they hardly say for nothing.
  bool thinks_aloud = false;
  // Whether the reasoning is for the student alone: it thinks aloud, or a section after it tells
  // the answer. A solution that is the answer itself loses only what says that it is a check or
  // talk.
  bool private_thought() const { return thinks_aloud || answer_section_states; }
};

Draft make_draft(const Problem& problem, const Trace& trace, KeepChecks keep_checks);

}  // namespace drp::teacher
