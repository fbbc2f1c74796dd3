// SPDX-License-Identifier: Apache-2.0
// A run that waits for a training elsewhere and goes on with what comes back.
#include "pipeline/external_training.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>

#include "base/error.h"
#include "base/file.h"
#include "model_files/adapter.h"
#include "model_files/tiny_model.h"
#include "pipeline/adoption.h"
#include "pipeline/pipeline_fakes.h"
#include "pipeline/runner.h"
#include "teacher/teacher.h"

namespace drp::pipeline {
namespace {

using testing::HasSubstr;

// Deletes the first sentence.
class FirstSentenceTeacher final : public teacher::Teacher {
 public:
  std::string identity() const override { return "first sentence"; }
  bool threadsafe() const override { return true; }
  expected<Plan, Rejection> plan(const Problem&, const Trace& trace) override {
    const std::string_view text = trace.reasoning_text();
    const std::size_t cut = text.find(". ") + 2;
    Plan plan;
    plan.steps.push_back({.span = {0, cut}, .action = Action::kDelete});
    plan.steps.push_back({.span = {cut, text.size()}, .action = Action::kKeep});
    return plan;
  }
};

class ExternalTrainingTest : public testing::Test {
 protected:
  void SetUp() override {
    folder_ = std::filesystem::path(testing::TempDir()) / "external_training" /
              testing::UnitTest::GetInstance()->current_test_info()->name();
    std::filesystem::remove_all(folder_);
    make_folder(folder_);
    model_files::write_tiny_model(folder_ / "model.gguf", {});
    write_set("train", 6, 10);
    write_set("test", 4, 50);
  }
  void TearDown() override { std::filesystem::remove_all(folder_); }

  void write_set(const std::string& name, int count, int first) const {
    std::string text;
    for (int i = 0; i < count; ++i) {
      const SumProblem problem{first + i, i + 2};
      text += R"({"id":")" + name + std::to_string(i) + R"(","question":")" + problem.question() +
              R"(","answer":")" + problem.answer() + "\"}\n";
    }
    write_file_atomic(folder_ / (name + ".jsonl"), text);
  }

  template <class Work>
  void with_run(const Work& work) {
    const Engines engines{
        .load_student = [](const auto&, int) { return std::make_unique<FakeStudent>(answer); },
        .open_student =
            [this](const Recipe& recipe, const std::string& served, Progress&) {
              opened_.push_back(served + "@" + join(recipe.student.endpoint.url, ","));
              const std::filesystem::path some = "adapter";
              return FakeStudent(answer).chat({&some, 1});
            },
        .load_trainer = []() -> std::unique_ptr<train::Trainer> {
          ADD_FAILURE() << "trained here";
          return nullptr;
        },
        .make_teacher = [](const Recipe&,
                           Progress&) { return std::make_unique<FirstSentenceTeacher>(); },
        .find_model = [](const std::string& model) { return std::filesystem::path(model); }};
    NoProgress progress;
    const StopFlag stop;
    const FixedClock clock;
    write_file_atomic(folder_ / "recipe.yaml",
                      "student:\n  model: " + (folder_ / "model.gguf").string() +
                          "\nproblems:\n  train: {source: file, count: 0, file: train.jsonl}\n"
                          "  test: {source: file, count: 0, file: test.jsonl}\n"
                          "curate: {validation: 0}\ntrain: external\nrun: {folder: " +
                          run_folder().string() + "}\n");
    pipeline::Run run(load_recipe((folder_ / "recipe.yaml").string(), {}),
                      {engines, progress, stop, clock, {}});
    work(run);
  }
  static std::string answer(const std::string& question, bool tuned) {
    const SumProblem problem = SumProblem::read(question);
    return "<think>\n" + std::string(tuned ? "" : "Hmm, let me think about this. ") +
           problem.equation() + ".\n</think>\n\nThe answer is \\boxed{" + problem.answer() + "}.";
  }
  std::filesystem::path run_folder() const { return folder_ / "run"; }
  std::filesystem::path exported() const { return folder_ / "training"; }

