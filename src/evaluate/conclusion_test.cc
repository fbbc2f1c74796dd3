// SPDX-License-Identifier: Apache-2.0
#include "evaluate/conclusion.h"

#include <gmock/gmock.h>

namespace drp::evaluate {
namespace {

using testing::HasSubstr;
using testing::Not;

PairedComparison pair_of(Estimate cut, Estimate difference, double p) {
  PairedComparison pair;
  pair.pairs = 500;
  pair.only_before = 20;
  pair.only_after = 25;
  pair.tokens_cut = cut;
  pair.tokens_p = 0.0001;
  pair.accuracy_difference = difference;
  pair.accuracy_p = p;
  pair.accuracy_p_holm = p;
  return pair;
}

TEST(ComparisonNote, EverySortOfChangeReadsWell) {
  struct Row {
    Estimate cut;
    Estimate difference;
    double p;
    const char* part;
  };
  const Estimate shorter = {0.5, 0.4, 0.6};
  const Estimate level = {0.01, -0.016, 0.036};
  const Row rows[] = {
      {shorter, level, 0.55,
       ". Here fewer tokens are shown (p < 0.001, paired permutation test); a "
       "change of accuracy is not shown (exact McNemar test, p = 0.550), which "
       "is no proof that there is none: a loss of up to 1.6 points is not "
       "excluded."},
      {{-0.3, -0.4, -0.2}, level, 0.55, ". Here more tokens are shown (p < 0.001"},
      {{0.01, -0.02, 0.04},
       level,
       0.55,
       "a change in tokens is not shown (95 % interval 2.0 % more to 4.0 % fewer; p < 0.001, "
       "paired "
       "permutation test);"},
      {{0, 0, 0},
       level,
       0.55,
       "a change in tokens is not shown (95 % interval 0.0 % to 0.0 %; p < 0.001"},
      {shorter,
       {-0.05, -0.08, -0.02},
       0.004,
       "a loss of accuracy is shown (exact McNemar test, p ="},
      {shorter, {0.05, 0.02, 0.08}, 0.004, "a gain of accuracy is shown (exact McNemar test, p ="},
      {shorter, {0.02, -0.0001, 0.04}, 0.06, "is not shown (exact McNemar test, p = 0.060)."},
  };
  for (const Row& row : rows) {
    const std::string note = comparison_note(pair_of(row.cut, row.difference, row.p));
    EXPECT_THAT(note, HasSubstr(row.part));
    EXPECT_THAT(note, Not(HasSubstr("-"))) << "directions are words";
  }
}

// Of few problems a bootstrap interval may leave zero out where no permutation test could.
TEST(ComparisonNote, ClaimsWhatBothIntervalAndTestShow) {
  PairedComparison pair = pair_of({0.5, 0.4, 0.6}, {-0.1, -0.2, -0.01}, 0.06);
  pair.tokens_p = 0.25;
  const std::string note = comparison_note(pair);
  EXPECT_THAT(note, HasSubstr("a change in tokens is not shown (95 % interval 40.0 % fewer to 60.0 "
                              "% fewer; p = 0.250, paired permutation test)"));
  EXPECT_THAT(note, HasSubstr("a change of accuracy is not shown (exact McNemar test, p = 0.060)"));
  // A small p beside an interval over zero shows nothing either.
  const std::string other = comparison_note(pair_of({0.1, -0.1, 0.3}, {0.1, -0.01, 0.2}, 0.04));
  EXPECT_THAT(other, HasSubstr("a change in tokens is not shown"));
  EXPECT_THAT(other, HasSubstr("a change of accuracy is not shown"));
}

TEST(ComparisonNote, NamesTheUnit) {
  const Estimate level = {0, -0.1, 0.1};
  EXPECT_THAT(comparison_note(pair_of({0.5, 0.4, 0.6}, level, 1), "characters"),
              HasSubstr("fewer characters are shown"));
  EXPECT_THAT(comparison_note(pair_of({0, -0.1, 0.1}, level, 1), "characters"),
              HasSubstr("a change in characters is not shown"));
}

TEST(ArmNote, GivesTheIntervalItself) {
  ArmSummary arm;
  arm.problems = 5;
  arm.accuracy = {0.8, 0.376, 0.964};
  EXPECT_THAT(
      arm_note(arm),
      HasSubstr("From 5 problems the accuracy is known to lie between 37.6 and 96.4 % (95 % "
                "interval); a difference"));
}

TEST(ComparisonNote, OneProblemAndNone) {
  PairedComparison pair = pair_of({0.5, 0.4, 0.6}, {0, -0.9, 0.9}, 1);
  pair.pairs = 1;
  pair.only_before = pair.only_after = 0;
  EXPECT_THAT(comparison_note(pair),
              HasSubstr("1 problem shows no change of accuracy of any size. Here"));
  pair.pairs = 0;
  EXPECT_EQ(comparison_note(pair), "No problem was answered by both: nothing can be said.");
}

}  // namespace
}  // namespace drp::evaluate
