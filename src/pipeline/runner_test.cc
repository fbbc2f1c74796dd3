// SPDX-License-Identifier: Apache-2.0
// Whole runs with stand-ins for the student and the trainer: what is redone and why, and that a run
// stopped after any number of replies ends with the same bytes.
#include "pipeline/runner.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <filesystem>

#include "base/error.h"
#include "base/file.h"
#include "base/random.h"
#include "base/text.h"
#include "pipeline/pipeline_fakes.h"
#include "pipeline/report_inputs.h"
#include "teacher/teacher.h"

namespace drp::pipeline {
namespace {

using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;

// What the fakes did, and when the process "dies".
struct World {
  std::int64_t replies = 0;
  std::int64_t replies_max = -1;
  std::int64_t trainings = 0;
  std::vector<std::string> scored;  // texts, by the base student
  std::size_t scored_max = SIZE_MAX;
  std::vector<std::string> loaded;  // models
  std::string answer_note;          // part of the base student's text
  std::string gives_up_on;          // problem that the teacher gets no plan for
  // Counted by several threads.
  std::shared_ptr<std::atomic<int>> plans_asked = std::make_shared<std::atomic<int>>(0);
};

// A verbose text that ends in the right answer.
std::string reply_text(World& world, const std::string& question, bool tuned) {
  if (world.replies == world.replies_max) {
    throw Error(ErrorKind::kService, "the process was killed here");
  }
  ++world.replies;
  const SumProblem problem = SumProblem::read(question);
  const std::string talk = tuned ? "" : "Hmm, let me think about this one. " + world.answer_note;
  return "<think>\n" + talk + problem.equation() + ".\n</think>\n\nThe answer is \\boxed{" +
         problem.answer() + "}.";
}

// Deletes the first sentence when it is talk.
class FakeTeacher final : public teacher::Teacher {
 public:
  explicit FakeTeacher(World& world) : world_(world) {}
  std::string identity() const override { return "fake teacher"; }
  bool threadsafe() const override { return true; }
  expected<Plan, Rejection> plan(const Problem& problem, const Trace& trace) override {
    ++*world_.plans_asked;
    if (problem.id == world_.gives_up_on) {
      return unexpected<Rejection>({Reason::kTeacherFailed, "no answer after 3 tries"});
    }
    const std::string_view text = trace.reasoning_text();
    const std::size_t cut = text.find(". ") == text.npos ? 0 : text.find(". ") + 2;
    Plan plan;
    if (cut > 0) plan.steps.push_back({.span = {0, cut}, .action = Action::kDelete});
    plan.steps.push_back({.span = {cut, text.size()}, .action = Action::kKeep});
    return plan;
  }

 private:
  World& world_;
};

// Keeps what is warned of.
class Warnings final : public Progress {
 public:
  explicit Warnings(std::vector<std::string>& lines) : lines_(lines) {}
  void begin(std::string_view, std::int64_t) override {}
  void update(std::int64_t, std::string_view) override {}
  void end(std::string_view) override {}
  void info(std::string_view) override {}
  void warn(std::string_view line) override { lines_.emplace_back(line); }

 private:
  std::vector<std::string>& lines_;
};

class RunnerTest : public ::testing::Test {
 protected:
  void SetUp() override {
    folder_ = std::filesystem::path(::testing::TempDir()) / "drp_runner_test" /
              ::testing::UnitTest::GetInstance()->current_test_info()->name();
    make_sums_folder(folder_);
  }
  void TearDown() override { std::filesystem::remove_all(folder_); }

  enum class Mode { kRun, kPlan };

