// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "records/field.h"
#include "records/trace.h"

namespace drp {

// One graded response of one arm (base, tuned, control, ...).
struct Scored {
  std::string arm;
  std::string problem_id;
  std::int64_t sample = 0;
  std::string gold;
  std::string answer;
  std::string method;
  std::string verdict;
  bool correct = false;
  bool correct_strict = false;
  std::vector<std::string> right_by;
  FinishReason finish = FinishReason::kUnknown;
  std::int64_t response_tokens = 0;
  std::int64_t reasoning_tokens = 0;
  std::map<std::string, std::string> tags;

  bool operator==(const Scored&) const = default;

  template <class V>
  static void describe(V&& field) {
    field("arm", &Scored::arm, Need::kRequired, "base, tuned or another student");
    field("problem_id", &Scored::problem_id, Need::kRequired, "id of the problem");
    field("sample", &Scored::sample, Need::kOptional, "0-based sample number");
    field("gold", &Scored::gold, Need::kOptional, "the reference answer");
    field("answer", &Scored::answer, Need::kOptional, "the answer that was read");
    field("method", &Scored::method, Need::kOptional,
          "how it was found: box, hash, phrase, math, number, none");
    field("verdict", &Scored::verdict, Need::kOptional, "equal, unequal, undecided, gold_error");
    field("correct", &Scored::correct, Need::kRequired, "equal under any method");
    field("correct_strict", &Scored::correct_strict, Need::kOptional,
          "equal with method box or hash");
    field("right_by", &Scored::right_by, Need::kOptional,
          "extractors that find the right answer each by itself: box, hash, phrase, number");
    field("finish", &Scored::finish, Need::kOptional, "stop, length, loop or unknown");
    field("response_tokens", &Scored::response_tokens, Need::kRequired,
          "generated tokens without the end token");
    field("reasoning_tokens", &Scored::reasoning_tokens, Need::kOptional, "those of the reasoning");
    field("tags", &Scored::tags, Need::kOptional, "the problem's tags");
  }
};

}  // namespace drp
