// SPDX-License-Identifier: Apache-2.0
#include "evaluate/evaluator.h"

#include <gmock/gmock.h>

#include <algorithm>
#include <cmath>
#include <tuple>

#include "base/error.h"

namespace drp::evaluate {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

Scored scored(const std::string& arm, const std::string& problem, bool right, std::int64_t tokens,
              std::int64_t sample = 0) {
  Scored row;
  row.arm = arm;
  row.problem_id = problem;
  row.sample = sample;
  row.correct = right;
  row.correct_strict = right;
  row.verdict = right ? "equal" : "unequal";
  row.finish = FinishReason::kStop;
  row.response_tokens = tokens;
  return row;
}

std::vector<std::string> groups(const Evaluation& evaluation) {
  std::vector<std::string> names;
  names.reserve(evaluation.comparisons.size());
  for (const PairedComparison& pair : evaluation.comparisons) {
    names.push_back(pair.after + " " + pair.group);
  }
  return names;
}

TEST(Evaluator, SumsUpAnArm) {
  Evaluator evaluator;
  for (int i = 0; i < 10; ++i) {
    Scored row = scored("base", "p" + std::to_string(i), i < 6, 10 * (i + 1));
    if (i == 0) row.correct_strict = false;
    if (i == 7) row.verdict = "undecided";
    if (i == 8) row.verdict = "gold_error";
    if (i == 9) row.finish = FinishReason::kLength;
    if (i == 6) row.finish = FinishReason::kLoop;
    evaluator.add(row);
  }
  const Evaluation evaluation = evaluator.summarise();
  ASSERT_EQ(evaluation.arms.size(), 1u);
  const ArmSummary& arm = evaluation.arms[0];
  EXPECT_EQ(arm.arm, "base");
  EXPECT_EQ(arm.responses, 10);
  EXPECT_EQ(arm.accuracy, wilson_interval(6.0 / 9, 9));
  EXPECT_EQ(arm.accuracy_strict, wilson_interval(5.0 / 9, 9));
  EXPECT_DOUBLE_EQ(arm.tokens_mean, 55);  // the cut one counts at its length
  EXPECT_DOUBLE_EQ(arm.tokens_median, 55);
  EXPECT_DOUBLE_EQ(arm.tokens_p90, 91);
  EXPECT_DOUBLE_EQ(arm.share_cut, 0.1);
  EXPECT_DOUBLE_EQ(arm.share_loop, 0.1);
  EXPECT_EQ(arm.gold_errors, 1);
  EXPECT_EQ(arm.undecided, 1);
  EXPECT_THAT(evaluation.comparisons, IsEmpty());
}

TEST(Evaluator, PairsArmsOnTheProblemsOfBoth) {
  Evaluator evaluator;
  struct Row {
    const char* id;
    bool before, after;
    std::int64_t tokens_before, tokens_after;
  };
  for (const Row& row : std::vector<Row>{{"a", true, true, 100, 20},
                                         {"b", true, true, 200, 60},
                                         {"c", true, false, 300, 30},
                                         {"d", false, true, 400, 40},
                                         {"e", false, false, 500, 50}}) {
    evaluator.add(scored("base", row.id, row.before, row.tokens_before));
    evaluator.add(scored("tuned", row.id, row.after, row.tokens_after));
  }
  evaluator.add(scored("base", "only base", true, 9999));
  evaluator.add(scored("tuned", "only tuned", true, 9999));
  Scored unreadable = scored("base", "gold", false, 9999);
  unreadable.verdict = "gold_error";
  evaluator.add(unreadable);
  evaluator.add(scored("tuned", "gold", false, 9999));

  const Evaluation evaluation = evaluator.summarise();
  ASSERT_THAT(groups(evaluation), ElementsAre("tuned all"));
  const PairedComparison& pair = evaluation.comparisons[0];
  EXPECT_EQ(pair.before, "base");
  EXPECT_EQ(pair.pairs, 5);
  EXPECT_EQ(pair.both_right, 2);
  EXPECT_EQ(pair.only_before, 1);
  EXPECT_EQ(pair.only_after, 1);
  EXPECT_EQ(pair.both_wrong, 1);
  EXPECT_DOUBLE_EQ(pair.accuracy_before, 0.6);
  EXPECT_DOUBLE_EQ(pair.accuracy_after, 0.6);
  EXPECT_EQ(pair.accuracy_difference, paired_difference({0.2, 0.2}, 5));
  EXPECT_DOUBLE_EQ(pair.tokens_before, 300);
  EXPECT_DOUBLE_EQ(pair.tokens_after, 40);
  EXPECT_DOUBLE_EQ(pair.tokens_cut.value, 1 - 200.0 / 1500);
  EXPECT_LT(pair.tokens_cut.low, pair.tokens_cut.value);
  EXPECT_GT(pair.tokens_cut.high, pair.tokens_cut.value);
  EXPECT_DOUBLE_EQ(pair.tokens_before_both_right, 150);
  EXPECT_DOUBLE_EQ(pair.tokens_after_both_right, 40);
  EXPECT_EQ(pair.mcnemar_p, 1);
}

TEST(Evaluator, GroupsByTag) {
  Evaluator evaluator;
  for (const char* arm : {"base", "tuned", "control"}) {
    for (int i = 0; i < 60; ++i) {
      Scored row = scored(arm, "p" + std::to_string(i), true, 10);
      row.tags["operations"] = i % 3 == 0 ? "10" : i % 3 == 1 ? "2" : "many";
      row.tags["family"] = "family " + std::to_string(i);  // too many to be groups
      row.tags["other"] = "x";                             // not asked for
      if (i == 5) row.tags["wording_set"] = "held_out";
      evaluator.add(row);
    }
  }
  EXPECT_THAT(groups(evaluator.summarise()),
              ElementsAre("tuned all", "tuned operations=2", "tuned operations=10",
                          "tuned operations=many", "tuned wording_set=held_out", "control all",
                          "control operations=2", "control operations=10",
                          "control operations=many", "control wording_set=held_out"));
  EvaluateOptions options;
  options.tags = {"family", "absent"};
  options.values_max = 60;
  options.before = "control";
  const Evaluation families = evaluator.summarise(options);
  EXPECT_EQ(families.comparisons.size(), 2u * 61);
  EXPECT_EQ(families.comparisons[1].group, "family=family 0");
  EXPECT_EQ(families.comparisons[1].pairs, 1);
  options.before = "nobody";
  EXPECT_THAT(evaluator.summarise(options).comparisons, IsEmpty());
}

TEST(Evaluator, TakesTheSamplesOfAProblemAsOneCluster) {
  struct Case {
    const char* what;
    std::vector<int> right_before;  // of 4 samples, a problem each, over and over
    std::vector<int> right_after;
    double size_before;  // responses that the interval counts, of 40 problems
  };
  for (const Case& row :
       std::vector<Case>{{"samples agree", {4, 0}, {4, 0}, 40},
                         {"samples vary within each problem", {2, 2}, {2, 2}, 160},
                         {"half way", {3, 1}, {1, 3}, 160}}) {
    Evaluator evaluator;
    for (std::size_t problem = 0; problem < 40; ++problem) {
      const std::string id = "p" + std::to_string(problem);
      for (int sample = 0; sample < 4; ++sample) {
        evaluator.add(scored("base", id, sample < row.right_before[problem % 2], 100, sample));
        evaluator.add(scored("tuned", id, sample < row.right_after[problem % 2], 50, sample));
      }
    }
    const Evaluation evaluation = evaluator.summarise();
    EXPECT_EQ(evaluation.arms[0].responses, 160);
    const Estimate expected = wilson_interval(0.5, row.size_before);
    EXPECT_NEAR(evaluation.arms[0].accuracy.low, expected.low, 1e-12) << row.what;
    EXPECT_NEAR(evaluation.arms[0].accuracy.high, expected.high, 1e-12) << row.what;
    EXPECT_EQ(evaluation.comparisons[0].pairs, 40) << row.what;
    EXPECT_DOUBLE_EQ(evaluation.comparisons[0].accuracy_difference.value, 0) << row.what;
  }
}

TEST(Evaluator, ComparesUnequalSampleCountsByShare) {
  Evaluator evaluator;
  const auto add = [&](const std::string& arm, const std::string& id, int right, int samples) {
    for (int i = 0; i < samples; ++i) evaluator.add(scored(arm, id, i < right, 10 + i, i));
  };
  add("base", "equal and right", 1, 2);
  add("tuned", "equal and right", 2, 4);
  add("base", "equal and wrong", 1, 3);
  add("tuned", "equal and wrong", 1, 3);
  add("base", "better", 1, 3);
  add("tuned", "better", 1, 1);
  add("base", "worse", 2, 2);
  add("tuned", "worse", 1, 2);
  const PairedComparison pair = evaluator.summarise().comparisons[0];
  EXPECT_EQ(pair.pairs, 4);
  EXPECT_EQ(pair.both_right, 1);
  EXPECT_EQ(pair.both_wrong, 1);
  EXPECT_EQ(pair.only_before, 1);
  EXPECT_EQ(pair.only_after, 1);
  EXPECT_NEAR(pair.accuracy_before, (0.5 + 1.0 / 3 + 1.0 / 3 + 1) / 4, 1e-12);
  EXPECT_NEAR(pair.accuracy_after, (0.5 + 1.0 / 3 + 1 + 0.5) / 4, 1e-12);
  EXPECT_NEAR(pair.accuracy_difference.value, pair.accuracy_after - pair.accuracy_before, 1e-12);
}

TEST(Evaluator, DoesNotDependOnTheOrderWithinAnArm) {
  std::vector<Scored> rows;
  for (int i = 0; i < 50; ++i) {
    for (const char* arm : {"base", "tuned"}) {
      const std::int64_t tokens = 20 + i * (arm == std::string("base") ? 17 : 7) % 40;
      rows.push_back(scored(arm, "p" + std::to_string(i), i % 3 != 0, tokens));
      rows.back().tags["operations"] = std::to_string(i % 4);
    }
  }
  Evaluator forwards;
  for (const Scored& row : rows) forwards.add(row);
  Evaluator by_arm;
  std::stable_sort(rows.begin(), rows.end(), [](const Scored& a, const Scored& b) {
    return std::tuple(a.arm, b.problem_id) < std::tuple(b.arm, a.problem_id);
  });
  for (const Scored& row : rows) by_arm.add(row);
  EXPECT_EQ(forwards.summarise(), by_arm.summarise());
  EvaluateOptions other;
  other.seed = 5;
  EXPECT_NE(forwards.summarise(other), forwards.summarise());
}

TEST(Evaluator, RefusesASampleScoredTwice) {
  Evaluator evaluator;
  evaluator.add(scored("base", "p1", true, 10, 3));
  evaluator.add(scored("tuned", "p1", true, 10, 3));
  EXPECT_NO_THROW(evaluator.summarise());
  evaluator.add(scored("base", "p1", false, 10, 3));
  try {
    evaluator.summarise();
    FAIL();
  } catch (const Error& error) {
    EXPECT_EQ(error.kind(), ErrorKind::kData);
    EXPECT_THAT(error.what(), HasSubstr("sample 3 of problem 'p1' was scored twice for 'base'"));
  }
}

TEST(Evaluator, TellsReasoningFromAnswerAndSilence) {
  Evaluator evaluator;
  Scored row = scored("base", "a", true, 100);
  row.reasoning_tokens = 80;
  row.method = "box";
  row.answer = "7";
  evaluator.add(row);
  row = scored("base", "b", false, 300);
  row.reasoning_tokens = 300;
  row.method = "none";
  evaluator.add(row);
  const ArmSummary arm = evaluator.summarise().arms[0];
  EXPECT_DOUBLE_EQ(arm.reasoning_tokens_mean, 190);
  EXPECT_DOUBLE_EQ(arm.answer_tokens_mean, 10);
  EXPECT_DOUBLE_EQ(arm.share_no_answer, 0.5);
  EXPECT_EQ(arm.problems, 2);
  EXPECT_THAT(arm.note, HasSubstr("From 2 problems the accuracy is known to lie between"));
}

// A student that learned to say "The answer is N" gains under one extractor and nowhere else.
TEST(Evaluator, ShowsWhatEachExtractorWouldReport) {
  Evaluator evaluator;
  for (int i = 0; i < 10; ++i) {
    Scored row = scored("base", "p" + std::to_string(i), true, 10);
    row.right_by = {"box", "number"};
    evaluator.add(row);
    row.arm = "tuned";
    row.right_by = {"phrase", "number"};
    evaluator.add(row);
  }
  const Evaluation evaluation = evaluator.summarise();
  EXPECT_THAT(evaluation.arms[0].extractors,
              ElementsAre(ExtractorScore{"box", 1}, ExtractorScore{"hash", 0},
                          ExtractorScore{"phrase", 0}, ExtractorScore{"number", 1}));
  const PairedComparison& pair = evaluation.comparisons[0];
  EXPECT_EQ(pair.extractors_before[2], (ExtractorScore{"phrase", 0}));
  EXPECT_EQ(pair.extractors_after[2], (ExtractorScore{"phrase", 1}));
  EXPECT_DOUBLE_EQ(pair.accuracy_difference.value, 0);
}

TEST(Evaluator, ScoresSeveralSamples) {
  Evaluator evaluator;
  const auto add = [&](const std::string& id, const std::vector<std::string>& answers) {
    std::int64_t sample = 0;
    for (const std::string& answer : answers) {
      Scored row = scored("base", id, answer == "1", 10, sample++);
      row.method = "box";
      row.answer = answer;
      evaluator.add(row);
    }
  };
  add("a", {"1", "1", "2", "3"});
  add("b", {"1/2", "0.5", "1", "4"});
  add("c", {"1", "1", "1", "1", "9"});  // one more than the others
  const ArmSummary arm = evaluator.summarise().arms[0];
  ASSERT_EQ(arm.at_k.size(), 2U);
  EXPECT_EQ(arm.at_k[0].k, 2);
  EXPECT_EQ(arm.at_k[1].k, 4);
  EXPECT_DOUBLE_EQ(arm.at_k[1].pass.value, 1);
  // a: right by two votes; b: 1/2 = 0.5 win; c: four of five are drawn, always right.
  EXPECT_NEAR(arm.at_k[1].majority.value, 2.0 / 3, 1e-12);
  EXPECT_NEAR(arm.at_k[0].pass.value, (5.0 / 6 + 0.5 + 1) / 3, 1e-12);
}

TEST(Evaluator, AdjustsForTheNumberOfSets) {
  Evaluator evaluator;
  for (int i = 0; i < 60; ++i) {
    const std::string id = "p" + std::to_string(i);
    for (const char* arm : {"base", "tuned"}) {
      Scored row = scored(arm, id, arm == std::string("base") || i % 20 >= 8, 10);
      row.tags["set"] = i < 20 ? "x" : i < 40 ? "y" : "z";
      evaluator.add(row);
    }
  }
  for (const PairedComparison& pair : evaluator.summarise().comparisons) {
    EXPECT_EQ(pair.accuracy_test, "exact McNemar test");
    if (pair.group == "all") {
      EXPECT_EQ(pair.accuracy_p_holm, pair.accuracy_p);
      continue;
    }
    EXPECT_NEAR(pair.accuracy_p, 2 * std::pow(0.5, 8), 1e-12);
    EXPECT_NEAR(pair.accuracy_p_holm, 3 * pair.accuracy_p, 1e-12);
    EXPECT_THAT(pair.note, HasSubstr("a loss of accuracy is shown (exact McNemar test, p = 0.023 "
                                     "after Holm)"));
  }
}

TEST(Evaluator, TestsSeveralSamplesByPermutation) {
  Evaluator evaluator;
  for (int i = 0; i < 12; ++i) {
    for (std::int64_t sample = 0; sample < 4; ++sample) {
      const std::string id = "p" + std::to_string(i);
      evaluator.add(scored("base", id, sample < 2, 10, sample));
      evaluator.add(scored("tuned", id, sample < 3, 5, sample));
    }
  }
  const PairedComparison pair = evaluator.summarise().comparisons[0];
  EXPECT_EQ(pair.accuracy_test, "paired permutation test");
  EXPECT_NEAR(pair.accuracy_p, 2 * std::pow(0.5, 12), 1e-12);
  EXPECT_NEAR(pair.tokens_p, 2 * std::pow(0.5, 12), 1e-12);
  EXPECT_NEAR(pair.token_ratio.value, 0.5, 1e-12);
  EXPECT_NEAR(pair.efficiency_score, 0.5 + 3 * 0.5, 1e-12);
}

TEST(Evaluator, SetsThatAreAllThereIsGetNoRowOfTheirOwn) {
  Evaluator evaluator;
  for (const char* arm : {"base", "tuned"}) {
    for (int i = 0; i < 5; ++i) {
      Scored row = scored(arm, "p" + std::to_string(i), true, 10);
      row.tags["set"] = "only";
      evaluator.add(row);
    }
  }
  EXPECT_THAT(groups(evaluator.summarise()), ElementsAre("tuned all"));
}

TEST(Evaluator, IsEmptyWithoutResponses) {
  const Evaluation evaluation = Evaluator().summarise();
  EXPECT_THAT(evaluation.arms, IsEmpty());
  EXPECT_THAT(evaluation.comparisons, IsEmpty());
}

TEST(Evaluator, ComparesNothingWhereNoProblemIsShared) {
  Evaluator evaluator;
  evaluator.add(scored("base", "a", true, 10));
  evaluator.add(scored("tuned", "b", true, 10));
  const Evaluation evaluation = evaluator.summarise();
  ASSERT_EQ(evaluation.comparisons.size(), 1u);
  EXPECT_EQ(evaluation.comparisons[0].pairs, 0);
  EXPECT_EQ(evaluation.comparisons[0].accuracy_difference, (Estimate{0, -1, 1}));
  EXPECT_THAT(verdict_sentence(evaluation.comparisons[0]), HasSubstr("no problem was answered"));
}

// A file without references takes nothing from another one that has them.
TEST(Evaluator, AnArmWithoutReferencesLeavesTheAccuracyOfOthers) {
  Evaluator evaluator;
  for (const char* id : {"a", "b"}) {
    evaluator.add(scored("base", id, true, 100));
    Scored bare = scored("tuned", id, false, 50);
    bare.verdict = "gold_error";
    evaluator.add(bare);
  }
  const Evaluation evaluation = evaluator.summarise();
  ASSERT_EQ(evaluation.arms.size(), 2U);
  EXPECT_EQ(evaluation.arms[0].problems, 2);
  EXPECT_EQ(evaluation.arms[0].gold_errors, 0);
  EXPECT_DOUBLE_EQ(evaluation.arms[0].accuracy.value, 1);
  EXPECT_EQ(evaluation.arms[1].problems, 0);
  EXPECT_EQ(evaluation.arms[1].gold_errors, 2);
  EXPECT_EQ(evaluation.comparisons.at(0).pairs, 0);
}

}  // namespace
}  // namespace drp::evaluate
