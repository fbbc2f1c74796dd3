// SPDX-License-Identifier: Apache-2.0
#include "teacher/model/synthesis.h"

#include <algorithm>
#include <utility>

#include "base/error.h"
#include "base/fingerprint.h"
#include "base/text.h"
#include "path/answer_view.h"
#include "path/try_plan.h"
#include "path/unit.h"

namespace drp::teacher {
namespace {

constexpr int kTokensBase = 128;
constexpr std::size_t kBytesPerToken = 2;  // of the worst text; usual ones have four

constexpr std::string_view kSystem =
    "You are the editor of a student's worked solutions. You join sentences; you never solve, "
    "correct or explain.";
constexpr std::string_view kTask =
    "Below stands a problem and what was left of a student's reasoning after the needless parts "
    "had been cut out. Where parts are gone the sentences may not follow smoothly on each other. "
    "Write the reasoning once more so that it reads in one go.\n"
    "- Keep the student's language, tone and order, and keep every sentence that reads well as it "
    "is.\n"
    "- Change only what a cut has broken: a word that points at nothing, a missing link, a "
    "repetition.\n"
    "- Copy every number and formula exactly; add none, leave none out.\n"
    "- End with the answer, worded as the student words it.\n"
    "- Do not make it longer. Reply with the reasoning alone: no heading, no remark.";

}  // namespace

Synthesis synthesis_from(std::string_view name) {
  if (name == "stitch") return Synthesis::kStitch;
  if (name == "teacher") return Synthesis::kTeacher;
  throw Error(ErrorKind::kConfig, "teacher.synthesis is \"" + std::string(name) + "\"",
              "it is one of stitch, teacher");
}

Question synthesis_question(const Problem& problem, const Trace& trace, std::string_view stitched) {
  Question question;
  question.name = "synthesis";
  question.prompt_version = "synthesis " + synthesis_identity();
  question.messages = {{"system", std::string(kSystem)},
                       {"user", std::string(kTask) + "\n\nProblem:\n" + problem.question +
                                    "\n\nReasoning:\n" + std::string(trim(stitched))}};
  question.tokens_max = kTokensBase + static_cast<int>(stitched.size() / kBytesPerToken);
  // The student's own words end it; its length says how much room a text of its kind needs.
  question.tokens_max = std::min(
      question.tokens_max, kTokensBase + static_cast<int>(trace.response.size() / kBytesPerToken));
  return question;
}

std::string_view text_of_reply(const llm::ChatReply& reply) {
  std::string_view text = trim(spoken_part(reply));
  if (text.starts_with("```") && text.ends_with("```") && text.size() > 6) {
    const std::size_t line = text.find('\n');
    if (line != std::string_view::npos) {
      text = trim(text.substr(line + 1, text.size() - line - 4));
    }
  }
  return text;
}

std::string end_with_answer(const Problem& problem, const Trace& trace, std::string_view text) {
  const path::AnswerView answer =
      path::view_answer(path::final_answer(trace.response, problem.domain), problem);
  const auto mentions = [&answer](std::string_view part) {
    return path::mentions_answer(part, answer);
  };
  if (!answer.found() || mentions(text)) return std::string(text);
  const std::string_view reasoning = trace.reasoning_text();
  const std::vector<path::Unit> units = path::cut_units(reasoning);
  for (std::size_t i = units.size(); i > 0; --i) {
    const std::string_view unit = slice(reasoning, units[i - 1].span);
    if (!mentions(unit)) continue;
    const bool paragraphs = contains(text, "\n\n");
    return std::string(text) + (paragraphs ? "\n\n" : " ") + std::string(trim(unit));
  }
  return std::string(text);
}

Plan with_synthesis(const Problem& problem, const Trace& trace, Plan plan,
                    const llm::ChatReply& reply) {
  if (const std::optional<Rejection> refused = refuse_reply(reply)) {
    plan.notes.push_back("synthesis refused: " + refused->detail);
    return plan;
  }
  Plan smooth = plan;
  smooth.synthesis = end_with_answer(problem, trace, text_of_reply(reply));
  const auto tried = path::try_plan(problem, trace, smooth);
  if (!tried) {
    plan.notes.push_back("synthesis refused: " + tried.error().detail);
    return plan;
  }
  smooth.notes.push_back("synthesis by the teacher");
  return smooth;
}

std::string synthesis_identity() {
  Fingerprint print;
  print.add(kSystem);
  print.add(kTask);
  return print.hex().substr(0, 8);
}

}  // namespace drp::teacher
