// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/expected.h"
#include "records/path.h"
#include "records/plan.h"

namespace drp::teacher {

// A step as the teacher typed it off the trace.
struct TypedStep {
  std::string text;
  std::string skill;  // empty where none was asked for
};

// Reads "Step 1: TEXT", "Skill: LABEL", "Step 2: ..." (docs/formats.md, "Paper replies"). Steps are
// numbered from 1 without a gap. Where skills are asked for, a new step begins only after a skill,
// so a trace that says "Step 2:" itself is not cut there. The rejection is kBadReply and names the
// fault for the teacher.
expected<std::vector<TypedStep>, Rejection> read_split(std::string_view reply, bool skills);

// What becomes of one step; the text is what follows the action in its line.
struct StepAction {
  Action action = Action::kKeep;
  std::optional<std::string> text;
};

struct PrunedReply {
  std::vector<StepAction> actions;
  std::string synthesis;  // what follows the line that opens with ##; empty where none does
};

// Reads "Step n: ACTION", one line for each of `steps` steps, then the synthesis after the first
// line that opens with ## behind the last of them: a heading before or among the actions opens
// nothing. `synthesis` says that there must be one, else that compress actions carry their text.
expected<PrunedReply, Rejection> read_pruned(std::string_view reply, std::size_t steps,
                                             bool synthesis);

}  // namespace drp::teacher
