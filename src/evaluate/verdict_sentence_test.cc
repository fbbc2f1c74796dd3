// SPDX-License-Identifier: Apache-2.0
#include <gmock/gmock.h>

#include "evaluate/evaluator.h"

namespace drp::evaluate {
namespace {

PairedComparison usual() {
  PairedComparison pair;
  pair.before = "base";
  pair.after = "tuned";
  pair.group = "all";
  pair.pairs = 900;
  pair.accuracy_before = 0.713;
  pair.accuracy_after = 0.709;
  pair.accuracy_difference = {-0.004, -0.031, 0.022};
  pair.tokens_before = 182.4;
  pair.tokens_after = 41;
  pair.tokens_cut = {0.775, 0.758, 0.791};
  pair.tokens_p = 0.0001;
  pair.accuracy_test = "exact McNemar test";
  pair.accuracy_p = 0.8;
  return pair;
}

TEST(VerdictSentence, SaysTheWhole) {
  EXPECT_EQ(verdict_sentence(usual()),
            "From base to tuned, tokens a response fell from 182.4 to 41.0 (-77.5 %, 95 % interval "
            "-79.1 to -75.8); accuracy went from 71.3 % to 70.9 % (difference -0.4 points, 95 % "
            "interval -3.1 to +2.2, n = 900): no change of accuracy is shown (exact McNemar "
            "test, p = 0.800); a loss of more than 3.1 points is unlikely, a smaller one cannot be "
            "excluded.");
}

struct Row {
  const char* what;
  Estimate cut;
  double tokens_after;
  Estimate difference;
  double p;
  std::int64_t pairs;
  std::vector<std::string> parts;
};

TEST(VerdictSentence, ClaimsWhatTheIntervalsShow) {
  const Estimate shorter = {0.775, 0.758, 0.791};
  const Estimate level = {-0.004, -0.031, 0.022};
  const std::vector<Row> rows = {
      {"longer",
       {-0.2, -0.25, -0.15},
       218.9,
       level,
       0.8,
       900,
       {"tokens a response rose from 182.4 to 218.9 (+20.0 %, 95 % interval +15.0 to +25.0)"}},
      {"chance",
       {0.02, -0.01, 0.05},
       178.8,
       level,
       0.8,
       900,
       {"tokens a response went from 182.4 to 178.8 (-2.0 %, 95 % interval -5.0 to +1.0), a change "
        "that is not shown (paired permutation test, p < 0.001)"}},
      {"same length",
       {0, -0.01, 0.01},
       182.4,
       level,
       0.8,
       900,
       {"tokens a response stayed at 182.4 (0.0 %, 95 % interval -1.0 to +1.0);"}},
      {"clear loss",
       shorter,
       41,
       {-0.06, -0.08, -0.04},
       0.0001,
       900,
       {"difference -6.0 points, 95 % interval -8.0 to -4.0",
        ": a clear loss, of 4.0 points or more (exact McNemar test, p < 0.001)."}},
      {"loss by the interval alone",
       shorter,
       41,
       {-0.006, -0.013, -0.0012},
       0.0625,
       900,
       {": no change of accuracy is shown (exact McNemar test, p = 0.062); a loss of more than 1.3 "
        "points is unlikely, a smaller one cannot be excluded."}},
      {"clear gain",
       shorter,
       41,
       {0.06, 0.04, 0.08},
       0.004,
       900,
       {": a clear gain, of 4.0 points or more (exact McNemar test, p = 0.004)."}},
      {"slight clear gain",
       shorter,
       41,
       {0.002, 0.0001, 0.004},
       0.04,
       90000,
       {": a clear gain (exact McNemar test, p = 0.040).", "n = 90,000"}},
      {"no loss in sight", shorter, 41, {0.02, 0, 0.04}, 0.06, 900, {"; a loss is unlikely."}},
      {"few",
       shorter,
       41,
       level,
       1,
       45,
       {"cannot be excluded; 45 problems tell large differences only."}},
      {"one", shorter, 41, level, 1, 1, {"; 1 problem tells large differences only."}}};
  for (const Row& row : rows) {
    PairedComparison pair = usual();
    pair.tokens_cut = row.cut;
    pair.tokens_after = row.tokens_after;
    pair.accuracy_difference = row.difference;
    pair.accuracy_p = row.p;
    pair.pairs = row.pairs;
    const std::string sentence = verdict_sentence(pair);
    for (const std::string& part : row.parts) {
      EXPECT_THAT(sentence, testing::HasSubstr(part)) << row.what;
    }
  }
}

TEST(VerdictSentence, ClaimsNoLengthThatTheTestDenies) {
  PairedComparison pair = usual();
  pair.tokens_p = 0.25;
  EXPECT_THAT(
      verdict_sentence(pair),
      testing::HasSubstr("tokens a response went from 182.4 to 41.0 (-77.5 %, 95 % interval "
                         "-79.1 to -75.8), a change that is not shown (paired permutation "
                         "test, p = 0.250);"));
}

TEST(VerdictSentence, NamesTheUnit) {
  PairedComparison pair = usual();
  EXPECT_THAT(verdict_sentence(pair, "characters"),
              testing::HasSubstr("characters a response fell from"));
  pair.tokens_after = pair.tokens_before;
  pair.tokens_cut = {0, -0.01, 0.01};
  EXPECT_THAT(verdict_sentence(pair, "characters"),
              testing::HasSubstr("characters a response stayed at 182.4"));
}

TEST(VerdictSentence, NamesTheGroupAndEqualAccuracy) {
  PairedComparison pair = usual();
  pair.group = "operations=2";
  pair.accuracy_after = 0.713;
  pair.accuracy_difference = {0, -0.03, 0.03};
  EXPECT_THAT(verdict_sentence(pair),
              testing::AllOf(testing::StartsWith("From base to tuned on operations=2, tokens"),
                             testing::HasSubstr("accuracy stayed at 71.3 % (difference 0.0 "
                                                "points, 95 % interval -3.0 to +3.0")));
  pair.pairs = 0;
  EXPECT_EQ(verdict_sentence(pair),
            "Nothing can be said from base to tuned on operations=2: no problem was answered by "
            "both.");
}

}  // namespace
}  // namespace drp::evaluate
