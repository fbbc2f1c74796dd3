// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "answers/grade.h"

namespace drp::grading {

struct ProgramOptions {
  // The user's verifier for the domain command, run by the shell: it gets one JSON line {"gold",
  // "response", "answer"} and answers one: {"verdict": "equal", "reason": "..."} or {"equal":
  // true}.
  std::string command;
  std::int64_t command_milliseconds = 60'000;
  std::int64_t test_milliseconds = 6'000;  // for one test of the domain code
};

// Domain code: the last fenced block of the answer is Python; gold is one of
//   Python text that raises where the block is wrong (it runs behind the block),
//   {"test", "entry_point", "prompt"?}: HumanEval's form, check(entry_point) is called,
//   [{"input", "output"}, ...]: the block is a program; each output must match but for blanks at
//   the ends of lines.
// It runs in bubblewrap: no network, an empty folder, 512 MiB, 32 processes, a time limit. What
// counts is the exit status and that the tests came to their end, never what the block prints of
// itself. Without bubblewrap judge() throws Error{kConfig}.
class Programs : public answers::ProgramJudge {
 public:
  explicit Programs(ProgramOptions options) : options_(std::move(options)) {}

  answers::Graded judge(const answers::GradeRequest& request,
                        std::string_view answer) const override;

 private:
  answers::Graded judge_code(const answers::GradeRequest& request, std::string_view answer) const;
  answers::Graded judge_command(const answers::GradeRequest& request,
                                std::string_view answer) const;

  ProgramOptions options_;
};

}  // namespace drp::grading
