// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/text.h"
#include "records/field.h"

namespace drp {

// Why a response ended: an end token, the token limit, a repeating tail, or not told (imported).
enum class FinishReason { kStop, kLength, kLoop, kUnknown };

// One sampled response of a student to a problem. `response` is the raw text, markers included;
// the two spans are byte ranges in it and lose nothing: what lies between them are markers.
struct Trace {
  std::string id;
  std::string problem_id;
  std::int64_t sample = 0;
  std::string student;
  std::string response;
  Span reasoning;
  Span answer;
  bool reasoning_closed = true;
  FinishReason finish = FinishReason::kUnknown;
  std::int64_t prompt_tokens = 0;
  std::int64_t response_tokens = 0;
  std::int64_t reasoning_tokens = 0;
  std::uint64_t seed = 0;
  std::vector<std::int32_t> prompt_ids;

  std::string_view reasoning_text() const { return slice(response, reasoning); }
  std::string_view answer_text() const { return slice(response, answer); }

  bool operator==(const Trace&) const = default;

  template <class V>
  static void describe(V&& field) {
    field("id", &Trace::id, Need::kRequired, "PROBLEM/SAMPLE");
    field("problem_id", &Trace::problem_id, Need::kRequired, "id of its problem");
    field("sample", &Trace::sample, Need::kOptional,
          "0-based number among the samples of the problem");
    field("student", &Trace::student, Need::kOptional, "who answered: model and adapters");
    field("response", &Trace::response, Need::kRequired, "the raw text, thinking markers included");
    field("reasoning", &Trace::reasoning, Need::kOptional,
          "byte range [begin, end) of the reasoning in response");
    field("answer", &Trace::answer, Need::kOptional,
          "byte range of the answer text after the reasoning");
    field("reasoning_closed", &Trace::reasoning_closed, Need::kOptional,
          "false where reasoning opened and never closed");
    field("finish", &Trace::finish, Need::kOptional, "stop, length, loop or unknown");
    field("prompt_tokens", &Trace::prompt_tokens, Need::kOptional, "tokens of the rendered prompt");
    field("response_tokens", &Trace::response_tokens, Need::kOptional,
          "generated tokens without the end token");
    field("reasoning_tokens", &Trace::reasoning_tokens, Need::kOptional,
          "those of the reasoning span");
    field("seed", &Trace::seed, Need::kOptional, "seed of this sample");
    field("prompt_ids", &Trace::prompt_ids, Need::kOptional,
          "token ids of the prompt as generation used them");
  }
};

std::string_view enum_name(FinishReason value);
bool enum_parse(std::string_view name, FinishReason& value);

}  // namespace drp
