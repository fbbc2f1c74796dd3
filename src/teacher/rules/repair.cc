// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <initializer_list>

#include "base/text.h"
#include "teacher/rules/live.h"
#include "teacher/rules/passes.h"

namespace drp::teacher {
namespace {

constexpr int kRoundsMax = 40;

struct View {
  std::vector<path::Flow> rewritten;
  std::vector<path::FlowItem> items;
};

View view_of(const Draft& draft) {
  View view;
  view.rewritten.resize(draft.units.size());
  view.items.resize(draft.units.size());
  for (std::size_t i = 0; i < draft.units.size(); ++i) {
    const Decision& decision = draft.decisions[i];
    if (decision.action == Action::kMultiStepCompress && !decision.text) {
      view.items[i] = {&view.rewritten[i], {}, true};  // its content is in the group's text
      continue;
    }
    if (decision.text) {
      view.rewritten[i] = path::read_flow(*decision.text);
    }
    view.items[i] = {decision.text ? &view.rewritten[i] : &draft.units[i].flow, draft.text(i),
                     draft.kept(i)};
  }
  return view;
}

void bring_back_one(Draft& draft, std::size_t i, const std::string& why) {
  Decision& decision = draft.decisions[i];
  const std::string undone(decision.pass);
  decision = {Action::kKeep, "repair", "brings back what " + undone + " deleted: " + why,
              std::nullopt, true};
  trim_unit(draft, i);
}

// With the rest of what was deleted as one thing.
void bring_back(Draft& draft, std::size_t i, const std::string& why) {
  bring_back_one(draft, i, why);
  for (const Span& block : draft.blocks) {
    if (i < block.begin || i >= block.end) continue;
    for (std::size_t j = block.begin; j < block.end; ++j) {
      if (!draft.kept(j) && !draft.units[j].talk_only()) bring_back_one(draft, j, why);
    }
  }
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

bool holds_throughout(const UnitFacts& unit) {
  return std::all_of(unit.flow.equations.begin(), unit.flow.equations.end(),
                     [](const path::Equation& equation) { return equation.holds; });
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
    if (lost) {
      bring_back(draft, i, "nothing else uses a number of the question");
      for (const std::int64_t key : unit.flow.mentions) {
        path::add_key(held, key);
      }
      ++restored;
    }
  }
  return restored;
}

// The items of one list are kept or deleted together: where one that computes is kept, the others
// that computed come back.
std::size_t restore_lists(Draft& draft) {
  std::size_t restored = 0;
  const auto is_item = [&](std::size_t i) {
    const UnitFacts& unit = draft.units[i];
    const bool line = unit.unit.kind == path::UnitKind::kLine && unit.text.size() <= 60 &&
                      !unit.text.ends_with(":") && !unit.talk_only();
    return unit.unit.kind == path::UnitKind::kListItem || (line && !draft.private_thought());
  };
  for (std::size_t begin = 0; begin < draft.derivation_end();) {
    std::size_t end = begin;
    bool kept = false;
    while (end < draft.derivation_end() && is_item(end)) kept = draft.kept(end++) || kept;
    for (std::size_t i = begin; kept && i < end; ++i) {
      if (draft.kept(i)) continue;
      bring_back(draft, i, "another item of its list stays");
      ++restored;
    }
    begin = std::max(end, begin + 1);
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

// A check that was not deleted whole keeps the words that make it one: arithmetic that goes over
// old values with no word of why reads as a step that it is not.
std::size_t restore_openers(Draft& draft) {
  if (!draft.thinks_aloud) return 0;
  std::size_t restored = 0;
  for (std::size_t i = 0; i + 1 < draft.derivation_end(); ++i) {
    const UnitFacts& unit = draft.units[i];
    const bool opens = unit.checks || unit.alternative || unit.flow.opening.alternative;
    if (draft.kept(i) || !opens || unit.ends_paragraph) continue;
    const UnitFacts& body = draft.units[i + 1];
    const bool mends = body.corrects || contains(body.lower, ", not ");  // stands for itself
    if (!draft.kept(i + 1) || !body.flow.computes() || mends) continue;
    bring_back(draft, i, "the check that it opens was not deleted whole");
    ++restored;
  }
  return restored;
}

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

// Whether `label` has a word or a number that none of the others has.
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

// A computation keeps the sentence right before it that says what it is about ("The vanilla kind
// takes 4 hours.", "644 plus 865."), unless it or its neighbours say all of that themselves.
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
    const std::string_view pass = draft.decisions[i - 1].pass;
    const bool passes = pass == "restatement" || pass == "plan" || pass == "repetition";
    const bool talks = label.asks || label.hedges || label.checks || label.flow.opening.doubts;
    if (!passes || talks || !about(label, unit)) continue;
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

// What leads to a computation stays with it: in a paragraph of thought that computes, sentences
// about what is taken and what is done with it come back, up to its last computation.
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
      const UnitFacts& unit = draft.units[i];
      const std::string_view pass = draft.decisions[i].pass;
      const bool leads = !draft.kept(i) && (pass == "restatement" || pass == "plan");
      const bool doubts = unit.asks || unit.hedges || unit.checks || unit.flow.opening.doubts;
      const bool presents = draft.decisions[i].evidence.starts_with("presents");
      if (!leads || doubts || presents || unit.talk_only()) continue;
      bring_back(draft, i, "leads to a computation of its paragraph");
      ++restored;
    }
    begin = end;
  }
  return restored;
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
      weighs = weighs || unit.alternative || unit.flow.opening.alternative;
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

}  // namespace

std::size_t repair(Draft& draft) {
  drop_open_questions(draft);
  std::size_t restored = settle_alternatives(draft);
  restored += restore_lists(draft) + restore_openers(draft) + restore_paragraphs(draft) +
              restore_lead_ins(draft);
  restored += restore_unused_givens(draft) + restore_first_person(draft);
  for (int round = 0; round < kRoundsMax; ++round) {
    const View view = view_of(draft);
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
      }
    }
    if (!changed) {
      return restored;
    }
  }
  return restored;
}

}  // namespace drp::teacher
