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
    if (decision.text) {
      view.rewritten[i] = path::read_flow(*decision.text);
    }
    view.items[i] = {decision.text ? &view.rewritten[i] : &draft.units[i].flow, draft.text(i),
                     draft.kept(i)};
  }
  return view;
}

}  // namespace

std::size_t repair(Draft& draft) {
  std::size_t restored = 0;
  for (int round = 0; round < kRoundsMax; ++round) {
    const View view = view_of(draft);
    const std::vector<path::Missing> missing = path::find_missing(draft.given, view.items);
    bool changed = false;
    for (const path::Missing& gap : missing) {
      Decision& decision = draft.decisions[gap.introducer];
      if (decision.action != Action::kDelete) {
        continue;
      }
      const std::string undone(decision.pass);
      decision = {Action::kKeep, "repair",
                  "brings back what " + undone + " deleted: unit " + std::to_string(gap.user + 1) +
                      " needs " + gap.what,
                  std::nullopt, true};
      trim_unit(draft, gap.introducer);
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
