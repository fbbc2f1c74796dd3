// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <map>
#include <span>
#include <string>
#include <vector>

#include "answers/grade.h"
#include "evaluate/answer_classes.h"
#include "evaluate/conclusion.h"
#include "evaluate/name_table.h"
#include "evaluate/pair_tally.h"
#include "evaluate/sample_scores.h"
#include "records/evaluation.h"
#include "records/problem.h"
#include "records/trace.h"

namespace drp::evaluate {

// Grades one response. One that hit the token limit or looped proves its answer with a box only,
// and counts at the length it had. `judge` grades the domains code and command. Throws Error{kData}
// on an unknown domain.
Scored score_trace(const std::string& arm, const Problem& problem, const Trace& trace,
                   const answers::ProgramJudge* judge = nullptr);

// Why score_trace() gave its verdict: the rule that decided, in a few words.
std::string score_reason(const Problem& problem, const Trace& trace,
                         const answers::ProgramJudge* judge = nullptr);

struct EvaluateOptions {
  std::uint64_t seed = 0;       // of the bootstrap
  std::string before = "base";  // the arm that every other one is compared with
  // Tags whose values get a comparison each, where the problems have them.
  std::vector<std::string> tags = {"set", "operations", "wording_set", "family"};
  std::size_t values_max = 40;  // a tag with more values than this gets none
  std::string unit = "tokens";  // what lengths are in, of the notes: or "characters"
  int resamples = 2000;         // of the bootstraps; above 10,000 problems fewer, down to 400
};

// Collects scored responses and sums them up: accuracy and token use of each arm, and each arm
// paired with EvaluateOptions::before over the problems that both answered.
//
// Several samples of a problem are one cluster: accuracy is the mean over problems of their share
// right, and an interval takes the number of independent responses to be between that of problems
// and that of responses (effective_size()). In a comparison such a problem counts as right "only
// before" where it was right more often before; of equal shares, one half and more is right.
// A problem whose reference answer an arm lacks or cannot be read there is left out of that arm's
// accuracy and of its comparisons, not of another arm's accuracy; its responses do count in the
// tokens of their arm. Undecided is wrong.
//
// Some 60 bytes a response, the ids once and each distinct wrong answer of a problem.
class Evaluator {
 public:
  void add(const Scored& scored);
  std::int64_t responses() const { return static_cast<std::int64_t>(rows_.size()); }

  // Arms in order of arrival; for each but `before`: "all", then the tags in the order of the
  // options, values ascending. Independent of the order within an arm. Throws Error{kData} where
  // an arm has the same sample of a problem twice.
  Evaluation summarise(const EvaluateOptions& options = {}) const;

 private:
  struct Row {
    std::uint32_t problem = 0;
    std::uint32_t arm = 0;
    std::int64_t sample = 0;
    std::int64_t tokens = 0;
    std::int64_t reasoning_tokens = 0;
    std::uint32_t answer_class = AnswerClasses::kSilent;
    std::uint8_t right_by = 0;  // a bit an extractor
    // Bits, for there are hundreds of thousands of rows.
    bool right : 1 = false;
    bool right_strict : 1 = false;
    bool gold_error : 1 = false;
    bool undecided : 1 = false;
    FinishReason finish : 4 = FinishReason::kUnknown;
  };
  // The values of one tag, by problem.
  struct TagColumn {
    NameTable values;
    std::vector<std::uint32_t> of_problem;  // 1 + number of the value; 0: none
    bool too_many = false;
  };
  using Scores = std::vector<ProblemScore>;  // of one arm, by problem

  void add_tags(const Scored& scored, std::uint32_t problem);
  void sort_rows() const;
  std::vector<Scores> scores_of(const std::vector<Row>& rows) const;
  ArmSummary arm_summary(std::uint32_t arm, const std::vector<Row>& rows,
                         const Scores& scores) const;
  static void fill_tokens(std::span<const Row> rows, ArmSummary& summary);
  void fill_accuracy(const Scores& scores, ArmSummary& summary) const;
  std::vector<AtK> scores_at_k(std::span<const Row> rows, const Scores& scores) const;
  static AnswerVotes votes_of(std::span<const Row> samples);
  void compare_all(std::uint32_t before, std::uint32_t after, const std::vector<Scores>& scores,
                   const EvaluateOptions& options, Evaluation& evaluation) const;
  static void adjust_tests(std::vector<PairedComparison>& comparisons, const std::string& unit);

  NameTable problems_;
  NameTable arms_;
  std::map<std::string, TagColumn> tags_;
  AnswerClasses classes_;
  mutable std::vector<Row> rows_;  // summarise() puts them in order: a copy would be a third more
};

}  // namespace drp::evaluate
