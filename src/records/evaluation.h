// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "records/field.h"
#include "records/scored.h"
#include "records/training_event.h"

namespace drp {

// A figure with its 95 % interval.
struct Estimate {
  double value = 0;
  double low = 0;
  double high = 0;

  bool operator==(const Estimate&) const = default;

  template <class V>
  static void describe(V&& field) {
    field("value", &Estimate::value, Need::kRequired, "the estimate");
    field("low", &Estimate::low, Need::kRequired, "lower end of the 95 % interval");
    field("high", &Estimate::high, Need::kRequired, "upper end");
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

  bool operator==(const ArmSummary&) const = default;

  template <class V>
  static void describe(V&& field) {
    field("arm", &ArmSummary::arm, Need::kRequired, "base, tuned, ...");
    field("responses", &ArmSummary::responses, Need::kRequired, "graded responses");
    field("accuracy", &ArmSummary::accuracy, Need::kRequired, "share right, Wilson interval");
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
  }
};

// Two students on the same problems.
struct PairedComparison {
  std::string before;
  std::string after;
  std::string group;
  std::int64_t pairs = 0;
  std::int64_t both_right = 0;
  std::int64_t only_before = 0;
  std::int64_t only_after = 0;
  std::int64_t both_wrong = 0;
  double accuracy_before = 0;
  double accuracy_after = 0;
  Estimate accuracy_difference;
  double tokens_before = 0;
  double tokens_after = 0;
  Estimate tokens_cut;
  double tokens_before_both_right = 0;
  double tokens_after_both_right = 0;
  double mcnemar_p = 1;

  bool operator==(const PairedComparison&) const = default;

  template <class V>
  static void describe(V&& field) {
    using P = PairedComparison;
    field("before", &P::before, Need::kRequired, "the arm compared with");
    field("after", &P::after, Need::kRequired, "the arm compared");
    field("group", &P::group, Need::kRequired, "all, or TAG=VALUE");
    field("pairs", &P::pairs, Need::kRequired, "problems answered by both");
    field("both_right", &P::both_right, Need::kOptional, "right before and after");
    field("only_before", &P::only_before, Need::kOptional, "right only before");
    field("only_after", &P::only_after, Need::kOptional, "right only after");
    field("both_wrong", &P::both_wrong, Need::kOptional, "wrong before and after");
    field("accuracy_before", &P::accuracy_before, Need::kRequired, "share right before");
    field("accuracy_after", &P::accuracy_after, Need::kRequired, "share right after");
    field("accuracy_difference", &P::accuracy_difference, Need::kRequired,
          "after - before, paired interval");
    field("tokens_before", &P::tokens_before, Need::kRequired, "mean tokens a response before");
    field("tokens_after", &P::tokens_after, Need::kRequired, "mean tokens a response after");
    field("tokens_cut", &P::tokens_cut, Need::kRequired,
          "1 - after / before, bootstrap interval over problems");
    field("tokens_before_both_right", &P::tokens_before_both_right, Need::kOptional,
          "mean before where both are right");
    field("tokens_after_both_right", &P::tokens_after_both_right, Need::kOptional,
          "mean after where both are right");
    field("mcnemar_p", &P::mcnemar_p, Need::kRequired, "exact McNemar p-value, two-sided");
  }
};

struct Evaluation {
  std::vector<ArmSummary> arms;
  std::vector<PairedComparison> comparisons;

  bool operator==(const Evaluation&) const = default;

  template <class V>
  static void describe(V&& field) {
    field("arms", &Evaluation::arms, Need::kRequired, "each student alone");
    field("comparisons", &Evaluation::comparisons, Need::kRequired,
          "pairs of students, all problems and by tag");
  }
};

}  // namespace drp
