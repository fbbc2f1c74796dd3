// SPDX-License-Identifier: Apache-2.0
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/resource.h>

#include <cmath>
#include <csignal>
#include <cstdlib>
#include <limits>

#include "base/error.h"
#include "base/file.h"
#include "model_files/tiny_model.h"
#include "train/trainer.h"

namespace drp::train {
namespace {

// Pulls every value towards the mean of the labels it sees: a loss whose whole course is known.
class ToyEngine final : public Engine {
 public:
  explicit ToyEngine(std::size_t size) : parameters_(size), gradients_(size) {}
  std::span<float> parameters() override { return parameters_; }
  std::span<float> gradients() override { return gradients_; }
  void parameters_changed() override {}
  Precision precision() const override { return Precision::kFp32; }
  std::string description() const override { return "toy"; }

  LossSum train(const PackedBatch& batch, std::int64_t) override {
    ++passes;
    for (const std::int32_t label : batch.labels) {
      if (label < 0) continue;
      for (std::size_t i = 0; i < gradients_.size(); ++i)
        gradients_[i] += parameters_[i] - target(label);
    }
    return evaluate(batch);
  }
  LossSum evaluate(const PackedBatch& batch) override {
    LossSum loss;
    for (const std::int32_t label : batch.labels) {
      if (label < 0) continue;
      const double distance = static_cast<double>(parameters_[0] - target(label));
      loss.nll += 0.5 * distance * distance;
      ++loss.tokens;
      if (label == kPoison) loss.nll = std::numeric_limits<double>::quiet_NaN();
    }
    return loss;
  }

  static constexpr std::int32_t kPoison = 39;
  int passes = 0;

 private:
  static float target(std::int32_t label) { return static_cast<float>(label) / 10; }
  std::vector<float> parameters_;
  std::vector<float> gradients_;
};

class TrainingRunTest : public testing::Test {
 protected:
  void SetUp() override {
    folder_ = std::filesystem::path(testing::TempDir()) /
              (std::string("training_run_") +
               testing::UnitTest::GetInstance()->current_test_info()->name());
    std::filesystem::remove_all(folder_);
    make_folder(folder_);
    model_files::write_tiny_model(folder_ / "model.gguf", {});
    job_.model = folder_ / "model.gguf";
    job_.lora.rank = 2;
    job_.lora.alpha = 4;
    job_.options.batch_rows = 2;
    job_.options.learning_rate = 0.05;
    job_.options.epochs = 3;
    job_.options.micro_batch_tokens = 12;
    for (int i = 0; i < 7; ++i) {
      TrainingRow row;
      row.id = "row " + std::to_string(i);
      row.prompt_ids = {1, 2};
      row.response_ids.assign(static_cast<std::size_t>(2 + i % 3), 10 + i);
      job_.rows.push_back(row);
    }
    job_.validation = {job_.rows[0], job_.rows[4]};
    into("out");
  }
  void TearDown() override { std::filesystem::remove_all(folder_); }

  void into(const std::string& name) {
    job_.checkpoint_folder = folder_ / name / "checkpoint";
    job_.peft_folder = folder_ / name / "adapter";
    job_.gguf_file = folder_ / name / "adapter.gguf";
  }
  TrainResult train(const TrainObserver& on_event = [](const TrainingEvent&) {}) {
    NoProgress progress;
    return make_trainer([](const EngineConfig& config) {
             return std::make_unique<ToyEngine>(config.trained_values());
           })
        ->train(job_, on_event, progress, stop_);
  }
  std::string adapter() const { return read_file(job_.gguf_file); }
  Error failure() {
    try {
      train();
    } catch (const Error& error) {
      return error;
    }
    ADD_FAILURE() << "no error";
    return Error(ErrorKind::kInternal, "none");
  }

