// SPDX-License-Identifier: Apache-2.0
#include "evaluate/sample_scores.h"

#include <gmock/gmock.h>

#include "evaluate/answer_classes.h"
#include "evaluate/reference_values.h"

namespace drp::evaluate {
namespace {

TEST(SampleScores, PassAtK) {
  for (const auto& row : reference_values("pass_at_k")) {
    EXPECT_NEAR(pass_at_k(row["samples"], row["right"], row["k"]), row["value"].get<double>(),
                1e-12)
        << row;
  }
}

TEST(SampleScores, PassAtMoreThanWasSampledIsRefused) {
  EXPECT_DEATH(pass_at_k(2, 0, 5), "k of the samples");
}

TEST(SampleScores, MajorityAtK) {
  for (const auto& row : reference_values("majority_at_k")) {
    AnswerVotes votes;
    votes.silent = row["silent"];
    for (std::size_t i = 0; i < row["votes"].size(); ++i) {
      votes.classes.push_back({row["votes"][i], i == row["right"].get<std::size_t>()});
    }
    EXPECT_NEAR(majority_at_k(votes, row["k"]), row["value"].get<double>(), 1e-12) << row;
  }
}

TEST(SampleScores, MajorityOfNoAnswersIsWrong) {
  EXPECT_EQ(majority_at_k({.silent = 3}, 2), 0);
  EXPECT_EQ(majority_at_k({.silent = 3}, 3), 0);
}

TEST(SampleScores, CountsDouble) {
  EXPECT_THAT(sample_counts(1), testing::IsEmpty());
  EXPECT_THAT(sample_counts(2), testing::ElementsAre(2));
  EXPECT_THAT(sample_counts(10), testing::ElementsAre(2, 4, 8, 10));
  EXPECT_THAT(sample_counts(16), testing::ElementsAre(2, 4, 8, 16));
}

// ADR (arXiv 2510.10207) quotes 0.68 for the pruned 1.5B student: the mean over AIME24 (30.4 % and
// 12,290 tokens before; 33.3 % and 6,135 after) and MATH500 (81.7 % and 4,802; 82.0 % and 2,122).
TEST(SampleScores, AccuracyEfficiencyScore) {
  const double aime = accuracy_efficiency_score({0.304, 12290}, {0.333, 6135});
  const double math = accuracy_efficiency_score({0.817, 4802}, {0.820, 2122});
  EXPECT_NEAR((aime + math) / 2, 0.68, 0.005);
  EXPECT_NEAR(accuracy_efficiency_score({0.8, 100}, {0.6, 50}), 0.5 - 5 * 0.25, 1e-12);
  EXPECT_EQ(accuracy_efficiency_score({0, 100}, {0.6, 50}), 0);
}

Scored answered(const std::string& answer, bool correct) {
  Scored row;
  row.answer = answer;
  row.method = answer.empty() ? "none" : "box";
  row.correct = correct;
  return row;
}

TEST(AnswerClasses, CountEqualAnswersTogether) {
  AnswerClasses classes;
  EXPECT_EQ(classes.of(1, answered("3/4", false)), 2U);
  EXPECT_EQ(classes.of(1, answered("0.75", false)), 2U);
  EXPECT_EQ(classes.of(1, answered("\\frac{2}{3}", false)), 3U);
  EXPECT_EQ(classes.of(1, answered("\\dfrac34", false)), 2U);
  EXPECT_EQ(classes.of(1, answered("5", true)), AnswerClasses::kRight);
  EXPECT_EQ(classes.of(1, answered("", false)), AnswerClasses::kSilent);
  EXPECT_EQ(classes.of(2, answered("\\frac{2}{3}", false)), 2U) << "another problem";
}

}  // namespace
}  // namespace drp::evaluate
