// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "records/arm_summary.h"
#include "records/estimate.h"
#include "records/field.h"

namespace drp {

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
  Estimate token_ratio{1, 1, 1};
  double permutation_p = 1;
  double tokens_p = 1;
  std::string accuracy_test = "exact McNemar test";
  double accuracy_p = 1;
  double accuracy_p_holm = 1;
  double efficiency_score = 0;
  std::vector<ExtractorScore> extractors_before;
  std::vector<ExtractorScore> extractors_after;
  std::string note;

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
    field("token_ratio", &P::token_ratio, Need::kOptional,
          "geometric mean over problems of after / before, bootstrap interval");
    field("permutation_p", &P::permutation_p, Need::kOptional,
          "paired permutation test of the shares right");
    field("tokens_p", &P::tokens_p, Need::kOptional,
          "paired permutation test of log(tokens after / before)");
    field("accuracy_test", &P::accuracy_test, Need::kOptional,
          "the test of accuracy_p: exact McNemar for one sample a problem, else permutation");
    field("accuracy_p", &P::accuracy_p, Need::kOptional, "its p-value, two-sided");
    field("accuracy_p_holm", &P::accuracy_p_holm, Need::kOptional,
          "adjusted by Holm over all values of this tag and all students compared");
    field(
        "efficiency_score", &P::efficiency_score, Need::kOptional,
        "accuracy-efficiency score: relative cut of tokens + 3 x relative gain of accuracy, or - 5 "
        "x its loss");
    field("extractors_before", &P::extractors_before, Need::kOptional,
          "share right before, under each extractor alone");
    field("extractors_after", &P::extractors_after, Need::kOptional, "and after");
    field("note", &P::note, Need::kOptional, "what so many problems can and cannot tell");
  }
};

}  // namespace drp