  std::filesystem::path folder_;
  TrainJob job_;
  StopFlag stop_;
};

TEST_F(TrainingRunTest, LearnsAndWritesBothAdapters) {
  std::vector<TrainingEvent> events;
  const TrainResult result = train([&](const TrainingEvent& event) { events.push_back(event); });
  EXPECT_EQ(result.steps, 12);  // 7 rows in steps of 2, three epochs
  EXPECT_LT(result.loss_last, result.loss_first);
  ASSERT_TRUE(result.validation_loss_best && result.validation_loss_first);
  EXPECT_LT(*result.validation_loss_best, *result.validation_loss_first);
  EXPECT_GT(result.supervised_tokens, 0);
  EXPECT_EQ(std::count_if(events.begin(), events.end(),
                          [](const TrainingEvent& event) { return event.validation; }),
            4);  // before the first step and after each epoch
  EXPECT_EQ(events.back().step, 12);
  EXPECT_DOUBLE_EQ(events.back().epoch, 3);
  const auto shape = model_files::read_model_shape(model_files::GgufFile(job_.model));
  EXPECT_EQ(read_gguf_lora(job_.gguf_file, shape), read_peft_folder(job_.peft_folder, shape));
}

TEST_F(TrainingRunTest, P37StoppedAtAnyStepEndsWithTheSameBytes) {
  train();
  const std::string expected = adapter();
  for (std::int64_t stopped = 0; stopped < 12; ++stopped) {
    into("stopped " + std::to_string(stopped));
    StopFlag stop;
    NoProgress progress;
    const auto trainer = make_trainer([](const EngineConfig& config) {
      return std::make_unique<ToyEngine>(config.trained_values());
    });
    if (stopped == 0) stop.request(SIGTERM);
    try {
      trainer->train(
          job_,
          [&](const TrainingEvent& event) {
            if (!event.validation && event.step == stopped) stop.request(SIGTERM);
          },
          progress, stop);
      FAIL() << "not stopped";
    } catch (const Error& error) {
      EXPECT_EQ(error.kind(), ErrorKind::kTerminated);
    }
    EXPECT_FALSE(std::filesystem::exists(job_.gguf_file));
    const TrainResult result = train();
    EXPECT_EQ(result.steps_resumed, stopped);
    EXPECT_EQ(result.steps, 12);
    EXPECT_EQ(adapter(), expected) << "stopped after step " << stopped;
  }
}

TEST_F(TrainingRunTest, FinishedTrainingIsNotRepeated) {
  train();
  const std::string expected = adapter();
  std::filesystem::remove(job_.gguf_file);
  EXPECT_EQ(train().steps_resumed, 12);
  EXPECT_EQ(adapter(), expected);
}

TEST_F(TrainingRunTest, P1AccumulationChangesNothing) {
  job_.options.learning_rate = 1e-3;
  std::vector<std::vector<double>> losses;
  for (const std::int64_t budget : {5, 12, 1000}) {
    into("budget " + std::to_string(budget));
    job_.options.micro_batch_tokens = budget;
    losses.emplace_back();
    train([&](const TrainingEvent& event) { losses.back().push_back(event.loss); });
  }
  for (std::size_t i = 0; i < losses[0].size(); ++i) {
    EXPECT_NEAR(losses[0][i], losses[2][i], 1e-6);
    EXPECT_NEAR(losses[1][i], losses[2][i], 1e-6);
  }
}

// The validation rows pull elsewhere, so that training on makes them worse: the best is an early
// one.
TEST_F(TrainingRunTest, P40KeepsTheBestAndStopsEarly) {
  job_.validation.clear();
  TrainingRow away = job_.rows[0];
  away.response_ids = {1, 1};
  job_.validation = {away};
  job_.options.validate_every_steps = 1;
  job_.options.stalled_validations_max = 2;
  const TrainResult result = train();
  EXPECT_TRUE(result.stopped_early);
  EXPECT_LT(result.steps, 12);
  EXPECT_EQ(result.best_step, result.steps - 2);
  const std::string best = adapter();
  EXPECT_TRUE(train().stopped_early) << "a finished run stays finished";
  EXPECT_EQ(adapter(), best);
}

TEST_F(TrainingRunTest, WithoutValidationTheLastParametersCount) {
  job_.validation.clear();
  const TrainResult result = train();
  EXPECT_EQ(result.best_step, 12);
  EXPECT_EQ(result.validation_loss_best, std::nullopt);
}

TEST_F(TrainingRunTest, ContinuesAnAdapterWithItsRankAndAlpha) {
  train();
  const auto shape = model_files::read_model_shape(model_files::GgufFile(job_.model));
  job_.continued_adapter = job_.gguf_file;
  into("continued");
  job_.lora = {};
  job_.options.learning_rate = 1e-9;
  train();
  const auto before = read_gguf_lora(*job_.continued_adapter, shape);
  const auto after = read_gguf_lora(job_.gguf_file, shape);
  ASSERT_EQ(after.pairs.size(), before.pairs.size());
  EXPECT_EQ(after.pairs[0].rank, 2);
  EXPECT_EQ(after.alpha, 4);
  EXPECT_NEAR(after.pairs[0].a[0], before.pairs[0].a[0], 1e-5);
}

TEST_F(TrainingRunTest, FullTrainingWritesAModelOfTheSameShapeAndKeys) {
  job_.options.kind = TrainKind::kFull;
  job_.model_file = folder_ / "full" / "model.gguf";
  into("full");
  const TrainResult result = train();
  EXPECT_LT(*result.validation_loss_best, *result.validation_loss_first);
  EXPECT_FALSE(std::filesystem::exists(job_.gguf_file)) << "no adapter comes of it";
  const model_files::GgufFile base(job_.model);
  const model_files::GgufFile trained(job_.model_file);
  EXPECT_EQ(read_model_shape(trained), read_model_shape(base));
  EXPECT_NE(trained.read(trained.tensor("blk.0.ffn_up.weight")),
            base.read(base.tensor("blk.0.ffn_up.weight")));
}

TEST_F(TrainingRunTest, FullTrainingKeepsToItsOwnKind) {
  train();
  job_.options.kind = TrainKind::kFull;
  EXPECT_THAT(failure().message(), testing::HasSubstr("kind was lora, now full"));
  job_.continued_adapter = job_.gguf_file;
  into("continued");
  EXPECT_THAT(failure().message(), testing::HasSubstr("not from an adapter"));
}

// What lies below a full training is part of what it starts from.
TEST_F(TrainingRunTest, FullTrainingTakesFrozenAdaptersIn) {
  train();
  job_.frozen_adapters = {job_.gguf_file};
  job_.options.kind = TrainKind::kFull;
  job_.options.learning_rate = 1e-9;
  job_.model_type = model_files::FloatType::kF32;
  job_.model_file = folder_ / "full.gguf";
  into("full");
  train();
  const model_files::GgufFile base(job_.model);
  const model_files::GgufFile trained(job_.model_file);
  const auto shape = read_model_shape(base);
  std::vector<float> expected = base.read(base.tensor("blk.1.attn_v.weight"));
  const std::vector<float> before = expected;
  add_delta(read_gguf_lora(job_.frozen_adapters[0], shape), 1, model_files::Linear::kValue,
            expected);
  EXPECT_NE(before, expected);
  const std::vector<float> after = trained.read(trained.tensor("blk.1.attn_v.weight"));
  for (std::size_t i = 0; i < after.size(); ++i) EXPECT_NEAR(after[i], expected[i], 1e-6F);
}

TEST_F(TrainingRunTest, P29NotANumberNamesStepAndRowsAndKeepsTheLastGoodState) {
  job_.options.checkpoint_every_steps = 1000;
  job_.rows[3].response_ids = {ToyEngine::kPoison};
  std::int64_t done = 0;
  try {
    train([&](const TrainingEvent& event) {
      if (!event.validation) done = event.step;
    });
    FAIL() << "trained on";
  } catch (const Error& error) {
    EXPECT_EQ(error.kind(), ErrorKind::kModel);
    EXPECT_THAT(error.message(), testing::HasSubstr("at step " + std::to_string(done + 1)));
    EXPECT_THAT(error.message(), testing::HasSubstr("on rows 'row 3'"));
    EXPECT_THAT(error.message(), testing::Not(testing::HasSubstr("'row 2'")));
  }
  ASSERT_GT(done, 0) << "the poisoned row must not come first for this test";
  // What was good is there, and going on meets the same row at the same step.
  EXPECT_TRUE(std::filesystem::exists(job_.checkpoint_folder / "state.safetensors"));
  EXPECT_THAT(failure().message(), testing::HasSubstr("at step " + std::to_string(done + 1)));
}

TEST_F(TrainingRunTest, NotANumberInValidationStopsToo) {
  job_.validation[1].response_ids = {ToyEngine::kPoison};
  EXPECT_THAT(failure().message(), testing::HasSubstr("validation loss is not a number"));
}

TEST_F(TrainingRunTest, P23LongRowsAreLeftOutAndCounted) {
  job_.rows[2].response_ids.assign(60, 12);
  job_.rows[5].response_ids.assign(63, 15);
  job_.validation.push_back(job_.rows[5]);
  job_.options.cutoff_tokens = 61;
  TrainResult result = train();
  EXPECT_EQ(result.rows_dropped, 3);
  EXPECT_EQ(result.steps, 9);  // 5 rows in steps of 2, three epochs
  job_.options.cutoff_tokens = 4096;
  into("context");  // the model's context of 64 tokens counts as well
  EXPECT_EQ(train().rows_dropped, 2);
}

TEST_F(TrainingRunTest, P43RanksThatServersLimitAreTold) {
  class Told final : public Progress {
   public:
    void begin(std::string_view, std::int64_t) override {}
    void update(std::int64_t, std::string_view) override {}
    void end(std::string_view) override {}
    void info(std::string_view line) override { lines += std::string(line) + "\n"; }
    void warn(std::string_view line) override { lines += std::string(line) + "\n"; }
    std::string lines;
  };
  const auto told = [&](std::int64_t rank) {
    into("rank " + std::to_string(rank));
    job_.lora.rank = rank;
    Told progress;
    make_trainer(
        [](const EngineConfig& config) { return std::make_unique<ToyEngine>(config.layout.size); })
        ->train(
            job_, [](const TrainingEvent&) {}, progress, stop_);
    return progress.lines;
  };
  EXPECT_THAT(told(16), testing::Not(testing::HasSubstr("vLLM")));
  EXPECT_THAT(told(17), testing::HasSubstr("--max-lora-rank 32"));
  EXPECT_THAT(told(600), testing::HasSubstr("above what vLLM serves"));
}

// No room on the disk is met as a file size that may not be passed: the same failing write.
TEST_F(TrainingRunTest, AFullDiskIsAnErrorAndTheCheckpointBeforeStays) {
  job_.options.checkpoint_every_steps = 1;
  const std::filesystem::path file = job_.checkpoint_folder / "state.safetensors";
  std::string before;
  const auto previous = std::signal(SIGXFSZ, SIG_IGN);
  rlimit limit{};
  ::getrlimit(RLIMIT_FSIZE, &limit);
  const rlim_t whole = limit.rlim_cur;
  Error error(ErrorKind::kInternal, "none");
  try {
    train([&](const TrainingEvent& event) {
      if (event.validation || event.step != 5) return;
      before = read_file(file);
      limit.rlim_cur = 4096;
      ::setrlimit(RLIMIT_FSIZE, &limit);
    });
  } catch (const Error& thrown) {
    error = thrown;
  }
  limit.rlim_cur = whole;
  ::setrlimit(RLIMIT_FSIZE, &limit);
  std::signal(SIGXFSZ, previous);
  EXPECT_EQ(error.kind(), ErrorKind::kIo);
  EXPECT_THAT(error.message(), testing::HasSubstr("state.safetensors"));
  EXPECT_EQ(read_file(file), before);
  for (const auto& entry : std::filesystem::directory_iterator(job_.checkpoint_folder)) {
    EXPECT_EQ(entry.path(), file) << "left behind";
  }
  EXPECT_EQ(train().steps_resumed, 4);
}

TEST_F(TrainingRunTest, RefusesWhatCannotBeTrained) {
  job_.options.cutoff_tokens = 3;
  EXPECT_THAT(failure().message(),
              testing::HasSubstr("all 7 training rows are longer than 3 tokens"));
  job_.options.cutoff_tokens = 4096;
  job_.rows.clear();
  EXPECT_THAT(failure().message(), testing::HasSubstr("no rows to train on"));
  job_.lora.rank = 0;
  EXPECT_THAT(failure().message(), testing::HasSubstr("train.rank"));
  job_.model = folder_ / "none.gguf";
  EXPECT_EQ(failure().kind(), ErrorKind::kIo);
}

TEST_F(TrainingRunTest, P39CheckpointOfAnotherJobIsRefusedByWhatDiffers) {
  train();
  job_.options.learning_rate = 0.06;
  Error error = failure();
  EXPECT_EQ(error.kind(), ErrorKind::kConfig);
  EXPECT_THAT(error.message(), testing::HasSubstr("learning_rate was 0.05"));
  job_.options.learning_rate = 0.05;
  job_.rows[2].response_ids[0] = 5;
  EXPECT_THAT(failure().message(), testing::HasSubstr("rows was"));
}

TEST_F(TrainingRunTest, DamagedCheckpointIsAnErrorWithAWayOut) {
  train();
  const std::filesystem::path file = job_.checkpoint_folder / "state.safetensors";
  const std::string whole = read_file(file);
  for (const std::size_t size :
       {std::size_t{0}, std::size_t{7}, whole.size() / 2, whole.size() - 1}) {
    write_file_atomic(file, whole.substr(0, size));
    EXPECT_EQ(failure().kind(), ErrorKind::kModel) << size;
  }
  const auto with = [&](const std::string& from, const std::string& to) {
    std::string bytes = whole;
    bytes.replace(bytes.find(from), from.size(), to);
    write_file_atomic(file, bytes);
    return failure().message();
  };
  EXPECT_THAT(with("\"version\":\"1\"", "\"version\":\"9\""), testing::HasSubstr("version 9"));
  EXPECT_THAT(with("\"pass\"", "\"past\""), testing::HasSubstr("lacks 'pass'"));
  EXPECT_THAT(with("\"step\":\"12\"", "\"step\":\"1x\""),
              testing::HasSubstr("no number under 'step'"));
  EXPECT_THAT(with("\"first_moment\"", "\"first_momenx\""), testing::HasSubstr("'first_moment'"));
  EXPECT_THAT(with("\"precision\":\"fp32\"", "\"precision\":\"fp99\""),
              testing::HasSubstr("precision 'fp99'"));
}

TEST(LoadTrainer, SaysWhereItLooked) {
  const char* before = std::getenv("DRP_PLUGIN_DIR");
  const std::string saved = before != nullptr ? before : "";
  ::setenv("DRP_PLUGIN_DIR", "/nonexistent/folder", 1);
  try {
    load_trainer();
    ADD_FAILURE() << "loaded";
  } catch (const Error& error) {
    EXPECT_EQ(error.kind(), ErrorKind::kConfig);
    EXPECT_THAT(error.message(), testing::HasSubstr("/nonexistent/folder/libdrp_train_torch.so"));
    EXPECT_THAT(error.hint(), testing::HasSubstr("DRP_PLUGIN_DIR"));
  }
  const std::filesystem::path folder = std::filesystem::path(testing::TempDir()) / "no_plugin";
  make_folder(folder);
  write_file_atomic(folder / "libdrp_train_torch.so", "not a library");
  ::setenv("DRP_PLUGIN_DIR", folder.c_str(), 1);
  EXPECT_THROW(load_trainer(), Error);
  if (before != nullptr) {
    ::setenv("DRP_PLUGIN_DIR", saved.c_str(), 1);
  } else {
    ::unsetenv("DRP_PLUGIN_DIR");
  }
}

}  // namespace
}  // namespace drp::train
