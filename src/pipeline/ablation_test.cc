// SPDX-License-Identifier: Apache-2.0
// Whole ablations with stand-ins: what is shared, that all cells train on the same problems, and
// that one stopped after any number of replies ends with the same tables.
#include "pipeline/ablation.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>

#include "base/error.h"
#include "base/file.h"
#include "base/text.h"
#include "llm/spending_ledger.h"
#include "pipeline/paid_model.h"
#include "pipeline/pipeline_fakes.h"
#include "pipeline/price_file.h"
#include "pipeline/recorded_plans.h"

namespace drp::pipeline {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::SizeIs;

struct World {
  std::int64_t replies = 0;
  std::int64_t replies_max = -1;
  std::map<std::string, std::int64_t> asked;      // of the base student, by question
  std::vector<std::vector<std::string>> trained;  // problem ids of each training
  bool foreign = true;                            // whether there are solutions by another hand
};

std::string reply_text(World& world, const std::string& question, bool tuned) {
  if (world.replies == world.replies_max) {
    throw Error(ErrorKind::kService, "the process was killed here");
  }
  ++world.replies;
  if (!tuned) ++world.asked[question];
  const SumProblem problem = SumProblem::read(question);
  const std::string talk = tuned ? "" : "Hmm, let me think about this one. ";
  // Tuned students get the sum of 50 and 2 wrong.
  const bool wrong = tuned && problem.left == 50;
  return "<think>\n" + talk + problem.equation() + ".\n</think>\n\nThe answer is \\boxed{" +
         (wrong ? "0" : problem.answer()) + "}.";
}

// Of each kind what its real teacher does, in short. The split default cannot do problem train0,
// none cannot do train1.
class FakeTeacher final : public teacher::Teacher {
 public:
  FakeTeacher(const Recipe& recipe, const World& world)
      : kind_(recipe.teacher.kind), split_(recipe.teacher.split), foreign_(world.foreign) {
    if (!recipe.teacher.like.empty()) like_ = std::make_unique<RecordedPlans>(recipe.teacher.like);
  }
  std::string identity() const override {
    return kind_ + " " + split_ + (like_ ? " like " + like_->identity() : "");
  }
  bool threadsafe() const override { return false; }
  expected<Plan, Rejection> plan(const Problem& problem, const Trace& trace) override {
    const std::string_view text = trace.reasoning_text();
    Plan plan;
    if (kind_ == "rules" && ((split_ == "default" && problem.id == "train0") ||
                             (split_ == "none" && problem.id == "train1"))) {
      return unexpected<Rejection>({Reason::kBadPlan, "no plan"});
    }
    if (kind_ == "unpruned") {
      plan.steps.push_back({.span = {0, text.size()}});
      return plan;
    }
    if (kind_ == "foreign") {
      if (!foreign_) return unexpected<Rejection>({Reason::kNoReasoning, "nobody solved it"});
      plan.steps.push_back({.span = {0, text.size()}, .action = Action::kSingleStepCompress});
      plan.synthesis = "x=" + problem.answer + ".";
      plan.own = true;
      return plan;
    }
    if (kind_ == "random") return like_->plan(problem, trace);
    const std::size_t cut = text.find(". ") + 2;
    plan.steps.push_back({.span = {0, cut}, .action = Action::kDelete});
    plan.steps.push_back({.span = {cut, text.size()}});
    return plan;
  }

