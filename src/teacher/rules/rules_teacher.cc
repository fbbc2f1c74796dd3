// SPDX-License-Identifier: Apache-2.0
#include "teacher/rules/rules_teacher.h"

#include <algorithm>
#include <array>

#include "base/error.h"
#include "base/text.h"
#include "path/apply_plan.h"
#include "path/gates.h"
#include "teacher/rules/passes.h"
#include "teacher/rules/skill.h"
#include "teacher/rules/steps.h"

namespace drp::teacher {
namespace {

// Raised whenever a pass decides otherwise than before.
constexpr std::string_view kVersion = "16";

bool is_gentle(std::string_view pass) {
  return pass == "after_answer" || pass == "repeated_answer" || pass == "filler" || pass == "trim";
}

// Whether one step may hold both units: they have one fate.
bool same_fate(const Draft& draft, std::size_t i) {
  const Decision& before = draft.decisions[i - 1];
  const Decision& here = draft.decisions[i];
  if (before.action != here.action) {
    return false;
  }
  switch (here.action) {
    case Action::kDelete:
      return before.pass == here.pass;
    case Action::kKeep:
      return !draft.units[i - 1].ends_paragraph && before.pinned == here.pinned;
    case Action::kSingleStepCompress:
    case Action::kMultiStepCompress:
      return false;
  }
  return false;
}

// The skill that says most of a step: the first that is more than talk or preparation.
std::string_view leading_skill(std::string_view step, std::string_view unit) {
  const auto rank = [](std::string_view skill) {
    if (skill == "filler") return 0;
    if (skill == "restating the question" || skill == "reading a given") return 1;
    return skill == "setting up" ? 2 : 3;
  };
  return rank(unit) > rank(step) ? unit : step;
}

// Passes speak of units ("reached in unit 5"); who reads a plan sees its steps.
std::string in_steps(std::string_view evidence, const std::vector<std::size_t>& step_of) {
  constexpr std::string_view kUnit = "unit ";
  std::string text;
  for (std::size_t at = 0; at < evidence.size();) {
    std::size_t end = at + kUnit.size();
    std::size_t number = 0;
    if (evidence.substr(at).starts_with(kUnit)) {
      for (; end < evidence.size() && is_digit(evidence[end]); ++end) {
        number = number * 10 + static_cast<std::size_t>(evidence[end] - '0');
      }
    }
    if (number == 0 || number > step_of.size()) {
      text += evidence[at++];
      continue;
    }
    text += "step " + std::to_string(step_of[number - 1] + 1);
    at = end;
  }
  return text;
}

Plan assemble(const Draft& draft, std::string teacher) {
  Plan plan{draft.trace.id, draft.trace.problem_id, std::move(teacher), {}};
  const std::vector<std::string_view> skills = unit_skills(draft);
  const std::vector<std::size_t> firsts = step_firsts(draft, skills);
  std::vector<std::size_t> step_of(draft.units.size());  // by unit
  for (std::size_t i = 0; i < draft.units.size(); ++i) {
    const bool begins = std::binary_search(firsts.begin(), firsts.end(), i);
    if (!begins && same_fate(draft, i)) {
      Step& step = plan.steps.back();
      step.span.end = draft.units[i].unit.span.end;
      step.skill = std::string(leading_skill(step.skill, skills[i]));
      step_of[i] = plan.steps.size() - 1;
      continue;
    }
    const Decision& decision = draft.decisions[i];
    Step step;
    step.span = draft.units[i].unit.span;
    step.skill = std::string(skills[i]);
    step.action = decision.action;
    step.text = decision.text;
    step.pass = std::string(decision.pass);
    step.evidence = decision.evidence;
    step_of[i] = plan.steps.size();
    plan.steps.push_back(std::move(step));
  }
  for (Step& step : plan.steps) step.evidence = in_steps(step.evidence, step_of);
  return plan;
}

// Whether the gates that a plan can break let it through.
bool holds(const Problem& problem, const Trace& trace, const Plan& plan) {
  const auto applied = path::apply_plan(trace.reasoning_text(), plan);
  if (!applied || applied->reasoning.empty()) {
    return false;
  }
  const std::string response =
      path::rebuild_response(trace, applied->reasoning, trace.answer_text());
  const path::GateInput input{problem, trace, plan, *applied, response, 2, 1};
  return !path::first_rejection(path::run_gates(input));
}

}  // namespace

RulesTeacher::RulesTeacher(RulesOptions options) : options_(std::move(options)) {
  const std::vector<std::string> names = pass_names();
  for (const std::string& name : options_.disabled) {
    if (std::find(names.begin(), names.end(), name) == names.end()) {
      const std::optional<std::string> close = nearest(name, names);
      throw Error(
          ErrorKind::kConfig, "no pass is called \"" + name + "\"",
          close ? "did you mean \"" + *close + "\"?" : "the passes are " + join(names, ", "));
    }
  }
  std::sort(options_.disabled.begin(), options_.disabled.end());
}

std::string RulesTeacher::identity() const {
  std::string identity = "rules/" + std::string(kVersion) + " keep_checks=";
  identity += keep_checks_name(options_.keep_checks);
  if (!options_.disabled.empty()) {
    identity += " without " + join(options_.disabled, ",");
  }
  return identity;
}

void RulesTeacher::run_passes(Draft& draft, Boldness boldness, bool rewriting) const {
  for (const Pass& pass : all_passes()) {
    const bool disabled =
        std::binary_search(options_.disabled.begin(), options_.disabled.end(), pass.name);
    const bool dares =
        boldness == Boldness::kAll || (boldness == Boldness::kGentle && is_gentle(pass.name));
    const bool fits = !draft.in_words || !pass.by_values;
    if (!disabled && dares && fits && pass.rewrites == rewriting) {
      pass.run(draft);
    }
  }
}

expected<Plan, Rejection> RulesTeacher::plan(const Problem& problem, const Trace& trace) {
  if (trim(trace.reasoning_text()).empty()) {
    return unexpected<Rejection>({Reason::kNoReasoning, "the response has no reasoning to prune"});
  }
  const Draft fresh = make_draft(problem, trace, options_.keep_checks);
  for (const Boldness boldness : {Boldness::kAll, Boldness::kGentle, Boldness::kNothing}) {
    Draft draft = fresh;
    run_passes(draft, boldness, false);
    repair(draft);
    run_passes(draft, boldness, true);
    repair(draft);
    Plan plan = assemble(draft, identity());
    if (boldness == Boldness::kNothing || holds(problem, trace, plan)) {
      return plan;
    }
  }
  return unexpected<Rejection>({Reason::kBadPlan, "no plan was found"});
}

std::vector<std::string> pass_names() {
  std::vector<std::string> names;
  for (const Pass& pass : all_passes()) {
    names.emplace_back(pass.name);
  }
  return names;
}

}  // namespace drp::teacher
