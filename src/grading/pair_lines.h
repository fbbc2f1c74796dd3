// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "grading/pair.h"

namespace drp::grading {

// What travels between `drp grade` and its worker processes, a line each way.

// A pair's line with its place.
std::string framed_line(std::int64_t number, std::string_view where, std::string_view line);

// A worker's answer to a framed line: a judgement_line(), or a complaint.
std::string answer_framed(std::string_view framed, const Defaults& defaults,
                          const answers::ProgramJudge& programs);
// The answer to a framed line that no worker could answer: undecided, with the reason.
std::string given_up(std::string_view framed, std::string_view why, const Defaults& defaults);

enum class AnswerKind {
  kJudgement,
  kMalformed,  // the line is no pair; the others go on
  kFatal,      // no line of this domain can be judged
};
// Tells them apart and takes the mark off a complaint.
AnswerKind read_answer(std::string& answer);

}  // namespace drp::grading