 private:
  std::string kind_;
  std::string split_;
  bool foreign_;
  std::unique_ptr<RecordedPlans> like_;
};

// Plans as FakeTeacher does, a hundred tokens each, out of the account and under the caps of its
// own run folder.
class PaidTeacher final : public teacher::Teacher {
 public:
  PaidTeacher(const Recipe& recipe, const World& world)
      : inner_(recipe, world),
        model_(recipe.teacher.model),
        ledger_(spending_file(recipe.run.folder), teacher_budget(recipe)) {}
  std::string identity() const override { return "paid " + model_; }
  bool threadsafe() const override { return false; }
  expected<Plan, Rejection> plan(const Problem& problem, const Trace& trace) override {
    const llm::PaidCall call{
        .row = trace.id, .key = trace.id, .model = model_, .prompt_max = 60, .completion_max = 40};
    const auto id = ledger_.begin(call);
    if (!id) throw Error(ErrorKind::kBudget, ledger_.refusal(call));
    ledger_.end(*id, {.usage = {.prompt_tokens = 60, .completion_tokens = 40}});
    return inner_.plan(problem, trace);
  }

 private:
  FakeTeacher inner_;
  std::string model_;
  llm::SpendingLedger ledger_;
};

class AblationTest : public ::testing::Test {
 protected:
  static constexpr std::int64_t kTrain = 6;
  static constexpr std::int64_t kTest = 4;

  void SetUp() override {
    folder_ = std::filesystem::path(::testing::TempDir()) / "drp_ablation_test" /
              ::testing::UnitTest::GetInstance()->current_test_info()->name();
    make_sums_folder(folder_);
  }
  void TearDown() override { std::filesystem::remove_all(folder_); }

  RecipeLoader loader(const std::vector<std::string>& settings) const {
    return [this, settings](const std::vector<std::string>& more) {
      std::vector<std::string> all = sums_settings(folder_);
      all.push_back("evaluate.judged=0");
      all.insert(all.end(), settings.begin(), settings.end());
      all.insert(all.end(), more.begin(), more.end());
      return load_recipe("", all);
    };
  }

  template <class Work>
  auto with(const std::string& name, const std::vector<std::string>& settings, Work work) {
    const Engines engines{
        .load_student =
            [this](const std::filesystem::path&, int) {
              return std::make_unique<FakeStudent>([this](const std::string& question, bool tuned) {
                return reply_text(world_, question, tuned);
              });
            },
        .load_trainer =
            [this] {
              return std::make_unique<FakeTrainer>([this](const train::TrainJob& job) {
                world_.trained.emplace_back();
                for (const TrainingRow& row : job.rows) {
                  world_.trained.back().push_back(row.problem_id);
                }
              });
            },
        .make_teacher = [this](const Recipe& recipe,
                               Progress&) -> std::unique_ptr<teacher::Teacher> {
          if (recipe.teacher.kind == "openai") return std::make_unique<PaidTeacher>(recipe, world_);
          return std::make_unique<FakeTeacher>(recipe, world_);
        },
        .find_model = [](const std::string& model) { return std::filesystem::path(model); }};
    NoProgress progress;
    const StopFlag stop;
    const FixedClock clock;
    const RecipeLoader load = loader(settings);
    const AblationPlan plan = plan_ablation(load({}).recipe, folder_ / name);
    return work(plan, load, Services{engines, progress, stop, clock, {}});
  }
  Ablation run(const std::string& name, const std::vector<std::string>& settings = {}) {
    return with(name, settings, [](const auto& plan, const auto& load, const auto& services) {
      return run_ablation(plan, load, services);
    });
  }
  std::vector<PlannedCell> look(const std::string& name,
                                const std::vector<std::string>& settings = {}) {
    return with(name, settings, [](const auto& plan, const auto& load, const auto& services) {
      return look_at_ablation(plan, load, services);
    });
  }

