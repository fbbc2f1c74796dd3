// SPDX-License-Identifier: Apache-2.0
#include "teacher/paper/correction.h"

#include "base/error.h"
#include "base/fingerprint.h"
#include "base/text.h"

namespace drp::teacher {
namespace {

// A correction may be longer than what it corrects.
constexpr int kTokensBase = 512;
constexpr std::size_t kBytesPerToken = 2;  // of the worst text; usual ones have four

constexpr std::string_view kTask =
    "Below stand a problem, its right answer, and a student's reasoning that does not come to that "
    "answer. Mend the reasoning: find the step that goes wrong, correct it and what follows from "
    "it, and leave every other sentence word for word.\n"
    "What you write sounds like the student: the same language, tone and way of writing formulas. "
    "Numbers come from the problem or are worked out. It does not say that anything was wrong or "
    "has been mended, nor that the answer was known, and ends with the right answer as the student "
    "would word it, which stands nowhere before it is derived.\n"
    "Do not make it longer than it must be. Reply with the reasoning alone: no heading, no remark.";

}  // namespace

Correction correction_from(std::string_view name) {
  if (name == "none") return Correction::kNone;
  if (name == "path") return Correction::kPath;
  if (name == "answer") return Correction::kAnswer;
  throw Error(ErrorKind::kConfig, "teacher.correction is \"" + std::string(name) + "\"",
              "it is one of none, path, answer");
}

Question correction_question(const Problem& problem, std::string_view answer,
                             std::string_view path) {
  Question question;
  question.name = "correct";
  question.prompt_version = "paper correct " + correction_identity();
  question.messages = {{"user", std::string(kTask) + "\n\nProblem:\n" + problem.question +
                                    "\n\nRight answer:\n" + std::string(answer) +
                                    "\n\nReasoning:\n" + std::string(trim(path))}};
  question.tokens_max = kTokensBase + static_cast<int>(path.size() / kBytesPerToken);
  return question;
}

std::string correction_identity() { return Fingerprint().add(kTask).hex().substr(0, 8); }

}  // namespace drp::teacher
