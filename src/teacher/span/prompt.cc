// SPDX-License-Identifier: Apache-2.0
#include "teacher/span/prompt.h"

#include <algorithm>
#include <initializer_list>

#include "base/fingerprint.h"
#include "base/text.h"
#include "path/seam.h"
#include "path/skill.h"
#include "path/unit.h"

namespace drp::teacher {
namespace {

constexpr std::string_view kSystem =
    "You edit the reasoning of a student who solves problems at great length. You decide piece by "
    "piece what stays, so that a much shorter reasoning is left which still holds together and "
    "still sounds like the student.";

constexpr std::string_view kActions =
    "Decide for every step:\n"
    "K  keep it word for word.\n"
    "D  delete it: filler, repetition, the problem told again, plans that are carried out "
    "afterwards, a try that was given up, a second way to a result that stands already.\n"
    "S  shorten it: write this one step anew, briefer.\n"
    "M  merge it: neighbouring steps become one text. Mark each of them M; the last of them "
    "carries the text.\n\n"
    "Reply with one line a step and nothing else:\n"
    "NUMBER LETTER SKILL\n"
    "NUMBER is the last unit of the step; a step begins right after the one before it. LETTER is "
    "K, D, S or M. SKILL says in one or two words what the step does: ";

// Goes on after the list of skills.
constexpr std::string_view kManner =
    ", or a better word. An S line and the last line of a merge go on with a tab and the new text, "
    "on the same line; write a line break inside it as \u23ce.\n\n"
    "What makes a good plan:\n"
    "- New text uses the student's words and language. Its numbers and formulas come from the "
    "reasoning or the problem, copied exactly; it never speaks about editing.\n"
    "- Never delete what a kept step needs: where a number or a letter comes from, or what "
    "\"that\", "
    "\"it\", \"he\" or \"so\" points at. Keep it, or write the kept step anew with the thing "
    "named.\n"
    "- A slip that is mended later: write the mended form once, with S, at the place of the slip. "
    "You may draw on any later unit for it. Delete the slip and the mending.\n"
    "- Where only a later check carries a computation to its end, keep that one and delete the "
    "unfinished one.\n"
    "- The answer is stated once, at the end, in the student's own wording, and never before it "
    "has been derived.\n"
    "- What is terse already stays. There is no length to reach.\n";

constexpr std::string_view kExample =
    "An example. Units:\n"
    "[1] Okay, let me see.\n"
    "[2] So each crate holds 6 jars, and there are 4 crates, right?\n"
    "[3] Then 4 times 6 is 24 jars. \u00b6\n"
    "[4] Wait, is it 4 crates? Yes, it is.\n"
    "[5] Now 24 - 5 = 19. \u00b6\n"
    "[6] So 19 jars are left.\n"
    "Reply:\n"
    "1 D filler\n"
    "2 M reading\n"
    "3 M computation\t4 crates of 6 jars make 4 times 6 = 24 jars.\n"
    "4 D checking\n"
    "5 K computation\n"
    "6 K answer\n";

constexpr std::string_view kLook =
    "Look at the reasoning that your plan leaves. Mend what does not hold together: a word that "
    "points at something gone, a number from nowhere, a missing link, a repetition, a broken "
    "layout. Reply with ok when there is nothing to mend. Otherwise reply only with the lines of "
    "the plan that you want to change, each with the same NUMBER as before; the others stay.\n";

std::string_view split_text(SplitBy split) {
  switch (split) {
    case SplitBy::kSkill:
      return "Split the reasoning into steps. A step is one unit, or several units in a row, that "
             "serves one purpose: its skill.\n";
    case SplitBy::kDefault:
      return "Every unit is a step.\n";
    case SplitBy::kNone:
      return "The whole reasoning is one step.\n";
  }
  return "";
}

// What is asked of the steps and of new text.
std::string rules_text() {
  std::string text(kActions);
  std::string words;
  for (const std::string_view skill : path::skill_names()) {
    if (skill == "other") continue;
    if (!words.empty()) words += ", ";
    words += path::short_skill(skill);
  }
  return text + words + std::string(kManner);
}

std::string_view checks_text(path::KeepChecks keep) {
  switch (keep) {
    case path::KeepChecks::kNone:
      return "- Delete every check of a result; of a slip that a check mended, the mended "
             "computation alone stays.\n";
    case path::KeepChecks::kFirst:
      return "- Keep the first real check of the answer, and every check that changed something, "
             "in mended form. Delete the other checks.\n";
    case path::KeepChecks::kMending:
      return "- A check that changed something stays, in mended form. Delete the other checks.\n";
  }
  return "";
}

std::string version(const std::string& name, std::initializer_list<std::string_view> texts) {
  Fingerprint print;
  for (const std::string_view text : texts) print.add(text);
  return "span " + name + " " + print.hex().substr(0, 8);
}

std::string task(const Problem& problem, std::string_view numbered_reasoning, UnitNumbers units) {
  return "Problem:\n" + problem.question + "\n\nThe student's reasoning in " +
         std::to_string(units.count) +
         " numbered units; a \u00b6 stands where a paragraph ends.\n" +
         std::string(numbered_reasoning) + "\n";
}

}  // namespace

std::vector<std::size_t> unit_ends(std::string_view reasoning, SplitBy split) {
  std::vector<std::size_t> ends;
  for (const path::Unit& unit : path::cut_units(reasoning)) {
    const std::string_view text = slice(reasoning, unit.span);
    const std::size_t last = text.find_last_not_of(" \t\n\r\f\v");
    const bool paragraph_ends = last == std::string_view::npos ||
                                path::break_of(text.substr(last + 1)) == path::Break::kParagraph;
    const bool joined = split == SplitBy::kNone || (split == SplitBy::kDefault && !paragraph_ends);
    if (!joined || unit.span.end == reasoning.size()) ends.push_back(unit.span.end);
  }
  return ends;
}

std::string numbered(std::string_view reasoning, const std::vector<std::size_t>& ends,
                     UnitNumbers units) {
  std::string text;
  std::size_t begin = 0;
  for (std::size_t i = 0; i < ends.size(); ++i) {
    const std::string_view unit = slice(reasoning, {begin, ends[i]});
    const std::string_view body = trim(unit);
    const std::string_view tail = unit.substr(unit.find_last_not_of(" \t\n\r\f\v") + 1);
    text += "[" + std::to_string(units.first + i) + "] ";
    text += body;
    const bool ends_paragraph =
        i + 1 < ends.size() && path::break_of(tail) == path::Break::kParagraph;
    text += ends_paragraph ? " \u00b6\n" : "\n";
    begin = ends[i];
  }
  return text;
}

std::vector<llm::Message> SpanPrompt::plan(const Problem& problem,
                                           std::string_view numbered_reasoning, UnitNumbers units,
                                           std::string_view fault) const {
  std::string user = task(problem, numbered_reasoning, units) + "\n";
  user += split_text(split);
  user += rules_text();
  user += checks_text(keep_checks);
  user += "\n";
  if (split == SplitBy::kSkill) user += std::string(kExample) + "\n";
  user += "The units go from " + std::to_string(units.first) + " to " +
          std::to_string(units.last()) + "; the last line names unit " +
          std::to_string(units.last()) + ".";
  if (!fault.empty()) {
    user += "\n\nYour reply to this could not be read: " + std::string(fault) +
            ". Reply anew with the whole plan.";
  }
  return {{"system", std::string(kSystem)}, {"user", std::move(user)}};
}

std::vector<llm::Message> SpanPrompt::look(const Problem& problem,
                                           std::string_view numbered_reasoning, UnitNumbers units,
                                           std::string_view reply, std::string_view path,
                                           std::string_view objection) const {
  std::string user = task(problem, numbered_reasoning, units) + "\n";
  user += split_text(split);
  user += rules_text();
  user += checks_text(keep_checks);
  user += "\nYour plan:\n" + std::string(reply) + "\nThe reasoning that it leaves:\n" +
          std::string(trim(path)) + "\n\n";
  if (!objection.empty()) {
    user += "A check of it says: " + std::string(objection) + ". This must be mended.\n\n";
  }
  user += kLook;
  return {{"system", std::string(kSystem)}, {"user", std::move(user)}};
}

std::string SpanPrompt::plan_version() const {
  const std::string_view example = split == SplitBy::kSkill ? kExample : std::string_view();
  const std::string rules = rules_text();
  return version("plan", {kSystem, split_text(split), rules, checks_text(keep_checks), example});
}

std::string SpanPrompt::look_version() const {
  const std::string rules = rules_text();
  return version("look", {kSystem, split_text(split), rules, checks_text(keep_checks), kLook});
}

std::string SpanPrompt::identity() const {
  const std::string rules = rules_text();
  Fingerprint print;
  for (const std::string_view text : {kSystem, std::string_view(rules), kExample, kLook,
                                      split_text(split), checks_text(keep_checks)}) {
    print.add(text);
  }
  return "split " + std::string(split_name(split)) + " keep_checks " +
         std::string(path::keep_checks_name(keep_checks)) + " prompt " + print.hex().substr(0, 8);
}

}  // namespace drp::teacher
