// SPDX-License-Identifier: Apache-2.0
#include "teacher/span/reply.h"

#include <algorithm>
#include <array>
#include <utility>

#include "base/check.h"
#include "base/text.h"
#include "path/skill.h"

namespace drp::teacher {
namespace {

constexpr std::size_t kShownMax = 60;
constexpr std::string_view kLineSign = "\u23ce";
constexpr std::array<std::pair<char, Action>, 4> kLetters = {{{'K', Action::kKeep},
                                                              {'D', Action::kDelete},
                                                              {'S', Action::kSingleStepCompress},
                                                              {'M', Action::kMultiStepCompress}}};

using Lines = expected<std::vector<ReplyLine>, Rejection>;

unexpected<Rejection> fault(std::string what) {
  return unexpected<Rejection>({Reason::kBadReply, std::move(what)});
}

std::string shown(std::string_view line) {
  const std::string_view body = trim(line);
  return "\"" + repair_utf8(body.substr(0, kShownMax)) + (body.size() > kShownMax ? "...\"" : "\"");
}

std::string_view without_end(std::string_view line) {
  while (!line.empty() && (line.back() == '\r' || line.back() == ' ')) line.remove_suffix(1);
  return line;
}

// Whether a line means to be a step, well written or not: it opens with a number, maybe behind a
// bullet or a bracket. Such a line is never passed over as chatter, since the units that it names
// would silently fall to the next one.
bool means_a_step(std::string_view line) {
  const std::size_t at = line.find_first_not_of(" \t*-[(#");
  return at != std::string_view::npos && is_digit(line[at]);
}

// The lines between code fences where a fence holds any step, else all.
std::vector<std::string_view> body_lines(std::string_view reply) {
  const std::vector<std::string_view> all = split(reply, '\n');
  std::vector<std::string_view> inside;
  bool open = false;
  for (const std::string_view line : all) {
    if (trim(line).starts_with("```")) {
      if (open && std::any_of(inside.begin(), inside.end(), means_a_step)) return inside;
      open = !open;
      inside.clear();
    } else if (open) {
      inside.push_back(line);
    }
  }
  return open && std::any_of(inside.begin(), inside.end(), means_a_step) ? inside : all;
}

expected<Action, Rejection> read_action(std::string_view word, const std::string& line) {
  if (word.size() == 1) {
    for (const auto& [letter, action] : kLetters) {
      if (word[0] == letter) return action;
    }
  }
  return fault("line " + line + " has the action " + shown(word) +
               "; it is exactly one of K, D, S, M");
}

// One line: NUMBER LETTER SKILL [TAB TEXT].
expected<ReplyLine, Rejection> read_line(std::string_view line) {
  const std::string name = shown(line.substr(0, line.find('\t')));
  std::size_t digits = 0;
  while (digits < line.size() && is_digit(line[digits])) ++digits;
  const std::optional<std::int64_t> number = parse_int(line.substr(0, digits));
  if (digits == 0 || !number || digits >= line.size() || line[digits] != ' ') {
    return fault("line " + name +
                 " does not begin with the number of the step's last unit and a blank");
  }
  const std::size_t letter = line.find_first_not_of(' ', digits);
  const std::size_t blank =
      letter == std::string_view::npos ? std::string_view::npos : line.find_first_of(" \t", letter);
  if (letter == std::string_view::npos) return fault("line " + name + " has no action");
  const std::string_view word = line.substr(letter, blank - letter);
  const expected<Action, Rejection> action = read_action(word, name);
  if (!action) return unexpected<Rejection>(action.error());
  ReplyLine read;
  read.last = static_cast<std::size_t>(*number);
  read.action = *action;
  const std::size_t tab = line.find('\t');
  read.skill =
      blank == std::string_view::npos ? "" : trim(line.substr(0, tab).substr(std::min(blank, tab)));
  if (read.skill.empty()) return fault("line " + name + " names no skill");
  if (tab != std::string_view::npos) {
    const std::string_view text = trim(line.substr(tab + 1));
    if (!text.empty()) read.text = std::string(text);
  }
  const bool takes_text =
      read.action == Action::kSingleStepCompress || read.action == Action::kMultiStepCompress;
  if (read.text && !takes_text) {
    return fault("line " + name + " has new text, which " + std::string(word) + " does not take");
  }
  if (!read.text && read.action == Action::kSingleStepCompress) {
    return fault("line " + name + " has no new text after a tab, which S needs");
  }
  return read;
}

// Every line that means to be a step, none of them separated by other text.
Lines read_lines(std::string_view reply) {
  std::vector<ReplyLine> lines;
  std::optional<std::string_view> stray;
  for (const std::string_view raw : body_lines(reply)) {
    const std::string_view line = without_end(raw);
    if (trim(line).empty()) continue;
    if (!means_a_step(line)) {
      if (!lines.empty() && !stray) stray = line;
      continue;
    }
    if (stray) {
      return fault("between the steps stands " + shown(*stray) +
                   ", which is no step; a line break inside new text is written as " +
                   std::string(kLineSign));
    }
    expected<ReplyLine, Rejection> read = read_line(line);
    if (!read) return unexpected<Rejection>(std::move(read.error()));
    lines.push_back(*std::move(read));
  }
  return lines;
}

std::string named(const ReplyLine& line) {
  return "\"" + std::to_string(line.last) + " " + action_letter(line.action) + " " +
         line.skill.substr(0, kShownMax) + "\"";
}

// The first fault of lines that are well written each by itself.
std::optional<std::string> fault_of_plan(const std::vector<ReplyLine>& lines, UnitNumbers units) {
  const std::string all = std::to_string(units.first) + " to " + std::to_string(units.last());
  const ReplyLine* before = nullptr;
  for (const ReplyLine& line : lines) {
    if (line.last < units.first || line.last > units.last()) {
      return "line " + named(line) + " names unit " + std::to_string(line.last) +
             "; the units are " + all;
    }
    if (before != nullptr && line.last <= before->last) {
      return "line " + named(line) + " comes after unit " + std::to_string(before->last) +
             "; the last units must rise from line to line";
    }
    const bool open =
        before != nullptr && before->action == Action::kMultiStepCompress && !before->text;
    if (open && line.action != Action::kMultiStepCompress) {
      return "line " + named(line) +
             " interrupts a merge that has no new text yet; a merge joins "
             "neighbouring steps, and its last M line has the text";
    }
    before = &line;
  }
  if (before->last != units.last()) {
    return "the last line names unit " + std::to_string(before->last) + ", so the units " +
           std::to_string(before->last + 1) + " to " + std::to_string(units.last()) +
           " are in no step";
  }
  if (before->action == Action::kMultiStepCompress && !before->text) {
    return "the merge that ends at unit " + std::to_string(before->last) + " has no new text";
  }
  return std::nullopt;
}

}  // namespace

char action_letter(Action action) {
  for (const auto& [letter, candidate] : kLetters) {
    if (candidate == action) return letter;
  }
  DRP_CHECK(false, "unknown action");
}

Lines read_reply(std::string_view reply, UnitNumbers units) {
  Lines lines = read_lines(reply);
  if (!lines) return lines;
  if (lines->empty()) {
    return fault("no line of the reply is a step; it begins with " + shown(reply));
  }
  if (std::optional<std::string> what = fault_of_plan(*lines, units)) {
    return fault(*std::move(what));
  }
  return lines;
}

Lines read_changes(std::string_view reply, const std::vector<ReplyLine>& lines, UnitNumbers units) {
  const Lines changes = read_lines(reply);
  if (!changes) return changes;
  if (changes->empty()) {
    return fault("no line of the reply is a step; it begins with " + shown(reply));
  }
  std::vector<ReplyLine> changed = lines;
  for (const ReplyLine& change : *changes) {
    const auto same = std::find_if(changed.begin(), changed.end(),
                                   [&](const ReplyLine& line) { return line.last == change.last; });
    if (same == changed.end()) {
      return fault("line " + named(change) + " changes no line of the plan: none ends at unit " +
                   std::to_string(change.last));
    }
    *same = change;
  }
  if (std::optional<std::string> what = fault_of_plan(changed, units)) {
    return fault(*std::move(what));
  }
  return changed;
}

std::vector<Step> steps_of(const std::vector<ReplyLine>& lines,
                           const std::vector<std::size_t>& ends, UnitNumbers units) {
  std::vector<Step> steps;
  std::size_t begin = 0;
  for (const ReplyLine& line : lines) {
    Step step;
    step.span = {begin, ends.at(line.last - units.first)};
    step.action = line.action;
    step.skill = std::string(path::normal_skill(line.skill));
    step.said = line.skill;
    step.text = line.text;
    begin = step.span.end;
    steps.push_back(std::move(step));
  }
  return steps;
}

std::string write_reply(const std::vector<ReplyLine>& lines) {
  std::string reply;
  for (const ReplyLine& line : lines) {
    reply += std::to_string(line.last) + " " + action_letter(line.action) + " " + line.skill;
    if (line.text) reply += "\t" + replace_all(trim(*line.text), "\n", kLineSign);
    reply += "\n";
  }
  return reply;
}

std::string write_reply(const std::vector<Step>& steps, const std::vector<std::size_t>& ends,
                        UnitNumbers units) {
  std::vector<ReplyLine> lines;
  for (const Step& step : steps) {
    const auto end = std::lower_bound(ends.begin(), ends.end(), step.span.end);
    DRP_CHECK(end != ends.end() && *end == step.span.end, "a step that ends inside a unit");
    const std::string& skill = step.said.empty() ? step.skill : step.said;
    lines.push_back({static_cast<std::size_t>(end - ends.begin()) + units.first, step.action,
                     skill.empty() ? "step" : skill, step.text});
  }
  return write_reply(lines);
}

}  // namespace drp::teacher
