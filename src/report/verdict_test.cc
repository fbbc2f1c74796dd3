// SPDX-License-Identifier: Apache-2.0
#include "report/verdict.h"

#include <gmock/gmock.h>

namespace drp::report {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

PairedComparison pair_of(Estimate cut, Estimate difference, double p) {
  PairedComparison pair;
  pair.before = "base";
  pair.after = "tuned";
  pair.group = "all";
  pair.pairs = 900;
  pair.tokens_before = 148;
  pair.tokens_after = 31.4;
  pair.tokens_cut = cut;
  pair.tokens_p = 0.0001;
  pair.accuracy_before = 0.639;
  pair.accuracy_after = 0.639 + difference.value;
  pair.accuracy_difference = difference;
  pair.accuracy_p = p;
  return pair;
}

ReportInputs inputs_of(const PairedComparison& pair) {
  ReportInputs inputs;
  inputs.evaluation = Evaluation{{}, {pair}};
  return inputs;
}

TEST(Verdict, SaysTheFiguresWithTheirIntervals) {
  const auto verdict =
      make_verdict(inputs_of(pair_of({0.788, 0.77, 0.803}, {0.004, -0.021, 0.03}, 0.81)));
  ASSERT_TRUE(verdict);
  EXPECT_EQ(verdict->sentence,
            "On 900 held-out problems responses go from 148 to 31.4 tokens, 78.8 % fewer (95 % "
            "interval 77.0 to 80.3 %), and accuracy goes from 63.9 % to 64.3 %, +0.4 points (95 % "
            "interval \u22122.1 to +3.0).");
  EXPECT_EQ(verdict->conclusion,
            "The responses are shorter. No change in accuracy can be told from chance (exact "
            "McNemar test, p = 0.81); a loss of more than 2.1 points is ruled out at 95 %.");
}

TEST(Verdict, ConclusionFollowsTheIntervals) {
  struct Row {
    Estimate cut;
    Estimate difference;
    double p;
    const char* tokens;
    const char* accuracy;
  };
  const Row rows[] = {
      {{0.5, 0.4, 0.6},
       {-0.05, -0.08, -0.02},
       0.002,
       "are shorter",
       "The loss in accuracy is more"},
      {{0.5, 0.4, 0.6}, {0.05, 0.02, 0.08}, 0.0001, "are shorter", "The gain in accuracy is more"},
      {{0.5, 0.4, 0.6},
       {0.05, 0.001, 0.1},
       0.06,
       "are shorter",
       "The interval and the test of accuracy disagree, so no gain is shown (exact McNemar test, p "
       "= "
       "0.060); a loss is ruled out at 95 %."},
      {{0.5, 0.4, 0.6},
       {0.05, -0.001, 0.1},
       0.04,
       "are shorter",
       "disagree, so no gain is shown (exact McNemar test, p = 0.040)"},
      {{0.5, 0.4, 0.6},
       {-0.05, -0.09, -0.001},
       0.06,
       "are shorter",
       "disagree, so no loss is shown (exact McNemar test, p = 0.060); a loss of more than 9.0 "
       "points is ruled out at 95 %."},
      {{0.5, 0.4, 0.6},
       {0.01, 0, 0.1},
       0.3,
       "are shorter",
       "p = 0.30); a loss is ruled out at 95 %."},
      {{0.5, 0.4, 0.6},
       {0.01, -0.0001, 0.1},
       0.3,
       "are shorter",
       "a loss of more than 0.1 points is ruled out at 95 %."},
      {{0.01, -0.02, 0.04}, {0, -0.01, 0.01}, 1, "neither shorter nor longer", "No change"},
      {{-0.3, -0.4, -0.2}, {0, -0.01, 0.01}, 1, "are longer", "No change"},
  };
  for (const Row& row : rows) {
    const auto verdict = make_verdict(inputs_of(pair_of(row.cut, row.difference, row.p)));
    ASSERT_TRUE(verdict);
    EXPECT_THAT(verdict->conclusion, HasSubstr(row.tokens));
    EXPECT_THAT(verdict->conclusion, HasSubstr(row.accuracy));
  }
}

// Of few problems a bootstrap interval may leave zero out where no permutation test could.
TEST(Verdict, ClaimsNoLengthThatTheTestDenies) {
  for (const Estimate cut : {Estimate{0.5, 0.4, 0.6}, Estimate{-0.5, -0.6, -0.4}}) {
    PairedComparison pair = pair_of(cut, {0, -0.1, 0.1}, 1);
    pair.tokens_p = 0.25;
    const auto verdict = make_verdict(inputs_of(pair));
    ASSERT_TRUE(verdict);
    EXPECT_THAT(verdict->conclusion,
                HasSubstr("neither shorter nor longer by more than chance (paired permutation "
                          "test, p = 0.25)."));
  }
}

TEST(Verdict, LongerResponsesAreSaidAsMore) {
  const auto verdict = make_verdict(inputs_of(pair_of({-0.3, -0.4, -0.2}, {0, 0, 0}, 1)));
  ASSERT_TRUE(verdict);
  EXPECT_THAT(verdict->sentence, HasSubstr("30.0 % more (95 % interval 20.0 to 40.0 %)"));
}

TEST(Verdict, EverySortOfChangeReadsWell) {
  struct Row {
    double tokens_after;
    Estimate cut;
    Estimate difference;
    std::int64_t pairs;
    const char* sentence;
  };
  const Row rows[] = {
      {163,
       {-0.1, -0.14, -0.06},
       {-0.05, -0.08, -0.02},
       900,
       "On 900 held-out problems responses go from 148 to 163 tokens, 10.0 % more (95 % interval "
       "6.0 "
       "to 14.0 %), and accuracy goes from 63.9 % to 58.9 %, \u22125.0 points (95 % interval "
       "\u22128.0 to \u22122.0)."},
      {149.6,
       {-0.011, -0.04, 0.02},
       {0, -0.03, 0.03},
       1,
       "On 1 held-out problem responses go from 148 to 150 tokens, 1.1 % more (95 % interval 4.0 % "
       "more to 2.0 % fewer), and accuracy stays at 63.9 %, 0.0 points (95 % interval \u22123.0 to "
       "+3.0)."},
      {148,
       {0, 0, 0},
       {0, -0.03, 0.03},
       40,
       "On 40 held-out problems responses stay at 148 tokens, as many as before (95 % interval 0.0 "
       "to "
       "0.0 %), and accuracy stays at 63.9 %, 0.0 points (95 % interval \u22123.0 to +3.0)."},
  };
  for (const Row& row : rows) {
    PairedComparison pair = pair_of(row.cut, row.difference, 1);
    pair.tokens_after = row.tokens_after;
    pair.pairs = row.pairs;
    EXPECT_EQ(make_verdict(inputs_of(pair))->sentence, row.sentence);
  }
}

TEST(Verdict, SeveralSamplesHaveAnotherTest) {
  PairedComparison pair = pair_of({0.5, 0.4, 0.6}, {0.03, 0.01, 0.05}, 0.01);
  pair.accuracy_test = "paired permutation test";
  pair.mcnemar_p = 0.7;  // of majorities
  EXPECT_EQ(
      make_verdict(inputs_of(pair))->conclusion,
      "The responses are shorter. The gain in accuracy is more than chance (paired permutation "
      "test, p = 0.010).");
}

TEST(Verdict, NeedsTheComparisonOfAllProblems) {
  EXPECT_FALSE(make_verdict(ReportInputs{}));
  PairedComparison pair = pair_of({}, {}, 1);
  pair.group = "operations=1";
  EXPECT_FALSE(make_verdict(inputs_of(pair)));
  pair.group = "all";
  pair.pairs = 0;
  EXPECT_FALSE(make_verdict(inputs_of(pair)));
  pair.pairs = 1;
  pair.after = "other";
  EXPECT_FALSE(make_verdict(inputs_of(pair)));
}

TEST(Verdict, OneProblemIsSaidAsOne) {
  PairedComparison pair = pair_of({0.5, 0.4, 0.6}, {0, -0.1, 0.1}, 1);
  pair.pairs = 1;
  EXPECT_THAT(evaluation_warnings(inputs_of(pair)),
              ElementsAre(HasSubstr("Only 1 problem was answered by both")));
}

TEST(Verdict, WarnsOfWhatAReaderShouldKnow) {
  ReportInputs inputs = inputs_of(pair_of({0.5, 0.4, 0.6}, {0, -0.1, 0.1}, 1));
  EXPECT_THAT(evaluation_warnings(inputs), IsEmpty());

  inputs.evaluation->comparisons[0].pairs = 40;
  ArmSummary base;
  base.arm = "base";
  base.accuracy.value = 0.7;
  base.accuracy_strict.value = 0.4;
  base.share_cut = 0.08;
  base.gold_errors = 3;
  ArmSummary tuned = base;
  tuned.arm = "tuned";
  tuned.accuracy_strict.value = 0.69;
  tuned.share_cut = 0;
  tuned.share_loop = 0.05;
  tuned.undecided = 2;
  inputs.evaluation->arms = {base, tuned};
  EXPECT_THAT(evaluation_warnings(inputs),
              ElementsAre(HasSubstr("Only 40 problems"), HasSubstr("limit: base 8.0 % of"),
                          HasSubstr("loop: tuned 5.0 % of"), HasSubstr("base 3, tuned 3"),
                          HasSubstr("tuned 2"), HasSubstr("part of the change is format")));
}

}  // namespace
}  // namespace drp::report
