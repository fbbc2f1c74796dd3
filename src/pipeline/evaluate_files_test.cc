// SPDX-License-Identifier: Apache-2.0
#include "pipeline/evaluate_files.h"

#include <gmock/gmock.h>

#include <algorithm>
#include <filesystem>

#include "base/error.h"
#include "base/file.h"
#include "pipeline/pipeline_fakes.h"
#include "pipeline/stored_scores.h"
#include "records/json_line.h"

namespace drp::pipeline {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
namespace fs = std::filesystem;

class EvaluateFiles : public testing::Test {
 protected:
  EvaluateFiles() : folder_(fs::path(testing::TempDir()) / "evaluate_files") {
    fs::remove_all(folder_);
    make_folder(folder_);
  }

  std::string put(const std::string& name, const std::string& content) const {
    write_file_atomic(folder_ / name, content);
    return (folder_ / name).string();
  }
  FilesEvaluation evaluate(EvaluateFilesOptions options) const {
    options.threads = 2;
    return evaluate_files(options, services_);
  }

  fs::path folder_;
  NoProgress progress_;
  StopFlag stop_;
  FixedClock clock_;
  Engines engines_;
  Services services_{engines_, progress_, stop_, clock_, {}};
};

std::string row(const std::string& question, const std::string& gold, const std::string& answer,
                int tokens, const std::string& more = "") {
  return R"({"question":")" + question + R"(","answer":")" + gold +
         R"(","response":"<think>let me see</think>\\boxed{)" + answer +
         R"(}","response_tokens":)" + std::to_string(tokens) + more + "}\n";
}

TEST_F(EvaluateFiles, PairsStudentsByQuestionWhateverTheOrder) {
  const std::string before =
      put("a.jsonl",
          row("One?", "1", "1", 100) + row("Two?", "2", "2", 200) + row("Three?", "3", "4", 300));
  const std::string after =
      put("b.jsonl",
          row("Three?", "3", "3", 30) + row("one?  ", "1", "1", 10) + row("Two?", "2", "3", 20));
  const FilesEvaluation result = evaluate({.inputs = {{"base", before, ""}, {"tuned", after, ""}}});
  EXPECT_EQ(result.responses, 6);
  ASSERT_EQ(result.evaluation.comparisons.size(), 1U);
  const PairedComparison& pair = result.evaluation.comparisons[0];
  EXPECT_EQ(pair.before, "base");
  EXPECT_EQ(pair.pairs, 3);
  EXPECT_EQ(pair.both_right, 1);
  EXPECT_EQ(pair.only_before, 1);
  EXPECT_EQ(pair.only_after, 1);
  EXPECT_DOUBLE_EQ(pair.tokens_before, 200);
  EXPECT_DOUBLE_EQ(pair.tokens_after, 20);
  EXPECT_THAT(pair.note, HasSubstr("3 problems show"));
}

TEST_F(EvaluateFiles, TakesRepeatedQuestionsAsSamplesOfOneProblem) {
  const std::string file = put("a.jsonl", row("One?", "1", "1", 10, R"(,"id":"x-0")") +
                                              row("One?", "1", "2", 10, R"(,"id":"x-1")") +
                                              row("Two?", "2", "2", 10, R"(,"id":"y-0")") +
                                              row("Two?", "2", "2.0", 10, R"(,"id":"y-1")"));
  const ArmSummary arm = evaluate({.inputs = {{"base", file, ""}}}).evaluation.arms.at(0);
  EXPECT_EQ(arm.problems, 2);
  EXPECT_EQ(arm.responses, 4);
  EXPECT_DOUBLE_EQ(arm.accuracy.value, 0.75);
  ASSERT_EQ(arm.at_k.size(), 1U);
  EXPECT_EQ(arm.at_k[0].k, 2);
  EXPECT_DOUBLE_EQ(arm.at_k[0].pass.value, 1);
  EXPECT_DOUBLE_EQ(arm.at_k[0].majority.value, 0.75) << "a tie is won by lot";
  const FilesEvaluation by_id = evaluate({.inputs = {{"base", file, ""}}, .match = MatchBy::kId});
  EXPECT_EQ(by_id.evaluation.arms.at(0).problems, 4);
}

