// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "records/estimate.h"
#include "records/field.h"

namespace drp {

// What an evaluator that knows one way to find an answer would report.
struct ExtractorScore {
  std::string extractor;
  double accuracy = 0;

  bool operator==(const ExtractorScore&) const = default;

  template <class V>
  static void describe(V&& field) {
    field("extractor", &ExtractorScore::extractor, Need::kRequired,
          "box, hash (#### N), phrase (the answer is), number (the last one)");
    field("accuracy", &ExtractorScore::accuracy, Need::kRequired,
          "share right, mean over problems");
  }
};

// Scores over k of the samples of each problem.
struct AtK {
  std::int64_t k = 0;
  Estimate pass;
  Estimate majority;

  bool operator==(const AtK&) const = default;

  template <class V>
  static void describe(V&& field) {
    field("k", &AtK::k, Need::kRequired, "samples taken of each problem");
    field("pass", &AtK::pass, Need::kRequired,
          "pass@k: one of k is right; unbiased, interval over problems");
    field("majority", &AtK::majority, Need::kRequired,
          "maj@k: the most frequent answer of k is right, equal answers counted together, ties in "
          "expectation");
  }
};

// One student on one set.
struct ArmSummary {
  std::string arm;
  std::int64_t responses = 0;
  Estimate accuracy;
  Estimate accuracy_strict;
  double tokens_mean = 0;
  double tokens_median = 0;
  double tokens_p90 = 0;
  double share_cut = 0;
  double share_loop = 0;
  std::int64_t gold_errors = 0;
  std::int64_t undecided = 0;
  std::int64_t problems = 0;
  double reasoning_tokens_mean = 0;
  double answer_tokens_mean = 0;
  double share_no_answer = 0;
  std::vector<ExtractorScore> extractors;
  std::vector<AtK> at_k;
  std::string note;

  bool operator==(const ArmSummary&) const = default;

  template <class V>
  static void describe(V&& field) {
    field("arm", &ArmSummary::arm, Need::kRequired, "base, tuned, ...");
    field("responses", &ArmSummary::responses, Need::kRequired, "graded responses");
    field("accuracy", &ArmSummary::accuracy, Need::kRequired,
          "share right (pass@1), Wilson interval; several samples of a problem are a cluster");
    field("accuracy_strict", &ArmSummary::accuracy_strict, Need::kOptional,
          "share right with a box or ####");
    field("tokens_mean", &ArmSummary::tokens_mean, Need::kRequired, "mean tokens a response");
    field("tokens_median", &ArmSummary::tokens_median, Need::kOptional, "median");
    field("tokens_p90", &ArmSummary::tokens_p90, Need::kOptional, "90th percentile");
    field("share_cut", &ArmSummary::share_cut, Need::kOptional, "share that hit the token limit");
    field("share_loop", &ArmSummary::share_loop, Need::kOptional, "share that ended in a loop");
    field("gold_errors", &ArmSummary::gold_errors, Need::kOptional,
          "problems whose reference answer cannot be read");
    field("undecided", &ArmSummary::undecided, Need::kOptional,
          "responses the grader could not decide");
    field("problems", &ArmSummary::problems, Need::kOptional, "with a readable reference answer");
    field("reasoning_tokens_mean", &ArmSummary::reasoning_tokens_mean, Need::kOptional,
          "mean tokens of the reasoning");
    field("answer_tokens_mean", &ArmSummary::answer_tokens_mean, Need::kOptional,
          "mean tokens after it");
    field("share_no_answer", &ArmSummary::share_no_answer, Need::kOptional,
          "share in which no answer was found");
    field("extractors", &ArmSummary::extractors, Need::kOptional,
          "the same responses under each extractor alone");
    field("at_k", &ArmSummary::at_k, Need::kOptional,
          "where every problem has several samples: k = 2, 4, 8, ... and all");
    field("note", &ArmSummary::note, Need::kOptional, "what so many problems can and cannot tell");
  }
};

}  // namespace drp
