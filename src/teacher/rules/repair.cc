// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include "base/text.h"
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

void bring_back(Draft& draft, std::size_t i, const std::string& why) {
  Decision& decision = draft.decisions[i];
  const std::string undone(decision.pass);
  decision = {Action::kKeep, "repair", "brings back what " + undone + " deleted: " + why,
              std::nullopt, true};
  trim_unit(draft, i);
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

}  // namespace

std::size_t repair(Draft& draft) {
  drop_open_questions(draft);
  std::size_t restored =
      restore_unused_givens(draft) + restore_lists(draft) + restore_openers(draft);
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
    }
    if (!changed) {
      return restored;
    }
  }
  return restored;
}

}  // namespace drp::teacher