  std::vector<StageDecision> plan(const std::string& name,
                                  const std::vector<std::string>& more = {}) {
    return run(name, more, Mode::kPlan);
  }
  std::vector<StageDecision> run(const std::string& name, const std::vector<std::string>& more = {},
                                 Mode mode = Mode::kRun) {
    const Engines engines{
        .load_student =
            [this](const std::filesystem::path& model, int) {
              world_.loaded.push_back(std::filesystem::relative(model, folder_).string());
              const bool whole = model != folder_ / "model.gguf";  // one that was trained
              return std::make_unique<FakeStudent>(
                  [this, whole](const std::string& question, bool tuned) {
                    return reply_text(world_, question, tuned || whole);
                  },
                  [this](const std::string& text, bool tuned) {
                    EXPECT_FALSE(tuned) << "the base student judges";
                    if (world_.scored.size() == world_.scored_max) {
                      throw Error(ErrorKind::kModel, "the process was killed here");
                    }
                    world_.scored.push_back(text);
                  });
            },
        .load_trainer =
            [this] {
              return std::make_unique<FakeTrainer>([this](const train::TrainJob& job) {
                ++world_.trainings;
                const bool full = job.options.kind == train::TrainKind::kFull;
                EXPECT_EQ(job.gguf_file.empty(), full);
                EXPECT_EQ(job.model_file.empty(), !full);
              });
            },
        .make_teacher = [this](const Recipe&,
                               Progress&) { return std::make_unique<FakeTeacher>(world_); },
        .find_model = [](const std::string& model) { return std::filesystem::path(model); }};
    Warnings progress(warnings_);
    const StopFlag stop;
    const FixedClock clock;
    std::vector<std::string> overrides = sums_settings(folder_);
    overrides.push_back("run.folder=" + (folder_ / name).string());
    overrides.insert(overrides.end(), more.begin(), more.end());
    const bool plans = mode == Mode::kPlan;
    pipeline::Run one(load_recipe("", overrides), {engines, progress, stop, clock, {}},
                      plans ? Access::kLook : Access::kWrite);
    return plans ? plan_stages(one, "") : run_stages(one, "");
  }
  std::vector<std::string> stages_run(const std::vector<StageDecision>& decisions) const {
    std::vector<std::string> names;
    for (const StageDecision& decision : decisions) {
      if (decision.runs) names.push_back(decision.stage);
    }
    return names;
  }
  std::string content(const std::string& name, const std::string& file) const {
    return read_file(folder_ / name / file);
  }