TEST_F(EvaluateFiles, SplitsTokensByTheFileOrByBytes) {
  const std::string told = put("a.jsonl", row("One?", "1", "1", 100, R"(,"reasoning_tokens":70)"));
  const ArmSummary arm = evaluate({.inputs = {{"base", told, ""}}}).evaluation.arms.at(0);
  EXPECT_DOUBLE_EQ(arm.reasoning_tokens_mean, 70);
  EXPECT_DOUBLE_EQ(arm.answer_tokens_mean, 30);
  EvaluateFilesOptions options{.inputs = {{"base", told, ""}}};
  options.length = LengthOf::kCharacters;
  const ArmSummary bytes = evaluate(options).evaluation.arms.at(0);
  EXPECT_DOUBLE_EQ(bytes.tokens_mean, 34);
  EXPECT_DOUBLE_EQ(bytes.reasoning_tokens_mean, 10);
  options.length = LengthOf::kRetokenized;
  options.count = [](std::string_view text) { return static_cast<std::int64_t>(text.size()) / 2; };
  EXPECT_DOUBLE_EQ(evaluate(options).evaluation.arms.at(0).tokens_mean, 17);
}

TEST_F(EvaluateFiles, RefusesARowWithoutACount) {
  const std::string file = put("a.jsonl", R"({"question":"Q","answer":"1","response":"\\boxed{1}"})"
                                          "\n");
  EXPECT_FALSE(tells_length({.inputs = {{"base", file, ""}}}));
  try {
    evaluate({.inputs = {{"base", file, ""}}});
    FAIL();
  } catch (const Error& error) {
    EXPECT_THAT(error.what(), HasSubstr("a.jsonl:1: the row does not say how many tokens"));
    EXPECT_THAT(error.hint(), HasSubstr("--count=retokenize"));
  }
}

TEST_F(EvaluateFiles, ListsVerdictsThatDiffer) {
  const std::string file =
      put("a.jsonl", row("One?", "0.5", "\\\\dfrac12", 10, R"(,"source_correct":false)") +
                         row("Two?", "2", "2", 10, R"(,"source_correct":true)") +
                         row("Three?", "3", "3", 10, R"(,"source_correct":null)"));
  const FilesEvaluation result = evaluate({.inputs = {{"base", file, ""}}});
  EXPECT_EQ(result.source_verdicts, 2);
  EXPECT_EQ(result.disagreed, 1);
  ASSERT_EQ(result.disagreements.size(), 1U);
  EXPECT_THAT(result.disagreements[0].where, HasSubstr("a.jsonl:1"));
  EXPECT_EQ(result.disagreements[0].verdict, "equal");
  EXPECT_FALSE(result.disagreements[0].reason.empty());
  EXPECT_FALSE(result.disagreements[0].source_right);
}

TEST_F(EvaluateFiles, TakesReferencesFromAProblemSet) {
  const std::string file =
      put("a.jsonl", R"({"id":"p1","response":"\\boxed{7}","response_tokens":3})"
                     "\n"
                     R"({"question":"Other?","response":"\\boxed{8}","response_tokens":3})"
                     "\n");
  EvaluateFilesOptions options{.inputs = {{"base", file, ""}}};
  options.problems = {{.id = "p1", .question = "Seven?", .answer = "7"},
                      {.id = "p2", .question = "Other?", .answer = "8"}};
  const FilesEvaluation result = evaluate(options);
  EXPECT_EQ(result.without_gold, 0);
  EXPECT_DOUBLE_EQ(result.evaluation.arms.at(0).accuracy.value, 1);
}

// What `drp prune` writes has no reference answers.
TEST_F(EvaluateFiles, ARowWithoutAReferenceTakesThatOfItsProblem) {
  const auto bare = [](const std::string& question, const std::string& answer) {
    return R"({"question":")" + question + R"(","response":"\\boxed{)" + answer +
           R"(}","response_tokens":3})" + "\n";
  };
  const std::string full =
      put("a.jsonl", row("One?", "1", "1", 100) + bare("Two?", "5") + row("Three?", "3", "3", 300));
  const std::string pruned =
      put("b.jsonl", bare("three?", "3") + bare("One?", "7") + row("Two?", "2", "2", 20));
  for (const bool pruned_first : {false, true}) {
    SCOPED_TRACE(pruned_first);
    EvaluateFilesOptions options{.inputs = {{"full", full, ""}, {"pruned", pruned, ""}}};
    if (pruned_first) std::swap(options.inputs[0], options.inputs[1]);
    const FilesEvaluation result = evaluate(options);
    EXPECT_EQ(result.without_gold, 0);
    const ArmSummary& first = result.evaluation.arms.at(0);
    EXPECT_EQ(first.arm, pruned_first ? "pruned" : "full");
    for (const ArmSummary& arm : result.evaluation.arms) {
      EXPECT_EQ(arm.problems, 3);
      EXPECT_EQ(arm.gold_errors, 0);
      EXPECT_DOUBLE_EQ(arm.accuracy.value, 2.0 / 3);
    }
    EXPECT_EQ(result.evaluation.comparisons.at(0).pairs, 3);
    EXPECT_EQ(result.evaluation.comparisons.at(0).both_right, 1);
  }
}

