// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/stop.h"
#include "llm/student.h"
#include "path/answer_view.h"
#include "path/apply_plan.h"
#include "records/problem.h"
#include "records/trace.h"

namespace drp::teacher {

// Another word where the same texts would get other figures.
inline constexpr std::string_view kJudgeMethod = "box ends as in the trace, answer reached once";

// What a reasoning text is worth to the model that reads it. Natural logarithms.
struct Judgement {
  double answer_log_prob = 0;     // log P(answer | question, reasoning), all its tokens together
  double reasoning_log_prob = 0;  // mean a token of log P(reasoning | question)
  std::optional<double> marks_log_prob;  // the same over the first tokens at each mark
  std::int64_t answer_tokens = 0;
  std::int64_t reasoning_tokens = 0;

  double answer_log_prob_a_token() const {
    return answer_tokens == 0 ? 0 : answer_log_prob / static_cast<double>(answer_tokens);
  }
};

// One text to judge.
struct Candidate {
  std::string_view reasoning;
  std::vector<std::size_t> marks;  // ascending bytes of it, such as seams
};

// Where a path goes on after a deletion with words that stand in the trace: the first byte of those
// words in the path, and in the trace's reasoning. Ascending, one for one.
struct Seams {
  std::vector<std::size_t> path;
  std::vector<std::size_t> trace;
};
Seams find_seams(std::string_view reasoning, const path::AppliedPlan& applied);

// How the student is spoken to: as sampling does (sample::SampleOptions).
struct JudgePrompt {
  std::string system;                   // empty: the template's own default
  std::string question = "{question}";  // the user's message
  std::string response_prefix;          // what every response begins with
};

// Asks a local model how likely it finds the answer after a reasoning, and the reasoning itself, by
// one prefill a candidate: the student as judge.
class Judge {
 public:
  // Borrows `student`, with these GGUF adapters on it.
  Judge(llm::Student& student, std::vector<std::filesystem::path> adapters, JudgePrompt prompt);

  // What the judgements depend on: the tokenizer and the prompt (the caller names the weights).
  std::string identity() const;

  // One judgement a candidate. The answer is that of the trace, in the form "The answer is
  // \boxed{...}" after each, its box followed by the signs that follow it in the trace; units that
  // only announce it or come to it once more are left out of every candidate, so that no text is
  // better for having said it more often. Empty where the trace states no answer or a candidate
  // does not fit the model's context. `what` kAnswer leaves the likelihood of the reasoning out,
  // which saves a quarter of the time.
  enum class What { kAnswer, kAll };
  std::vector<Judgement> judge(const Problem& problem, const Trace& trace,
                               const std::vector<Candidate>& candidates, What what,
                               const StopFlag& stop);

 private:
  llm::Student& student_;
  std::vector<std::filesystem::path> adapters_;
  JudgePrompt prompt_;
  std::unique_ptr<llm::Scorer> scorer_;
};

// `reasoning` without the units that mention the answer and compute nothing, and without those that
// compute it again. `map` gives for each byte of the result where it stood.
std::string without_announcements(std::string_view reasoning, const path::AnswerView& answer,
                                  std::vector<std::size_t>* map = nullptr);

}  // namespace drp::teacher