  // What a training of the export would leave there.
  void train_elsewhere() const {
    const auto shape = model_files::read_model_shape(model_files::GgufFile(folder_ / "model.gguf"));
    model_files::LoraAdapter adapter;
    adapter.architecture = shape.architecture;
    adapter.alpha = 4;
    const auto linear = model_files::Linear::kQuery;
    adapter.pairs.push_back(
        {1, linear, 2,
         std::vector<float>(static_cast<std::size_t>(2 * inputs(shape, linear)), 0.5F),
         std::vector<float>(static_cast<std::size_t>(2 * outputs(shape, linear)), 0.25F)});
    make_folder(exported() / "output");
    write_peft_folder(exported() / "output", adapter, shape, {"base", 0, {}});
  }
  template <class Work>
  static std::pair<ErrorKind, std::string> complaint(const Work& work) {
    try {
      work();
    } catch (const Error& error) {
      return {error.kind(), error.what()};
    }
    return {ErrorKind::kInternal, "no error"};
  }

  std::filesystem::path folder_;
  std::vector<std::string> opened_;  // served students, as name@addresses
};

TEST_F(ExternalTrainingTest, WaitsIsExportedAdoptedAndGoesOn) {
  with_run([&](pipeline::Run& run) {
    const auto [kind, text] = complaint([&] { run_stages(run, ""); });
    EXPECT_EQ(kind, ErrorKind::kPending) << text;
    EXPECT_EQ(exit_code(kind), 75);
    EXPECT_THAT(text, HasSubstr("no tuned student has been adopted"));
  });
  with_run([&](pipeline::Run& run) {
    const ExternalExportResult result =
        export_training(run, {train::ExternalTool::kTrl, exported(), "base"});
    EXPECT_EQ(result.rows, 6);
    EXPECT_EQ(result.left_out, 0);
    EXPECT_TRUE(std::filesystem::exists(exported() / "train.jsonl"));
    EXPECT_TRUE(std::filesystem::exists(exported() / "drp_trl.py"));
  });
  train_elsewhere();
  with_run([&](pipeline::Run& run) {
    const AdoptResult result = adopt_adapter(run, exported(), AdoptCheck::kFingerprints);
    EXPECT_EQ(result.pairs, 1);
    EXPECT_EQ(result.rank, 2);
  });
  with_run([&](pipeline::Run& run) {
    EXPECT_EQ(run_stages(run, "").size(), 8U);
    EXPECT_TRUE(std::filesystem::exists(run_folder() / "report/report.json"));
    const auto shape = model_files::read_model_shape(model_files::GgufFile(folder_ / "model.gguf"));
    EXPECT_EQ(model_files::read_gguf_lora(run_folder() / "adapter.gguf", shape),
              model_files::read_peft_folder(exported() / "output", shape));
  });
  with_run([&](pipeline::Run& run) {
    for (const StageDecision& decision : run_stages(run, "")) {
      EXPECT_FALSE(decision.runs) << decision.stage;
    }
  });
}

TEST_F(ExternalTrainingTest, RefusesAnAdapterOfOtherRows) {
  with_run([&](pipeline::Run& run) { complaint([&] { run_stages(run, ""); }); });
  with_run([&](pipeline::Run& run) {
    export_training(run, {train::ExternalTool::kAxolotl, exported(), "base"});
  });
  train_elsewhere();
  write_set("train", 7, 10);
  with_run([&](pipeline::Run& run) { complaint([&] { run_stages(run, ""); }); });
  with_run([&](pipeline::Run& run) {
    const auto [kind, text] =
        complaint([&] { adopt_adapter(run, exported() / "output", AdoptCheck::kFingerprints); });
    EXPECT_EQ(kind, ErrorKind::kData);
    EXPECT_THAT(text, HasSubstr("trained on something else: curate: "));
    EXPECT_EQ(adopt_adapter(run, exported() / "output", AdoptCheck::kTrust).pairs, 1);
  });
  // Adopted, and then the rows change again: the run waits anew.
  write_set("train", 8, 10);
  with_run([&](pipeline::Run& run) {
    const auto [kind, text] = complaint([&] { run_stages(run, ""); });
    EXPECT_EQ(kind, ErrorKind::kPending);
    EXPECT_THAT(text, HasSubstr("was trained on something else"));
  });
}

TEST_F(ExternalTrainingTest, NamesWhatIsWrong) {
  with_run([&](pipeline::Run& run) {
    EXPECT_THAT(complaint([&] {
                  export_training(run, {train::ExternalTool::kTrl, exported(), "base"});
                }).second,
                HasSubstr("has no training rows yet"));
  });
  with_run([&](pipeline::Run& run) { complaint([&] { run_stages(run, ""); }); });
  train_elsewhere();
  with_run([&](pipeline::Run& run) {
    EXPECT_THAT(
        complaint([&] { adopt_adapter(run, exported(), AdoptCheck::kFingerprints); }).second,
        HasSubstr("nothing says what"));
    EXPECT_THAT(complaint([&] { adopt_adapter(run, folder_, AdoptCheck::kTrust); }).second,
                HasSubstr("holds no adapter_config.json"));
    EXPECT_THAT(
        complaint([&] { adopt_adapter(run, folder_ / "model.gguf", AdoptCheck::kTrust); }).second,
        HasSubstr("is no LoRA adapter"));
    write_file_atomic(run_folder() / "external_training.json", "{}");
    EXPECT_THAT(
        complaint([&] { adopt_adapter(run, exported(), AdoptCheck::kFingerprints); }).second,
        HasSubstr("is no drp export"));
  });
}

// The base answers here and the tuned student at an endpoint.
TEST_F(ExternalTrainingTest, ATunedStudentMayBeServed) {
  const ServedStudent served{{"http://there/v1"}, "tuned", {{{{"tuned", "", ""}}}}};
  with_run([&](pipeline::Run& run) {
    complaint([&] { run_stages(run, ""); });
    EXPECT_THAT(complaint([&] { adopt_served(run, served, AdoptCheck::kFingerprints); }).second,
                HasSubstr("nothing says what 'tuned' was trained on: nothing was exported"));
    EXPECT_THAT(*adoption_note(run), HasSubstr("waits for what another program tunes"));
    export_training(run, {train::ExternalTool::kTrl, exported(), "base"});
    train_elsewhere();
    adopt_adapter(run, exported(), AdoptCheck::kFingerprints);
    adopt_served(run, served, AdoptCheck::kFingerprints);
    EXPECT_FALSE(std::filesystem::exists(run_folder() / "adapter.gguf")) << "the last one counts";
    EXPECT_THAT(*adoption_note(run), HasSubstr("takes 'tuned' at its endpoint"));
  });
  with_run([&](pipeline::Run& run) {
    EXPECT_EQ(run_stages(run, "").size(), 8U);
    EXPECT_THAT(opened_, testing::ElementsAre("tuned@http://there/v1"));
    const auto tuned = run.log("eval/tuned", "traces").get<Trace>("test0/0");
    ASSERT_TRUE(tuned.has_value());
    EXPECT_THAT(tuned->response, testing::Not(HasSubstr("Hmm")));
    EXPECT_THAT(read_file(run_folder() / "report/report.json"), HasSubstr("served as tuned"));
  });
  with_run([&](pipeline::Run& run) {
    for (const StageDecision& decision : run_stages(run, "")) {
      EXPECT_FALSE(decision.runs) << decision.stage;
    }
  });
  // The name is used again for a training on other rows: its old answers are no longer its own.
  write_set("train", 7, 10);
  with_run([&](pipeline::Run& run) {
    EXPECT_EQ(complaint([&] { run_stages(run, ""); }).first, ErrorKind::kPending);
    export_training(run, {train::ExternalTool::kTrl, exported(), "base"});
    adopt_served(run, served, AdoptCheck::kFingerprints);
  });
  with_run([&](pipeline::Run& run) { run_stages(run, ""); });
  EXPECT_THAT(opened_, testing::SizeIs(2));
}

TEST_F(ExternalTrainingTest, WhatIsServedMustBeListed) {
  with_run([&](pipeline::Run& run) {
    complaint([&] { run_stages(run, ""); });
    const ServedStudent other{{"http://there/v1"}, "tuned", {{{{"a", "", ""}, {"b", "", ""}}}}};
    EXPECT_THAT(complaint([&] { adopt_served(run, other, AdoptCheck::kTrust); }).second,
                HasSubstr("does not list 'tuned', only a, b"));
    const ServedStudent unknown{{"http://there/v1"}, "tuned", {std::nullopt}};
    adopt_served(run, unknown, AdoptCheck::kTrust);
    EXPECT_EQ(read_adopted(run_folder())->model, "tuned");
  });
}

}  // namespace
}  // namespace drp::pipeline