TEST_F(EvaluateFiles, APairIsFoundByTheIdWhereAFileHasNoQuestions) {
  const std::string full = put("a.jsonl", row("One?", "1", "1", 100, R"(,"id":"p1")") +
                                              row("Two?", "2", "2", 200, R"(,"id":"p2")"));
  const std::string ids =
      put("b.jsonl", R"({"id":"p2","response":"\\boxed{2}","response_tokens":3})"
                     "\n"
                     R"({"id":"p1","response":"\\boxed{7}","response_tokens":3})"
                     "\n");
  for (const MatchBy match : {MatchBy::kQuestion, MatchBy::kId}) {
    for (const bool ids_first : {false, true}) {
      EvaluateFilesOptions options{.inputs = {{"full", full, ""}, {"ids", ids, ""}}};
      options.match = match;
      if (ids_first) std::swap(options.inputs[0], options.inputs[1]);
      const FilesEvaluation result = evaluate(options);
      EXPECT_EQ(result.without_gold, 0);
      EXPECT_EQ(result.evaluation.comparisons.at(0).pairs, 2);
    }
  }
}

TEST_F(EvaluateFiles, AFolderGivesItsReferencesAndTakesNone) {
  const std::string full = put("a.jsonl", row("One?", "1", "1", 100, R"(,"id":"p1")"));
  const std::string bare =
      put("b.jsonl", R"({"id":"p1","question":"One?","response":"\\boxed{1}","response_tokens":3})"
                     "\n");
  EvaluateFilesOptions options{.inputs = {{"full", full, ""}}};
  options.folder = folder_ / "out";
  evaluate(options);
  const std::string out = (folder_ / "out").string();
  const FilesEvaluation mixed = evaluate({.inputs = {{"bare", bare, ""}, {"full", out, "full"}}});
  EXPECT_EQ(mixed.without_gold, 0);
  EXPECT_EQ(mixed.evaluation.comparisons.at(0).both_right, 1);

  // Graded without references: it hides none of the other folder's.
  EvaluateFilesOptions alone{.inputs = {{"bare", bare, ""}}};
  alone.folder = folder_ / "none";
  evaluate(alone);
  const FilesEvaluation folders =
      evaluate({.inputs = {{"bare", (folder_ / "none").string(), "bare"}, {"full", out, "full"}}});
  EXPECT_EQ(folders.other_gold, 0);
  EXPECT_EQ(folders.evaluation.arms.at(1).problems, 1);
  EXPECT_DOUBLE_EQ(folders.evaluation.arms.at(1).accuracy.value, 1);
}

TEST_F(EvaluateFiles, LengthsAreToldWhereEveryInputTellsThem) {
  const std::string told = put("a.jsonl", row("One?", "1", "1", 100));
  const std::string silent =
      put("b.jsonl", "{\"question\":\"One?\",\"answer\":\"1\",\"response\":\"1\"}\n");
  EXPECT_TRUE(tells_length({.inputs = {{"a", told, ""}}}));
  EXPECT_FALSE(tells_length({.inputs = {{"a", told, ""}, {"b", silent, ""}}}));
  EXPECT_FALSE(tells_length({.inputs = {{"b", silent, ""}, {"a", told, ""}}}));
}

TEST_F(EvaluateFiles, WritesResultsThatCanBeComparedAgain) {
  const std::string before = put("a.jsonl", row("One?", "1", "1", 100, R"(,"dataset":"s/1")") +
                                                row("Two?", "2", "5", 200, R"(,"dataset":"s/2")"));
  const std::string after = put("b.jsonl", row("One?", "1", "1", 10) + row("Two?", "2", "2", 20));
  EvaluateFilesOptions options{.inputs = {{"base", before, ""}, {"tuned", after, ""}}};
  options.folder = folder_ / "out";
  const FilesEvaluation first = evaluate(options);

  const auto read = from_json_line<Evaluation>(read_file(folder_ / "out/evaluation.json"), "file");
  EXPECT_EQ(read, first.evaluation);
  EXPECT_THAT(StoredScores(folder_ / "out").arms(), ElementsAre("base", "tuned"));
  const std::string out = (folder_ / "out").string();
  const FilesEvaluation second =
      evaluate({.inputs = {{"base", out, "base"}, {"tuned", out, "tuned"}}});
  EXPECT_EQ(second.evaluation, first.evaluation);

  const auto results = read_file(folder_ / "out/lm_eval/base/results.json");
  EXPECT_THAT(results, HasSubstr("\"exact_match,flexible-extract\": 1.0"));
  EXPECT_THAT(results, HasSubstr("\"exact_match,strict-match\""));
  EXPECT_THAT(read_file(folder_ / "out/lm_eval/base/samples_s_2.jsonl"),
              HasSubstr("\"resps\":[[\"<think>let me see</think>\\\\boxed{5}\"]]"));

  options.folder.clear();
  options.length = LengthOf::kCharacters;
  options.inputs = {{"base", out, "base"}};
  EXPECT_THROW(evaluate(options), Error) << "tokens beside characters";
}

