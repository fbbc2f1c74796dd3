// SPDX-License-Identifier: Apache-2.0
#include "teacher/paper/paper_reply.h"

#include <algorithm>
#include <array>
#include <utility>

#include "base/text.h"

namespace drp::teacher {
namespace {

constexpr std::size_t kShownMax = 60;
constexpr std::string_view kMark = "##";

// Longest first: an action is not taken for the head of another.
constexpr std::array<Action, 4> kActions = {Action::kSingleStepCompress, Action::kMultiStepCompress,
                                            Action::kDelete, Action::kKeep};

unexpected<Rejection> fault(std::string what) {
  return unexpected<Rejection>({Reason::kBadReply, std::move(what)});
}

std::string shown(std::string_view text) {
  const std::string_view body = trim(text);
  return "\"" + repair_utf8(body.substr(0, kShownMax)) + (body.size() > kShownMax ? "...\"" : "\"");
}

struct Marked {
  std::size_t number = 0;
  std::string_view rest;  // after the colon
};

// "Step 12: ...", maybe set in bold or as a heading.
std::optional<Marked> step_mark(std::string_view line) {
  const std::size_t begin = line.find_first_not_of(" \t*#>-");
  if (begin == std::string_view::npos) return std::nullopt;
  std::string_view rest = line.substr(begin);
  if (!to_lower(rest.substr(0, 5)).starts_with("step ")) return std::nullopt;
  rest.remove_prefix(5);
  std::size_t digits = 0;
  while (digits < rest.size() && is_digit(rest[digits])) ++digits;
  const auto number = parse_int(rest.substr(0, digits));
  if (digits == 0 || !number) return std::nullopt;
  rest.remove_prefix(digits);
  if (rest.starts_with("**")) rest.remove_prefix(2);
  if (!rest.starts_with(":")) return std::nullopt;
  rest.remove_prefix(1);
  if (rest.starts_with("**")) rest.remove_prefix(2);
  return Marked{static_cast<std::size_t>(*number), rest};
}

std::optional<std::string_view> skill_mark(std::string_view line) {
  const std::size_t begin = line.find_first_not_of(" \t*>-");
  if (begin == std::string_view::npos) return std::nullopt;
  std::string_view rest = line.substr(begin);
  if (!to_lower(rest.substr(0, 6)).starts_with("skill:")) return std::nullopt;
  rest = trim(rest.substr(6));
  while (rest.starts_with("*")) rest.remove_prefix(1);
  while (rest.ends_with("*")) rest.remove_suffix(1);
  return trim(rest);
}

std::optional<std::pair<Action, std::string_view>> action_mark(std::string_view text) {
  while (!text.empty() && (is_space(text.front()) || text.front() == '*')) text.remove_prefix(1);
  for (const Action action : kActions) {
    const std::string_view name = enum_name(action);
    if (to_lower(text.substr(0, name.size())) != to_lower(name)) continue;
    const std::string_view rest = text.substr(name.size());
    if (!rest.empty() && (is_letter(rest.front()) || is_digit(rest.front()))) continue;
    return std::pair{action, rest};
  }
  return std::nullopt;
}

// What follows the action: behind a colon, or behind a dash that stands between blanks; a minus
// sign belongs to the text.
std::string_view after_separator(std::string_view text) {
  const auto skip = [&text](std::string_view signs) {
    text.remove_prefix(std::min(text.find_first_not_of(signs), text.size()));
  };
  skip(" \t*");
  if (text.starts_with(":")) {
    skip(":");
    skip("*");
  } else if (text.starts_with("- ")) {
    skip("-");
  }
  return trim(text);
}

std::string step_name(std::size_t number) { return "Step " + std::to_string(number); }

bool takes_text(Action action) {
  return action == Action::kSingleStepCompress || action == Action::kMultiStepCompress;
}

// The fault of compress actions whose texts stand in their lines, where there is one.
std::optional<std::string> fault_of_texts(const std::vector<StepAction>& actions) {
  for (std::size_t i = 0; i < actions.size(); ++i) {
    const StepAction& step = actions[i];
    if (step.action == Action::kSingleStepCompress && !step.text) {
      return step_name(i + 1) + " is to be compressed but has no new text";
    }
    const bool group_ends =
        i + 1 == actions.size() || actions[i + 1].action != Action::kMultiStepCompress;
    if (step.action == Action::kMultiStepCompress && !step.text && group_ends) {
      return "the multi-step group that ends at " + step_name(i + 1) + " has no new text";
    }
  }
  return std::nullopt;
}

}  // namespace

expected<std::vector<TypedStep>, Rejection> read_split(std::string_view reply, bool skills) {
  std::vector<TypedStep> steps;
  bool in_step = false;  // the step in hand may still grow
  for (const std::string_view line : split(reply, '\n')) {
    const auto mark = step_mark(line);
    const bool may_begin = !skills || !in_step;
    if (mark && may_begin && mark->number == steps.size() + 1) {
      steps.push_back({std::string(trim(mark->rest)), ""});
      in_step = true;
      continue;
    }
    if (mark && may_begin && skills) {
      return fault("after " + step_name(steps.size()) + " comes " + step_name(mark->number) +
                   "; steps are numbered from 1 without a gap");
    }
    if (!in_step) continue;  // chatter
    const auto skill = skills ? skill_mark(line) : std::nullopt;
    if (skill) {
      if (skill->empty()) return fault(step_name(steps.size()) + " has an empty skill");
      steps.back().skill = std::string(*skill);
      in_step = false;
      continue;
    }
    steps.back().text += "\n";
    steps.back().text += line;
  }
  if (steps.empty())
    return fault("there is no line \"Step 1: ...\"; it begins with " + shown(reply));
  if (in_step && skills) return fault(step_name(steps.size()) + " has no line \"Skill: ...\"");
  for (std::size_t i = 0; i < steps.size(); ++i) {
    steps[i].text = std::string(trim(steps[i].text));
    if (steps[i].text.empty()) return fault(step_name(i + 1) + " has no text");
  }
  return steps;
}

expected<PrunedReply, Rejection> read_pruned(std::string_view reply, std::size_t steps,
                                             bool synthesis) {
  PrunedReply read;
  std::size_t at = 0;
  for (const std::string_view line : split(reply, '\n')) {
    const std::size_t begin = at;
    at += line.size() + 1;
    if (read.actions.size() == steps && trim(line).starts_with(kMark)) {
      std::string_view text = reply.substr(begin + line.find(kMark));
      while (text.starts_with("#")) text.remove_prefix(1);
      read.synthesis = std::string(trim(text));
      break;
    }
    const auto mark = step_mark(line);
    if (!mark) continue;
    if (mark->number != read.actions.size() + 1 || mark->number > steps) {
      return fault(step_name(mark->number) + " comes after " + step_name(read.actions.size()) +
                   "; every step from 1 to " + std::to_string(steps) + " gets one line, in order");
    }
    const auto action = action_mark(mark->rest);
    if (!action) {
      return fault(step_name(mark->number) + " has the action " + shown(mark->rest) +
                   "; it is one of KEEP, DELETE, SINGLE-STEP COMPRESS, MULTI-STEP COMPRESS");
    }
    StepAction item{action->first, std::nullopt};
    const std::string_view text = after_separator(action->second);
    if (!text.empty() && takes_text(item.action)) item.text = std::string(text);
    read.actions.push_back(std::move(item));
  }
  if (read.actions.size() < steps) {
    return fault("there is no line for " + step_name(read.actions.size() + 1) + "; there are " +
                 std::to_string(steps) + " steps");
  }
  if (synthesis && read.synthesis.empty()) {
    return fault("no text stands after a line that opens with ##");
  }
  if (!synthesis) {
    if (auto what = fault_of_texts(read.actions)) return fault(*std::move(what));
  }
  return read;
}

}  // namespace drp::teacher
