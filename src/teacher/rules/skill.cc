// SPDX-License-Identifier: Apache-2.0
#include "teacher/rules/skill.h"

#include <array>

#include "base/text.h"

namespace drp::teacher {
namespace {

struct Operation {
  std::string_view skill;
  std::array<std::string_view, 6> signs;
};

constexpr std::array<Operation, 5> kOperations = {{
    {"percentage", {"%", "percent", "%", "%", "%", "%"}},
    {"multiplication", {"×", "times", "multipl", "*", "\\cdot", " x "}},
    {"division", {"÷", "divid", "/", "\\frac", "half of", "\\div"}},
    {"subtraction", {" - ", "minus", "subtract", "−", " – ", "left"}},
    {"addition", {"+", "plus", "add", "sum", "total", "together"}},
}};

// One kind of operation names the skill; several make it arithmetic at large.
std::string_view operation_of(std::string_view lower) {
  std::string_view found;
  for (const Operation& operation : kOperations) {
    for (const std::string_view sign : operation.signs) {
      if (contains(lower, sign)) {
        if (!found.empty() && found != operation.skill) {
          return found == "percentage" ? found : "arithmetic";
        }
        found = operation.skill;
        break;
      }
    }
  }
  return found.empty() ? "arithmetic" : found;
}

}  // namespace

std::string_view skill_of(const Draft& draft, std::size_t i) {
  const UnitFacts& unit = draft.units[i];
  const Decision& decision = draft.decisions[i];
  if (decision.action == Action::kDelete) {
    if (unit.talk_only() && !unit.announces) {
      return unit.checks || unit.approves ? "checking" : "self-talk";
    }
    if (decision.pass == "restatement") {
      return "reading the question";
    }
    if (decision.pass == "check" || decision.pass == "after_answer") {
      const bool alternative = unit.alternative || decision.evidence.starts_with("another way");
      return unit.announces && unit.states_answer ? "stating the answer"
             : alternative                        ? "trying another way"
                                                  : "checking";
    }
  }
  if (unit.announces && unit.states_answer) {
    return "stating the answer";
  }
  if (decision.pass == "mend" || (unit.corrects && unit.flow.computes())) {
    return "correcting";
  }
  if (unit.flow.defines != 0) {
    return "defining an unknown";
  }
  if (unit.flow.computes()) {
    return operation_of(unit.lower);
  }
  if (unit.flow.symbols != 0 && unit.text.find('=') != std::string_view::npos) {
    return "solving an equation";
  }
  if (draft.anchor && i >= *draft.anchor && unit.states_answer) {
    return "stating the answer";
  }
  return unit.plans ? "planning" : "interpreting";
}

}  // namespace drp::teacher