  std::filesystem::path folder_;
  World world_;
};

std::vector<std::string> names(const StudentAblation& student) {
  std::vector<std::string> all;
  for (const AblationCell& cell : student.cells) all.push_back(cell.name);
  return all;
}

TEST_F(AblationTest, SharedStagesAreDoneOnceASeed) {
  const Ablation result = run("a", {"ablate.seeds=[1, 2]"});
  ASSERT_THAT(result.students, SizeIs(1));
  EXPECT_THAT(names(result.students[0]),
              ElementsAre("base", "skill", "default", "none", "unpruned", "random", "foreign"));
  EXPECT_EQ(world_.replies, 2 * (kTrain + kTest + 6 * kTest));
  for (const auto& [question, count] : world_.asked) EXPECT_EQ(count, 2) << question;
  EXPECT_THAT(world_.trained, SizeIs(12));

  run("a", {"ablate.seeds=[1, 2]"});
  EXPECT_EQ(world_.replies, 2 * (kTrain + kTest + 6 * kTest)) << "a second call finds all done";
  EXPECT_THAT(world_.trained, SizeIs(12));
}

TEST_F(AblationTest, AllCellsTrainOnTheSameProblems) {
  const Ablation result = run("a");
  ASSERT_THAT(world_.trained, SizeIs(6));
  for (const auto& problems : world_.trained) {
    EXPECT_THAT(problems, ElementsAre("train2", "train3", "train4", "train5"))
        << "those that default and none could do, too";
  }
  for (const AblationCell& cell : result.students[0].cells) {
    if (cell.sort != "base") {
      EXPECT_EQ(cell.rows, 4) << cell.name;
    }
  }
  world_ = {};
  run("few", {"curate.rows_max=3"});
  for (const auto& problems : world_.trained) {
    EXPECT_THAT(problems, ElementsAre("train2", "train3", "train4"));
  }
}

TEST_F(AblationTest, TablesComeFromTheRecords) {
  const Ablation result = run("a", {"ablate.seeds=[1, 2]"});
  const StudentAblation& student = result.students[0];
  const AblationCell& base = student.cells[0];
  ASSERT_THAT(base.seeds, SizeIs(2));
  EXPECT_DOUBLE_EQ(base.seeds[0].accuracy, 1);
  EXPECT_EQ(base.seeds[1].responses, kTest);
  const AblationCell& skill = student.cells[1];
  EXPECT_DOUBLE_EQ(skill.seeds[0].accuracy, 0.75);
  ASSERT_TRUE(skill.steps.has_value());
  EXPECT_DOUBLE_EQ(*skill.steps, 2);
  EXPECT_FALSE(student.cells[4].steps) << "only a split has steps";
  EXPECT_LT(skill.target_tokens, skill.trace_tokens);
  EXPECT_DOUBLE_EQ(student.cells[4].target_tokens, student.cells[4].trace_tokens) << "unpruned";
  EXPECT_DOUBLE_EQ(student.cells[5].target_tokens, skill.target_tokens)
      << "random is measured by skill";

  const Evaluation& evaluation = student.against_base;
  ASSERT_THAT(evaluation.arms, SizeIs(7));
  EXPECT_EQ(evaluation.arms[0].problems, kTest) << "seeds share their held-out problems";
  EXPECT_EQ(evaluation.arms[0].responses, 2 * kTest);
  ASSERT_THAT(evaluation.comparisons, SizeIs(6));
  EXPECT_EQ(evaluation.comparisons[0].after, "skill");
  EXPECT_DOUBLE_EQ(evaluation.comparisons[0].accuracy_difference.value, -0.25);
  EXPECT_GT(evaluation.comparisons[0].tokens_cut.value, 0);
  EXPECT_GE(evaluation.comparisons[0].accuracy_p_holm, evaluation.comparisons[0].accuracy_p);
  ASSERT_THAT(student.against_skill.comparisons, SizeIs(5));
  EXPECT_EQ(student.against_skill.comparisons[0].before, "skill");
  EXPECT_DOUBLE_EQ(student.against_skill.comparisons[0].accuracy_difference.value, 0);
}

// One cap holds for all cells and seeds together, over interruptions: what one cell has spent the
// next one lacks, and no cell starts over.
TEST_F(AblationTest, OneCapHoldsForAllCellsTogether) {
  const auto spent_by = [&](const std::string& cell) {
    std::int64_t tokens = 0;
    for (const ModelSpending& model : spending_of(folder_ / "a" / cell)) {
      tokens += model.prompt_tokens + model.completion_tokens + model.unknown_tokens_max;
    }
    return tokens;
  };
  const auto run_under = [&](std::int64_t cap) -> std::optional<Error> {
    try {
      run("a", {"ablate.cells=[skill]", "ablate.teachers=[\"openai:one\", \"openai:two\"]",
                "ablate.seeds=[1, 2]", "teacher.max_tokens=" + std::to_string(cap)});
      return std::nullopt;
    } catch (const Error& error) {
      return error;
    }
  };
  constexpr std::int64_t kCell = 100 * kTrain;
  // In the midst of the second cell, of the third, and before the fourth begins.
  for (const std::int64_t cap : {kCell + 250, 2 * kCell + 100, 3 * kCell}) {
    const auto stopped = run_under(cap);
    ASSERT_TRUE(stopped) << cap;
    EXPECT_EQ(stopped->kind(), ErrorKind::kBudget) << stopped->what();
    std::int64_t all = 0;
    for (const char* cell :
         {"seed-1/skill", "seed-1/skill@two", "seed-2/skill", "seed-2/skill@two"})
      all += spent_by(cell);
    EXPECT_EQ(all, cap / 100 * 100) << "as many whole calls as the cap pays for";
  }
  EXPECT_EQ(spent_by("seed-2/skill@two"), 0);
  EXPECT_FALSE(run_under(4 * kCell));
  for (const char* cell :
       {"seed-1/skill", "seed-1/skill@two", "seed-2/skill", "seed-2/skill@two"}) {
    EXPECT_EQ(spent_by(cell), kCell) << cell;
  }
}

TEST_F(AblationTest, ACellWithoutAnyRowIsLeftOutWithANote) {
  world_.foreign = false;
  const Ablation result = run("a");
  EXPECT_THAT(names(result.students[0]),
              ElementsAre("base", "skill", "default", "none", "unpruned", "random"));
  ASSERT_THAT(result.students[0].notes, SizeIs(1));
  EXPECT_THAT(result.students[0].notes[0], HasSubstr("foreign"));
  EXPECT_THAT(result.students[0].notes[0], HasSubstr("nobody solved it"));
}

TEST_F(AblationTest, StoppedAfterAnyReplyItEndsWithTheSameTables) {
  const std::vector<std::string> settings = {"ablate.cells=[skill, unpruned]"};
  const std::string whole = to_json_line(run("a", settings));
  const std::int64_t all = kTrain + kTest + 2 * kTest;
  ASSERT_EQ(world_.replies, all);
  for (std::int64_t stop_after = 0; stop_after < all; ++stop_after) {
    std::filesystem::remove_all(folder_ / "a");
    world_ = {.replies_max = stop_after};
    EXPECT_THROW(run("a", settings), Error);
    world_.replies_max = -1;
    EXPECT_EQ(to_json_line(run("a", settings)), whole) << stop_after;
    EXPECT_EQ(world_.replies, all) << "no reply was asked for twice, stopped after " << stop_after;
  }
}

TEST_F(AblationTest, AChangedOptionRedoesWhatItTouches) {
  run("a", {"ablate.cells=[skill, unpruned]"});
  world_ = {};
  run("a", {"ablate.cells=[skill, unpruned]", "sample.temperature=0.9"});
  EXPECT_EQ(world_.replies, kTrain) << "training traces anew; as they came out the same, no more";
  run("a", {"ablate.cells=[skill, unpruned]", "sample.temperature=0.9", "train.rank=4"});
  EXPECT_THAT(world_.trained, SizeIs(2));
}

TEST_F(AblationTest, ADryRunSaysWhatWouldRunAndMakesNothing) {
  auto planned = look("a", {"ablate.cells=[skill, unpruned]"});
  ASSERT_THAT(planned, SizeIs(3));
  EXPECT_EQ(planned[0].name, "seed 1 base");
  EXPECT_EQ(planned[1].name, "seed 1 skill");
  EXPECT_THAT(planned[1].decisions[0].why, ElementsAre("first time"));
  EXPECT_FALSE(std::filesystem::exists(folder_ / "a"));
  EXPECT_EQ(world_.replies, 0);
  run("a", {"ablate.cells=[skill, unpruned]"});
  planned = look("a", {"ablate.cells=[skill, unpruned]", "train.rank=4"});
  EXPECT_FALSE(planned[0].decisions[0].runs);
  std::vector<std::string> running;
  for (const StageDecision& decision : planned[1].decisions) {
    if (decision.runs) running.push_back(decision.stage);
  }
  EXPECT_THAT(running, ElementsAre("train", "evaluate"));

  run("a", {"ablate.cells=[skill, random]"});
  planned = look("a", {"ablate.cells=[skill, random]", "teacher.keep_checks=none"});
  EXPECT_THAT(planned[2].decisions[0].why, ElementsAre("because skill changes"));
}

TEST(AblationPlanTest, NamesFoldersAndSettings) {
  const Recipe recipe =
      load_recipe("", {"ablate.teachers=[rules, \"openai:org/gpt\"]", "ablate.seeds=[3]",
                       "ablate.cells=[skill, foreign, random]", "run.folder=runs/x"})
          .recipe;
  const AblationPlan plan = plan_ablation(recipe, "");
  EXPECT_EQ(plan.folder, "runs/x-ablation");
  std::vector<std::string> cells;
  for (const CellPlan& cell : plan.cells) cells.push_back(cell.name);
  EXPECT_THAT(cells, ElementsAre("skill", "skill@gpt", "random", "foreign", "foreign@gpt"));
  EXPECT_FALSE(plan.cells[0].paid);
  EXPECT_TRUE(plan.cells[1].paid);
  EXPECT_THAT(plan.cells[4].settings, ::testing::Contains("teacher.target=own"));
  EXPECT_EQ(plan.students[0].seeds[0].folder, "runs/x-ablation/seed-3");

  const RecipeLoader load = [](const std::vector<std::string>& more) {
    return load_recipe("", more);
  };
  const LoadedRecipe cell =
      cell_recipe(load, plan.students[0], plan.students[0].seeds[0], plan.cells[2]);
  EXPECT_EQ(cell.recipe.teacher.like, "runs/x-ablation/seed-3/skill");
  EXPECT_EQ(cell.recipe.run.seed, 3);
  EXPECT_EQ(cell.recipe.run.folder, "runs/x-ablation/seed-3/random");
}

TEST(AblationPlanTest, SkillIsAddedWhereOthersAreMeasuredByIt) {
  const AblationPlan plan =
      plan_ablation(load_recipe("", {"ablate.cells=[random]"}).recipe, "here");
  ASSERT_THAT(plan.cells, SizeIs(2));
  EXPECT_EQ(plan.cells[0].name, "skill");
  EXPECT_THAT(plan.notes, SizeIs(1));
}

TEST(AblationPlanTest, RefusesWhatCannotBeRun) {
  const auto refuses = [](const std::vector<std::string>& settings) {
    EXPECT_THROW(plan_ablation(load_recipe("", settings).recipe, "here"), Error);
  };
  refuses({"ablate.seeds=[1, 1]"});
  refuses({"ablate.seeds=[one]"});
  refuses({"ablate.cells=[]"});
  refuses({"ablate.teachers=[rules, rules]"});
  refuses({"ablate.students=[a/m.gguf, b/m.gguf]"});
  refuses({"train.kind=external"});
  refuses({"student.endpoint.url=[http://localhost:1]", "student.endpoint.model=m"});
}

}  // namespace
}  // namespace drp::pipeline
