// SPDX-License-Identifier: Apache-2.0
#include "teacher/paper/paper_prompt.h"

#include <initializer_list>

#include "base/fingerprint.h"

namespace drp::teacher {
namespace {

constexpr std::string_view kSystem =
    "You work on the written reasoning of a student who solves problems at great length.";

constexpr std::string_view kSplitBySkill =
    "Type the reasoning below off, cut into steps. A step is a stretch of it that uses one skill, "
    "such as reading a given, setting up an equation, multiplication, comparison, checking or "
    "stating the answer. Copy every word, sign and formula in order; leave nothing out, not even "
    "small talk and mistakes, shorten nothing and add nothing. Write each step like this:\n"
    "Step 1: the words of the step\n"
    "Skill: its skill in one to four words\n"
    "Step 2: ...";

constexpr std::string_view kSplitByDefault =
    "Type the reasoning below off, cut into steps at its paragraphs. Copy every word, sign and "
    "formula in order; leave nothing out, not even small talk and mistakes, shorten nothing and "
    "add nothing. Write each step like this:\n"
    "Step 1: the words of the step\n"
    "Step 2: ...";

constexpr std::string_view kActions =
    "Below stand a problem and a student's reasoning in numbered steps. Choose for every step what "
    "is to become of it:\n"
    "KEEP: it is needed and brief.\n"
    "DELETE: it is not needed: filler, repetition, the problem told again, a try that was given "
    "up, a second way to a result that stands already.\n"
    "SINGLE-STEP COMPRESS: it is needed and can be said in fewer words.\n"
    "MULTI-STEP COMPRESS: it and the steps next to it, marked the same, are small operations that "
    "fit into one.\n";

constexpr std::string_view kWithSynthesis =
    "Write one line a step, in order, none left out:\n"
    "Step 1: KEEP\n"
    "Step 2: DELETE\n"
    "Then write a line that holds only ## and after it the whole reasoning as your choices leave "
    "it, in one go.\n";

constexpr std::string_view kWithTexts =
    "Write one line a step, in order, none left out. A line with SINGLE-STEP COMPRESS, and the "
    "last "
    "line of steps that are merged, goes on with the new text; write a line break inside it as "
    "\u23ce:\n"
    "Step 1: KEEP\n"
    "Step 2: DELETE\n"
    "Step 3: SINGLE-STEP COMPRESS: the new text\n"
    "Step 4: MULTI-STEP COMPRESS\n"
    "Step 5: MULTI-STEP COMPRESS: the text for steps 4 and 5\n";

constexpr std::string_view kManner =
    "What you write sounds like the student: the same language, tone and way of writing formulas. "
    "Numbers and formulas come from the reasoning or the problem. It says nothing about steps, "
    "choices or editing, holds together when read alone, and ends with the answer as the student "
    "words it, which stands nowhere before it is derived.\n";

constexpr std::string_view kWhole =
    "Below stand a problem and a student's reasoning. Write the reasoning anew without what is not "
    "needed: filler, repetition, tries that were given up, second ways to a result. Reply with the "
    "new reasoning alone.\n";

constexpr std::string_view kOwn =
    "Solve the problem below. Reason step by step, as briefly as you can without leaving a step "
    "out, and end with the answer in \\boxed{}.\n";

std::string_view checks_text(path::KeepChecks keep) {
  switch (keep) {
    case path::KeepChecks::kNone:
      return "No check of a result stays.\n";
    case path::KeepChecks::kFirst:
      return "Of the checks, the first real one of the answer stays, and those that changed "
             "something, in mended form.\n";
    case path::KeepChecks::kMending:
      return "Of the checks, only those stay that changed something, in mended form.\n";
  }
  return "";
}

std::string version(const std::string& name, std::initializer_list<std::string_view> texts) {
  Fingerprint print;
  for (const std::string_view text : texts) print.add(text);
  return "paper " + name + " " + print.hex().substr(0, 8);
}

std::string asked_again(std::string_view fault) {
  return fault.empty() ? std::string()
                       : "\n\nYour reply to this could not be used: " + std::string(fault) +
                             ". Reply anew, all of it.";
}

std::vector<llm::Message> messages(std::string user) {
  return {{"system", std::string(kSystem)}, {"user", std::move(user)}};
}

}  // namespace

std::vector<llm::Message> PaperPrompt::split_call(std::string_view reasoning,
                                                  std::string_view fault) const {
  const std::string_view task = split == SplitBy::kSkill ? kSplitBySkill : kSplitByDefault;
  return messages(std::string(task) + "\n\nReasoning:\n" + std::string(trim(reasoning)) +
                  asked_again(fault));
}

std::vector<llm::Message> PaperPrompt::prune_call(const Problem& problem,
                                                  const std::vector<TypedStep>& steps,
                                                  std::string_view fault) const {
  std::string user(kActions);
  user += synthesis == Synthesis::kTeacher ? kWithSynthesis : kWithTexts;
  user += kManner;
  user += checks_text(keep_checks);
  user += "\nProblem:\n" + problem.question + "\n\nSteps:\n";
  for (std::size_t i = 0; i < steps.size(); ++i) {
    user += "Step " + std::to_string(i + 1) + ": " + steps[i].text + "\n";
    if (!steps[i].skill.empty()) user += "Skill: " + steps[i].skill + "\n";
  }
  return messages(user + asked_again(fault));
}

std::vector<llm::Message> PaperPrompt::whole_call(const Problem& problem,
                                                  std::string_view reasoning) const {
  std::string user(kWhole);
  user += kManner;
  user += checks_text(keep_checks);
  user += "\nProblem:\n" + problem.question + "\n\nReasoning:\n" + std::string(trim(reasoning));
  return messages(std::move(user));
}

std::vector<llm::Message> PaperPrompt::own_call(const Problem& problem) const {
  return {{"user", std::string(kOwn) + "\n" + problem.question}};
}

std::string PaperPrompt::split_version() const {
  return version("split", {kSystem, split == SplitBy::kSkill ? kSplitBySkill : kSplitByDefault});
}

std::string PaperPrompt::prune_version() const {
  return version("prune",
                 {kSystem, kActions, synthesis == Synthesis::kTeacher ? kWithSynthesis : kWithTexts,
                  kManner, checks_text(keep_checks)});
}

std::string PaperPrompt::whole_version() const {
  return version("whole", {kSystem, kWhole, kManner, checks_text(keep_checks)});
}

std::string PaperPrompt::own_version() { return version("own", {kOwn}); }

std::string PaperPrompt::identity() const {
  Fingerprint print;
  for (const std::string_view text :
       {kSystem, kSplitBySkill, kSplitByDefault, kActions, kWithSynthesis, kWithTexts, kManner,
        kWhole, kOwn, checks_text(keep_checks)}) {
    print.add(text);
  }
  return "split " + std::string(split_name(split)) + " keep_checks " +
         std::string(path::keep_checks_name(keep_checks)) + " prompt " + print.hex().substr(0, 8);
}

}  // namespace drp::teacher
