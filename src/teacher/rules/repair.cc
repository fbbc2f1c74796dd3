// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <array>
#include <string_view>
#include <utility>
#include <vector>

#include "base/text.h"
#include "teacher/rules/live.h"
#include "teacher/rules/passes.h"
#include "teacher/rules/restore.h"
#include "teacher/rules/stretch.h"

namespace drp::teacher {
namespace {

constexpr int kRoundsMax = 40;

// The draft as find_missing() reads it; holds the flows of rewritten units between its rounds.
struct View {
  std::vector<path::Flow> rewritten;
  std::vector<std::string> read;  // the texts of `rewritten`
  std::vector<path::FlowItem> items;
};

void look_at(const Draft& draft, View& view) {
  view.rewritten.resize(draft.units.size());
  view.read.resize(draft.units.size());
  view.items.resize(draft.units.size());
  for (std::size_t i = 0; i < draft.units.size(); ++i) {
    const Decision& decision = draft.decisions[i];
    if (decision.action == Action::kMultiStepCompress && !decision.text) {
      view.items[i] = {&view.rewritten[i], {}, true};  // its content is in the group's text
      continue;
    }
    if (decision.text && *decision.text != view.read[i]) {
      view.rewritten[i] = path::read_flow(*decision.text);
      view.read[i] = *decision.text;
    }
    view.items[i] = {decision.text ? &view.rewritten[i] : &draft.units[i].flow, draft.text(i),
                     draft.kept(i)};
  }
}

void bring_back_one(Draft& draft, std::size_t i, const std::string& why) {
  Decision& decision = draft.decisions[i];
  const std::string undone(decision.pass);
  decision = {Action::kKeep, "repair", "brings back what " + undone + " deleted: " + why,
              std::nullopt, true};
  trim_unit(draft, i);
}

// "In the first week 18, in the second 21. Adding these: 18 + 21": of what `user` points back to
// and computes with, the sentences before `first` come back too, as far as their paragraph goes.
std::size_t restore_series(Draft& draft, std::size_t first, std::size_t user) {
  const std::vector<std::int64_t>& operands = draft.units[user].flow.figures;
  std::size_t restored = 0;
  for (std::size_t i = first; i > 0; --i) {
    const UnitFacts& unit = draft.units[i - 1];
    const bool holds =
        std::any_of(unit.flow.figures.begin(), unit.flow.figures.end(), [&](std::int64_t key) {
          return key > path::kTrivialKeyMax && path::has_key(operands, key);
        });
    if (draft.kept(i - 1) || unit.ends_paragraph || !holds) break;
    bring_back(draft, i - 1, "unit " + std::to_string(user + 1) + " speaks of it");
    ++restored;
  }
  return restored;
}

// "Friend 4: 60", the last line of a list that "all these" speaks of: the lines above it and what
// heads them come back too.
std::size_t restore_lines(Draft& draft, std::size_t last) {
  constexpr std::size_t kLineBytesMax = 40;
  const auto is_line = [&](std::size_t i) {
    const UnitFacts& unit = draft.units[i];
    return unit.text.size() <= kLineBytesMax && contains(unit.text, ": ") &&
           !unit.flow.figures.empty() && !unit.flow.computes();
  };
  if (!is_line(last)) return 0;
  std::size_t restored = 0;
  for (std::size_t i = last; i > 0; --i) {
    const bool heads = draft.units[i - 1].text.ends_with(":");
    if (draft.kept(i - 1) || !(is_line(i - 1) || heads)) break;
    bring_back(draft, i - 1, "a line of the list of which others stay");
    ++restored;
    if (heads) break;
  }
  return restored;
}

bool holds_throughout(const UnitFacts& unit) {
  return std::all_of(unit.flow.equations.begin(), unit.flow.equations.end(),
                     [](const path::Equation& equation) { return equation.holds; });
}

// "1650 + 1200 is 2850, and 2850 + 85 = 2935": whether the check or detour of unit `i` comes to
// what a kept unit before it has computed from other parts.
bool ends_in_kept_result(const Draft& draft, std::size_t i) {
  const auto block = std::find_if(draft.blocks.begin(), draft.blocks.end(), [i](const Span& span) {
    return i >= span.begin && i < span.end;
  });
  if (block == draft.blocks.end()) return false;
  std::size_t last = block->end;
  while (last > block->begin && draft.units[last - 1].flow.equations.empty()) --last;
  if (last == block->begin) return false;
  const std::int64_t key = path::number_key(draft.units[last - 1].flow.equations.back().result);
  for (std::size_t j = 0; j < block->begin; ++j) {
    const std::vector<path::Equation>& made = draft.units[j].flow.equations;
    if (draft.kept(j) && std::any_of(made.begin(), made.end(), [&](const path::Equation& equation) {
          return equation.holds && path::number_key(equation.result) == key;
        })) {
      return true;
    }
  }
  return false;
}

// A number of the question that the solution computes with must stand in the path: where every
// computation with it was deleted, the first right one comes back.
std::size_t restore_unused_givens(Draft& draft) {
  if (!draft.anchor) {
    return 0;
  }
  std::vector<std::int64_t> held;
  for (std::size_t i = 0; i < draft.units.size(); ++i) {
    if (draft.kept(i)) {
      for (const std::int64_t key : draft.units[i].flow.mentions) {
        path::add_key(held, key);
      }
    }
  }
  std::size_t restored = 0;
  for (std::size_t i = 0; i < draft.derivation_end(); ++i) {
    const UnitFacts& unit = draft.units[i];
    if (draft.kept(i) || !unit.flow.computes() || !holds_throughout(unit)) {
      continue;
    }
    const auto& figures = unit.flow.figures;
    const bool lost = std::any_of(figures.begin(), figures.end(), [&](std::int64_t key) {
      return path::has_key(draft.given.numbers, key) && !path::has_key(held, key);
    });
    if (lost && !ends_in_kept_result(draft, i)) {
      bring_back(draft, i, "nothing else uses a number of the question");
      for (const std::int64_t key : unit.flow.mentions) {
        path::add_key(held, key);
      }
      ++restored;
    }
  }
  return restored;
}

// A question to itself whose reply is gone goes too.
void drop_open_questions(Draft& draft) {
  for (std::size_t i = 0; i + 1 < draft.derivation_end(); ++i) {
    const UnitFacts& unit = draft.units[i];
    const bool answered = draft.kept(i + 1);
    if (draft.kept(i) && unit.asks && !answered && !unit.flow.computes() && !unit.carries_case() &&
        unit.flow.defines == 0) {
      draft.remove(i, "plan", "a question to itself whose reply is gone");
    }
  }
}

// A paragraph before the first computation that only retells the question goes as a whole or stays
// as a whole: its last sentence alone retells it wrongly.
std::size_t settle_retelling(Draft& draft) {
  if (!draft.thinks_aloud || !draft.anchor) return 0;
  std::size_t restored = 0;
  for (std::size_t begin = 0; begin < *draft.anchor;) {
    std::size_t end = begin;
    bool tells = true;
    bool pinned = false;
    std::size_t kept = 0;
    std::size_t gone = 0;
    for (bool open = true; open && end < *draft.anchor; ++end) {
      const UnitFacts& unit = draft.units[end];
      open = !unit.ends_paragraph;
      if (unit.flow.computes()) return restored;
      const std::vector<std::int64_t>& numbers = unit.flow.mentions;
      tells = tells && !unit.formula && unit.flow.defines == 0 && !unit.plans &&
              std::includes(draft.given.values.begin(), draft.given.values.end(), numbers.begin(),
                            numbers.end());
      pinned = pinned || (draft.kept(end) && draft.decisions[end].pinned);
      tells = tells && !(draft.kept(end) && stands_on_last(unit));  // drawn from it, not told
      kept += draft.kept(end) && !unit.talk_only() ? 1 : 0;
      gone += draft.decisions[end].pass == "restatement" ? 1 : 0;
    }
    for (std::size_t i = begin; tells && kept > 0 && gone > 0 && i < end; ++i) {
      if (!pinned) {
        draft.remove(i, "restatement", "the rest of the retelling is gone");
      } else if (draft.decisions[i].pass == "restatement") {
        bring_back(draft, i, "the rest of the retelling stays");
        ++restored;
      }
    }
    begin = end;
  }
  return restored;
}

// "Subtracting 1 and adding 1: Wait, expanding ...": an announcement that is broken off.
void drop_broken_announcements(Draft& draft) {
  for (std::size_t i = 0; i + 1 < draft.derivation_end(); ++i) {
    const UnitFacts& unit = draft.units[i];
    if (draft.kept(i) && unit.text.ends_with(":") && !unit.flow.computes() &&
        unit.formulas.equalities.empty() && unit.flow.defines == 0 &&
        draft.units[i + 1].flow.opening.doubts) {
      draft.remove(i, "false_start", "announces what is broken off at once");
    }
  }
}

// Of a paragraph that weighs another reading or way, half is worse than none: it goes as a whole
// where nothing on the way to the answer needs it, else what was said in it comes back.
std::size_t settle_alternatives(Draft& draft) {
  if (!draft.thinks_aloud || !draft.anchor) return 0;
  std::size_t restored = 0;
  const std::vector<bool> live = live_units(draft);
  for (std::size_t begin = 0; begin < *draft.anchor;) {
    std::size_t end = begin;
    bool weighs = false;
    bool needed = false;
    std::size_t kept = 0;
    std::size_t gone = 0;
    for (bool open = true; open && end < draft.units.size(); ++end) {
      const UnitFacts& unit = draft.units[end];
      const std::string_view pass = draft.decisions[end].pass;
      open = !unit.ends_paragraph;
      weighs = weighs || unit.alternative || unit.flow.opening.alternative ||
               (draft.kept(end) && unit.asks && !unit.talk_only());
      needed = needed || (draft.kept(end) && (live[end] || draft.decisions[end].pinned)) ||
               end >= *draft.anchor;
      kept += draft.kept(end) && !unit.talk_only() ? 1 : 0;
      gone += pass == "musing" || pass == "check" || pass == "unused" ? 1 : 0;
    }
    for (std::size_t i = begin; weighs && kept > 0 && gone > 0 && i < end; ++i) {
      const std::string_view pass = draft.decisions[i].pass;
      if (!needed) {
        draft.remove(i, "unused", "the rest of the thought that it belongs to is gone");
      } else if (!draft.kept(i) && (pass == "musing" || pass == "check" || pass == "unused")) {
        bring_back(draft, i, "the thought that it belongs to stays");
        ++restored;
      }
    }
    begin = end;
  }
  return restored;
}

// "She starts with $60" at the head of a path, where the question has several people: the sentence
// that says who comes back.
std::size_t restore_first_person(Draft& draft) {
  if (draft.given.people.size() < 2) return 0;
  const std::size_t first = draft.kept(0) ? 0 : draft.next_kept(0);
  if (first == 0 || first >= draft.derivation_end() ||
      draft.units[first].flow.opening.anaphor != path::Anaphor::kPersonal) {
    return 0;
  }
  for (std::size_t i = first; i > 0; --i) {
    const UnitFacts& unit = draft.units[i - 1];
    const bool names =
        std::any_of(draft.given.people.begin(), draft.given.people.end(),
                    [&](const std::string& name) { return contains(unit.text, name); });
    if (!names || unit.asks || unit.hedges) continue;
    bring_back(draft, i - 1, "says whom unit " + std::to_string(first + 1) + " means");
    return 1;
  }
  return 0;
}

// What brings units back before the values are looked at, in this order: what is left of a thought
// or a list first, then what leads to each computation, then what belongs to it by form; what the
// question's numbers and the opening of the path need sees what all others have brought.
struct Restorer {
  std::string_view what;
  std::size_t (*run)(Draft&);
};
constexpr std::array<Restorer, 41> kRestorers = {{
    {"a retelling of the question goes whole", settle_retelling},
    {"a thought that weighs another reading goes or stays whole", settle_alternatives},
    {"the items of a list stay together", restore_lists},
    {"the lines of a sum stay together", settle_columns},
    {"a check goes or stays whole", settle_checks},
    {"what leads to a computation of its paragraph", restore_paragraphs},
    {"the last sentence before a computation, and numbers of the question that it takes",
     restore_introductions},
    {"the sentence right before a computation that says what it is about", restore_lead_ins},
    {"why a computation is made, in so many words", restore_reasons},
    {"what a bare computation is for, where a doubt before it took that along", restore_aims},
    {"how a result comes about of which no computation is shown", restore_ways},
    {"why the answer is a part of what is computed", restore_part_reasons},
    {"in a terse solution what a number is that a bare computation takes", restore_operands},
    {"the part beside which \"the remaining 40 %\" is the rest", restore_first_parts},
    {"what \"So\", \"Then\", \"Because\", \"That means\" is drawn from", restore_premises},
    {"the sentence that names what \"There are 4 options\" speaks of", restore_signposts},
    {"the question to which a kept sentence replies, what \"Or\" goes on from", restore_questions},
    {"the line with the colon over a list, a formula or a line", restore_headers},
    {"the sentence without one over a list", restore_list_openings},
    {"the expression that is worked out in parts, or whose value is named", restore_expressions},
    {"what an expression comes to", restore_named_results},
    {"what \"To do that\" and \"here\" point at", restore_goals},
    {"in a terse solution the event that a computation is for", restore_causes},
    {"the equation of \"both sides\"", restore_equations},
    {"what says that 4S is the big pool's, where 4S is computed with", restore_terms},
    {"the computation of a value that the path has only for another thing", restore_taken_results},
    {"what \"24 minus 12\" comes to, where it is not said", restore_open_results},
    {"the computation with a number of the question that the path only mentions",
     restore_given_work},
    {"of two sentences that say the same of two things, the other", restore_pairs},
    {"the first scenario of a second one, the right side of a left one", restore_counterparts},
    {"the others of a row of one form, the last term of a sum", restore_rows},
    {"the short sentence that names the case at hand", restore_cases},
    {"the other lines of a calculation by hand", restore_digit_work},
    {"the sentence that says what \"it\" is, the doubt that brought up an operand", restore_topics},
    {"a computation with each number of the question that is used", restore_unused_givens},
    {"whom a pronoun at the head of the path means", restore_first_person},
    {"in a terse solution the plan that says whom a pronoun means", restore_subjects},
    {"what the path opens with a pronoun for", restore_opening},
    {"whom \"he\" or \"she\" means, where the path names nobody or another", restore_people},
    {"what carries out a plan before the next one", restore_carried_out},
    {"a retelling of which something was brought back stays whole", settle_retelling},
}};

// Brings back what kept units miss of values, unknowns and referents, until none misses any.
std::size_t bring_back_missing(Draft& draft) {
  std::size_t restored = 0;
  View view;
  for (int round = 0; round < kRoundsMax; ++round) {
    look_at(draft, view);
    const std::vector<path::Missing> missing = path::find_missing(draft.given, view.items);
    bool changed = false;
    for (const path::Missing& gap : missing) {
      if (draft.kept(gap.introducer)) {
        continue;
      }
      bring_back(draft, gap.introducer,
                 "unit " + std::to_string(gap.user + 1) + " needs " + gap.what);
      ++restored;
      changed = true;
      if (gap.kind == path::MissingKind::kReferent) {
        restored += restore_series(draft, gap.introducer, gap.user);
        restored += restore_lines(draft, gap.introducer);
      }
    }
    if (!changed) {
      return restored;
    }
  }
  return restored;
}

}  // namespace

void bring_back(Draft& draft, std::size_t i, const std::string& why) {
  bring_back_one(draft, i, why);
  for (const Span& block : draft.blocks) {
    if (i < block.begin || i >= block.end) continue;
    for (std::size_t j = block.begin; j < block.end; ++j) {
      if (!draft.kept(j) && speaks(draft.units[j])) bring_back_one(draft, j, why);
    }
  }
}

std::size_t repair(Draft& draft) {
  drop_open_questions(draft);
  drop_broken_announcements(draft);
  std::size_t restored = 0;
  for (const Restorer& restorer : kRestorers) restored += restorer.run(draft);
  drop_told_twice(draft);
  restored += bring_back_missing(draft);
  // What came back for its values may be what has a pronoun, or a part of an expression; what came
  // back of a doubt or a detour brings back the rest of it.
  std::size_t last = restore_opening(draft) + restore_people(draft) + restore_expressions(draft);
  last += complete_stretches(draft);
  last += restore_replies(draft);
  if (last > 0) last += bring_back_missing(draft);
  std::vector<Decision> before = draft.decisions;
  if (drop_lone_quotations(draft) > 0 && bring_back_missing(draft) > 0) {
    draft.decisions = std::move(before);  // something needs them
  }
  return restored + last;
}

}  // namespace drp::teacher
