// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "answers/grade.h"

namespace drp::grading {

// One line of `drp grade pairs.jsonl`: a reference and either an answer alone or a whole response.
struct Pair {
  std::string id;  // as JSON, so that numbers stay numbers; the line number where there was none
  std::string gold;
  std::optional<std::string> pred;
  std::optional<std::string> response;
  std::string domain = "math";
  bool cut = false;  // finish_reason "length"
  answers::CompareOptions options;
};

// What is written for it.
struct Judgement {
  std::string id;
  std::string verdict;  // equal, unequal, undecided, gold_error
  bool strict = false;  // equal, and the answer stood in a box or after ####
  std::string method;   // how the answer was found; "given" for a pred
  std::string extracted;
  std::string gold_read;
  std::string reason;
  std::vector<std::string> flags;
};

// Settings of the command that a line's own `opts` override.
struct Defaults {
  std::string domain = "math";
  answers::CompareOptions options;
};

// Decimal places; below 1 and over 0 a relative tolerance.
answers::Precision precision_of(double value);

// Throws Error{kData} whose message starts with `where` (FILE:LINE).
Pair read_pair(std::string_view line, std::string_view where, std::int64_t line_number,
               const Defaults& defaults);

// `programs` judges the domains code and command; null leaves them undecided.
Judgement judge(const Pair& pair, const answers::ProgramJudge* programs = nullptr);

// One line of JSON without LF: {"id", "verdict", "strict", "method", "extracted", "gold_read",
// "reason", "flags"}.
std::string judgement_line(const Judgement& judgement);

}  // namespace drp::grading