  std::filesystem::path folder_;
  World world_;
  std::vector<std::string> warnings_;
};

// A folder holds the results of one recipe: that those of another go is said before they do.
TEST_F(RunnerTest, SaysWhichResultsGo) {
  run("a", {"run.seed=1"});
  EXPECT_TRUE(warnings_.empty());
  const std::string folder = (folder_ / "a").string();
  const std::string note =
      "the results of run.seed=1 in " + folder + " will be replaced; run.folder=OTHER keeps them";

  const auto planned = plan("a", {"run.seed=2"});
  EXPECT_EQ(replacement_note(planned, folder), note);
  EXPECT_THAT(planned[0].why, ElementsAre("run.seed: 1 -> 2"));
  EXPECT_THAT(planned[1].why, ElementsAre("because problems changes"));
  EXPECT_TRUE(warnings_.empty());
  run("a", {"run.seed=2"});
  EXPECT_THAT(warnings_, ElementsAre(note));

  warnings_.clear();
  EXPECT_EQ(replacement_note(plan("a", {"run.seed=2"}), folder), std::nullopt);
  EXPECT_EQ(replacement_note(plan("a", {"run.seed=2", "report.title=other"}), folder), std::nullopt)
      << "the report alone is made anew";
  EXPECT_THAT(
      *replacement_note(plan("a", {"run.seed=2", "train.epochs=5", "train.rank=4"}), folder),
      HasSubstr("the results of train.epochs=3, train.rank=8 in "));
  EXPECT_EQ(replacement_note(plan("new"), folder), std::nullopt);
}

TEST_F(RunnerTest, WhatNeverRanRunsForTheFirstTime) {
  for (const StageDecision& decision : plan("new")) {
    EXPECT_THAT(decision.why, ElementsAre("first time")) << decision.stage;
  }
}

TEST_F(RunnerTest, RunsAllThenNothing) {
  EXPECT_EQ(stages_run(run("a")).size(), 8U);
  EXPECT_EQ(world_.replies, 6 + 4 + 4);
  EXPECT_TRUE(stages_run(run("a")).empty());
  EXPECT_EQ(world_.replies, 14);
  EXPECT_THAT(content("a", "report/report.json"), HasSubstr("\"verdict\""));
}

TEST_F(RunnerTest, RerunsWhatChangedAndSaysWhy) {
  run("a");
  const auto decisions = run("a", {"train.epochs=5"});
  EXPECT_THAT(stages_run(decisions), ElementsAre("train"))
      << "the adapter came out the same, so nothing after it changed";
  EXPECT_THAT(decisions[5].why, ElementsAre("train.epochs: 3 -> 5"));
  EXPECT_EQ(world_.replies, 14);
  EXPECT_EQ(world_.trainings, 2);

  world_.replies = 0;
  run("a", {"train.epochs=5", "sample.temperature=0.9"});
  EXPECT_EQ(world_.replies, 6) << "the training traces alone are drawn anew";
}

// A fully trained student is a model of its own: loaded in place of the base, with no adapter.
TEST_F(RunnerTest, AFullyTrainedStudentIsEvaluatedAsAModelOfItsOwn) {
  run("a", {"train.kind=full"});
  EXPECT_EQ(world_.replies, 14);
  EXPECT_THAT(world_.loaded, ElementsAre("model.gguf", "a/model.gguf", "model.gguf"))
      << "the base comes back to judge";
  EXPECT_FALSE(std::filesystem::exists(folder_ / "a" / "adapter.gguf"));
  const std::string traces = content("a", "eval/tuned.log.jsonl");
  EXPECT_THAT(traces, HasSubstr("<think>"));
  EXPECT_THAT(traces, Not(HasSubstr("let me think"))) << "the trained model answered";
  EXPECT_TRUE(stages_run(run("a", {"train.kind=full"})).empty());
}

TEST_F(RunnerTest, OneMoreProblemIsOneMoreReply) {
  run("a");
  world_.replies = 0;
  write_sums(folder_, "train", 7, 10);
  const auto decisions = run("a");
  EXPECT_THAT(decisions[0].why, Contains(HasSubstr("train.file")));
  EXPECT_EQ(world_.replies, 1 + 4) << "one training trace, and the new adapter's responses";
}

TEST_F(RunnerTest, StoppedAfterAnyReplyItEndsWithTheSameBytes) {
  run("whole");
  for (std::int64_t stop_after = 0; stop_after < 14; ++stop_after) {
    const std::string name = "stopped" + std::to_string(stop_after);
    world_ = {.replies_max = stop_after};
    EXPECT_THROW(run(name), Error);
    const std::int64_t before = world_.replies;
    world_.replies_max = -1;
    run(name);
    EXPECT_EQ(world_.replies, 14) << "no reply was asked for twice, stopped after " << before;
    for (const std::string file :
         {"problems.log.jsonl", "traces.0.log.jsonl", "plans.0.log.jsonl", "paths.0.log.jsonl",
          "dataset/rows.jsonl", "dataset/messages.jsonl", "adapter.gguf", "eval/scored.jsonl",
          "eval/evaluation.json", "eval/likelihoods.log.jsonl", "eval/likelihoods.jsonl",
          "eval/learnability.json"}) {
      EXPECT_EQ(content(name, file), content("whole", file)) << file << " after " << stop_after;
    }
  }
}

std::vector<PathLikelihood> likelihoods(const std::string& lines) {
  std::vector<PathLikelihood> all;
  for (const std::string_view line : split(lines, '\n')) {
    if (!line.empty()) all.push_back(from_json_line<PathLikelihood>(line, "test"));
  }
  return all;
}

TEST_F(RunnerTest, TheBaseStudentJudgesThePaths) {
  run("a", {"student.system=Be brief."});
  ASSERT_EQ(world_.scored.size(), 12U) << "six traces and their paths";
  EXPECT_THAT(world_.scored[0], HasSubstr("Be brief.\nWhat is 10 + 2?\n<think>"));
  EXPECT_THAT(world_.scored[0], HasSubstr("Hmm, let me think"));
  EXPECT_THAT(world_.scored[0], HasSubstr("10 + 2 = 12"));
  EXPECT_TRUE(world_.scored[0].ends_with("The answer is \\boxed{12}."));
  EXPECT_THAT(world_.scored[1], ::testing::Not(HasSubstr("Hmm")));
  EXPECT_THAT(world_.scored[1], HasSubstr("10 + 2 = 12"));

  const auto all = likelihoods(content("a", "eval/likelihoods.jsonl"));
  ASSERT_EQ(all.size(), 6U);
  EXPECT_EQ(all[0].trace_id, "train0/0");
  EXPECT_EQ(all[0].answer_tokens, 4) << "12}.";
  EXPECT_DOUBLE_EQ(all[0].answer_log_prob_trace, -4);
  EXPECT_DOUBLE_EQ(all[0].answer_drop(), 0);
  EXPECT_GT(all[0].reasoning_log_prob_trace, all[0].reasoning_log_prob_path)
      << "the path has no letters, which this student finds likely";
  ASSERT_TRUE(all[0].seam_log_prob_path.has_value());
  EXPECT_DOUBLE_EQ(*all[0].seam_log_prob_path, *all[0].seam_log_prob_trace) << "the same words";
  EXPECT_GT(all[0].tokens_before, all[0].tokens_after);
  const auto sum = from_json_line<Learnability>(content("a", "eval/learnability.json"), "test");
  EXPECT_EQ(sum.judged, 6);
  EXPECT_EQ(sum.with_seams, 6);
  EXPECT_DOUBLE_EQ(sum.within_limit.value, 1);
  EXPECT_THAT(content("a", "report/report.json"), HasSubstr("\"likelihood\": {"));
}

TEST_F(RunnerTest, StoppedWhileJudgingItReadsNoPathTwice) {
  run("whole");
  for (std::size_t stop_after = 0; stop_after < 12; ++stop_after) {
    const std::string name = "stopped" + std::to_string(stop_after);
    world_ = {.scored_max = stop_after};
    EXPECT_THROW(run(name), Error);
    EXPECT_FALSE(std::filesystem::exists(folder_ / name / "eval/likelihoods.jsonl"));
    EXPECT_TRUE(std::filesystem::exists(folder_ / name / "eval/evaluation.json"));
    world_.scored_max = SIZE_MAX;
    run(name);
    EXPECT_EQ(world_.replies, 14);
    EXPECT_EQ(world_.scored.size(), 12U + stop_after % 2) << "but for a trace whose path was open";
    for (const char* file :
         {"eval/likelihoods.log.jsonl", "eval/likelihoods.jsonl", "eval/learnability.json"}) {
      EXPECT_EQ(content(name, file), content("whole", file)) << file << " after " << stop_after;
    }
  }
}

TEST_F(RunnerTest, HowManyPathsAreJudgedTouchesNothingElse) {
  run("a", {"evaluate.judged=2"});
  ASSERT_EQ(world_.scored.size(), 4U);
  const auto two = likelihoods(content("a", "eval/likelihoods.jsonl"));
  const std::string evaluation = content("a", "eval/evaluation.json");

  const auto decisions = run("a", {"evaluate.judged=4"});
  EXPECT_THAT(stages_run(decisions), ElementsAre("evaluate", "report"));
  EXPECT_THAT(decisions[6].why, ElementsAre("evaluate.judged: 2 -> 4"));
  EXPECT_EQ(world_.replies, 14) << "no response is drawn anew";
  EXPECT_EQ(world_.scored.size(), 8U) << "the first two are kept";
  EXPECT_EQ(content("a", "eval/evaluation.json"), evaluation);
  const auto four = likelihoods(content("a", "eval/likelihoods.jsonl"));
  ASSERT_EQ(four.size(), 4U);
  for (const PathLikelihood& one : two) EXPECT_THAT(four, Contains(one));

  run("a", {"evaluate.judged=2"});
  EXPECT_EQ(world_.scored.size(), 8U);
  EXPECT_EQ(likelihoods(content("a", "eval/likelihoods.jsonl")), two);

  run("a", {"evaluate.judged=0"});
  EXPECT_FALSE(std::filesystem::exists(folder_ / "a/eval/likelihoods.jsonl"));
  EXPECT_FALSE(std::filesystem::exists(folder_ / "a/eval/learnability.json"));
  EXPECT_THAT(content("a", "report/report.json"), HasSubstr("\"likelihood\": null"));
  EXPECT_EQ(world_.replies, 14);
}

TEST_F(RunnerTest, WhichPathsAreJudgedDependsOnTheSeedAndTheirIdsAlone) {
  const auto judged = [&](const std::string& name, const std::vector<std::string>& more) {
    run(name, more);
    std::vector<std::string> ids;
    for (const PathLikelihood& one : likelihoods(content(name, "eval/likelihoods.jsonl"))) {
      ids.push_back(one.trace_id);
    }
    return ids;
  };
  write_sums(folder_, "train", 40, 10);
  const auto first = judged("a", {"evaluate.judged=5"});
  EXPECT_NE(judged("b", {"evaluate.judged=5", "run.seed=2"}), first);
  const std::string all = read_file(folder_ / "train.jsonl");
  std::vector<std::string> lines;
  for (const std::string_view line : split(all, '\n')) {
    if (!line.empty()) lines.insert(lines.begin(), std::string(line));
  }
  write_file_atomic(folder_ / "train.jsonl", join(lines, "\n") + "\n");
  EXPECT_THAT(judged("c", {"evaluate.judged=5"}), ::testing::UnorderedElementsAreArray(first));
}

TEST_F(RunnerTest, WhatTheTeacherGaveUpOnFailsTheRunAndIsAskedAgain) {
  world_.gives_up_on = "train1";
  try {
    run("a");
    FAIL() << "a trace without a plan went unnoticed";
  } catch (const Error& error) {
    EXPECT_EQ(error.kind(), ErrorKind::kFailedRows);
    EXPECT_THAT(error.message(), HasSubstr("1 rows could not be done"));
    EXPECT_THAT(error.message(), HasSubstr("decompose"));
  }
  EXPECT_EQ(*world_.plans_asked, 6);
  world_.gives_up_on = "";
  EXPECT_EQ(stages_run(run("a")).front(), "decompose");
  EXPECT_EQ(*world_.plans_asked, 7);
  EXPECT_TRUE(stages_run(run("a")).empty());
  world_.gives_up_on = "train1";
  run("b", {"run.failures_allowed=1"});
  EXPECT_EQ(*world_.plans_asked, 7 + 6);
}

TEST_F(RunnerTest, ErrorsCarryTheStage) {
  world_.replies_max = 3;
  try {
    run("a");
    FAIL();
  } catch (const Error& error) {
    EXPECT_THAT(error.message(), HasSubstr("sample: the process was killed here"));
  }
}

TEST_F(RunnerTest, AnUnreadableProblemIsNamedByFileAndLine) {
  write_file_atomic(folder_ / "train.jsonl", "{\"question\":\"\",\"answer\":\"1\"}\n");
  try {
    run("a");
    FAIL();
  } catch (const Error& error) {
    EXPECT_EQ(error.kind(), ErrorKind::kData);
    EXPECT_THAT(error.message(), HasSubstr("train.jsonl:1"));
  }
}

TEST_F(RunnerTest, PooledRunsAreToldApart) {
  run("a");
  run("b", {"run.seed=2"});
  ReportSource source({folder_ / "a", folder_ / "b"}, {});
  const report::ReportInputs pooled = source.inputs();
  std::vector<std::string> groups;
  for (const PairedComparison& pair : pooled.evaluation->comparisons) {
    groups.push_back(pair.group + " " + std::to_string(pair.pairs));
  }
  EXPECT_THAT(groups, ElementsAre("all 8", "run=a 4", "run=b 4"));
}

TEST_F(RunnerTest, NothingToTrainOnIsSaid) {
  write_file_atomic(folder_ / "train.jsonl",
                    "{\"question\":\"What is 1 + 1?\",\"answer\":\"3\"}\n");
  run("a");
  EXPECT_EQ(world_.trainings, 0);
  EXPECT_FALSE(std::filesystem::exists(folder_ / "a/adapter.gguf"));
  EXPECT_THAT(content("a", "report/report.json"), HasSubstr("Nothing was trained"));
  EXPECT_THAT(content("a", "report/report.json"), HasSubstr("\"verdict\": null"));
}

TEST_F(RunnerTest, AnAdapterOfOtherRowsDoesNotStay) {
  run("a");
  ASSERT_TRUE(std::filesystem::exists(folder_ / "a/adapter.gguf"));
  write_file_atomic(folder_ / "train.jsonl",
                    "{\"question\":\"What is 1 + 1?\",\"answer\":\"3\"}\n");
  run("a");
  EXPECT_FALSE(std::filesystem::exists(folder_ / "a/adapter.gguf"));
  EXPECT_THAT(content("a", "report/report.json"), HasSubstr("Nothing was trained"));
}

}  // namespace
}  // namespace drp::pipeline