TEST_F(EvaluateFiles, LeavesOutWhatOnlyHasTheSameId) {
  const auto scored = [](const std::string& gold) {
    Scored one;
    one.arm = "tuned";
    one.problem_id = "p1";
    one.gold = gold;
    one.verdict = "equal";
    one.correct = true;
    return to_json_line(one) + "\n";
  };
  make_folder(folder_ / "x/eval");
  make_folder(folder_ / "y/eval");
  put("x/eval/scored.jsonl", scored("1"));
  put("y/eval/scored.jsonl", scored("2"));
  const FilesEvaluation result = evaluate({.inputs = {{"x", (folder_ / "x").string(), "tuned"},
                                                      {"y", (folder_ / "y").string(), "tuned"}}});
  EXPECT_EQ(result.other_gold, 1);
  EXPECT_THAT(result.evaluation.comparisons, IsEmpty());
}

TEST_F(EvaluateFiles, CountsUnreadableRows) {
  const std::string file = put("a.jsonl", row("One?", "1", "1", 10) + "{broken\n");
  const FilesEvaluation result = evaluate({.inputs = {{"base", file, ""}}});
  EXPECT_EQ(result.unreadable, 1);
  EXPECT_EQ(result.responses, 1);
}

TEST(ProblemKeys, GiveOneIdAProblem) {
  ProblemKeys keys(MatchBy::kQuestion);
  const auto id = [&](const std::string& given, const std::string& question) {
    return keys.id(keys.number({.id = given, .question = question}));
  };
  EXPECT_EQ(id("1", "How many?"), "1");
  EXPECT_EQ(id("9", " how  MANY?\n"), "1");
  EXPECT_EQ(id("1", "Who?"), "1-2");
  EXPECT_EQ(id("1", "Where?"), "1-3");
  EXPECT_EQ(id("4", ""), "4");
  EXPECT_EQ(keys.size(), 4U);
}

TEST(ProblemKeys, GoByWhatBothHave) {
  const auto row = [](const char* id, const char* question) {
    return Problem{.id = id, .question = question};
  };
  ProblemKeys words(MatchBy::kQuestion);
  const auto first = words.number(row("a", ""));
  EXPECT_EQ(words.number(row("a", "How many?")), first) << "the id, as the first has no words";
  EXPECT_EQ(words.number(row("z", "How many?")), first);
  EXPECT_EQ(words.number(row("a", "")), first);
  EXPECT_NE(words.number(row("a", "Who?")), first) << "both have words";
  const auto lone = words.number(row("a", ""));
  EXPECT_NE(lone, first) << "an id of two questions tells nothing";
  EXPECT_EQ(words.number(row("a", "")), lone);

  ProblemKeys ids(MatchBy::kId);
  const auto told = ids.number(row("a", "How many?"));
  EXPECT_NE(ids.number(row("b", "How many?")), told) << "both have ids";
  EXPECT_EQ(ids.number(row("0f3a", "How many?"), false), told) << "a hash is no id";
  EXPECT_EQ(ids.number(row("a", "Other words")), told);
}

// The verdicts that the shared traces carry; the disagreements are judged in docs/evaluation.md.
TEST_F(EvaluateFiles, AgreesWithTheVerdictsOfTheSharedTraces) {
  const fs::path data = DRP_DATA_DIR;
  if (!fs::exists(data)) GTEST_SKIP() << "no shared data folder beside the project";
  EvaluateFilesOptions options;
  for (const char* folder :
       {"mip_overthinking", "thought_anchors", "trace_topology", "tokenskip", "cot_compression"}) {
    for (const auto& entry : fs::directory_iterator(data / folder)) {
      options.inputs.push_back({entry.path().stem().string(), entry.path().string(), ""});
    }
  }
  std::sort(options.inputs.begin(), options.inputs.end(),
            [](const EvaluatedInput& a, const EvaluatedInput& b) { return a.path < b.path; });
  options.length = LengthOf::kCharacters;
  const FilesEvaluation result = evaluate(options);
  EXPECT_GT(result.source_verdicts, 3000);
  EXPECT_LE(result.disagreed, result.source_verdicts / 50);
}

}  // namespace
}  // namespace drp::pipeline
