// SPDX-License-Identifier: Apache-2.0
// Whole trainings on the engine: resumed, full, and of the real student.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <csignal>
#include <cstdlib>

#include "base/error.h"
#include "base/file.h"
#include "train/torch/engine_fixture.h"
#include "train/trainer.h"

namespace drp::train {
namespace {

using model_files::GgufFile;
using model_files::Linear;

// The whole trainer on this engine, found and loaded as the program does it.
TEST_F(TorchEngineTest, P37StoppedTrainingEndsWithTheSameBytes) {
  ::setenv("DRP_PLUGIN_DIR", DRP_PLUGIN_FOLDER, 1);
  const std::unique_ptr<Trainer> trainer = load_trainer();
  for (const Precision precision : {Precision::kFp32, Precision::kBf16}) {
    TrainJob job{.model = model_, .rows = rows_, .validation = {rows_[0]}};
    job.options = {.learning_rate = 1e-3, .epochs = 2, .batch_rows = 2, .micro_batch_tokens = 12};
    job.options.precision = precision;
    job.lora = {.rank = 2, .alpha = 4, .dropout = 0.1};
    const auto train = [&](const std::string& name, std::int64_t stop_after) {
      job.checkpoint_folder = folder_ / name;
      job.gguf_file = folder_ / (name + ".gguf");
      StopFlag stop;
      NoProgress progress;
      const auto on_event = [&](const TrainingEvent& event) {
        if (!event.validation && event.step == stop_after) stop.request(SIGINT);
      };
      trainer->train(job, on_event, progress, stop);
      return read_file(job.gguf_file);
    };
    const std::string kind(enum_name(precision));
    const std::string expected = train(kind, 0);
    for (const std::int64_t stopped : {1, 3, 5}) {
      const std::string name = kind + std::to_string(stopped);
      EXPECT_THROW(train(name, stopped), Error);
      EXPECT_EQ(train(name, 0), expected) << kind << " stopped after step " << stopped;
    }
  }
}

TEST_F(TorchEngineTest, TrainingLowersTheLoss) {
  TrainJob job{.model = model_, .rows = rows_};
  job.options = {.learning_rate = 2e-2, .epochs = 30, .batch_rows = 5};
  job.checkpoint_folder = folder_ / "checkpoint";
  NoProgress progress;
  const StopFlag stop;
  const TrainResult result = make_trainer(make_torch_engine)
                                 ->train(
                                     job, [](const TrainingEvent&) {}, progress, stop);
  EXPECT_LT(result.loss_last, 0.2 * result.loss_first);
}

// What is written is what was trained: the model file gives the validation loss of the training.
TEST_F(TorchEngineTest, FullTrainingResumesToTheSameModelAndWritesIt) {
  TrainJob job{.model = model_, .rows = rows_, .validation = {rows_[1]}};
  job.options = {.kind = TrainKind::kFull, .learning_rate = 3e-3, .epochs = 8, .batch_rows = 2};
  job.options.precision = Precision::kFp32;
  job.model_type = model_files::FloatType::kF32;
  const auto train = [&](const std::string& name, std::int64_t stop_after) {
    job.checkpoint_folder = folder_ / name;
    job.model_file = folder_ / (name + ".gguf");
    StopFlag stop;
    NoProgress progress;
    const auto on_event = [&](const TrainingEvent& event) {
      if (!event.validation && event.step == stop_after) stop.request(SIGINT);
    };
    return make_trainer(make_torch_engine)->train(job, on_event, progress, stop);
  };
  const TrainResult result = train("whole", 0);
  EXPECT_LT(result.loss_last, 0.7 * result.loss_first);
  const std::string expected = read_file(job.model_file);
  for (const std::int64_t stopped : {1, 4, 11}) {
    const std::string name = "stopped" + std::to_string(stopped);
    EXPECT_THROW(train(name, stopped), Error);
    train(name, 0);
    EXPECT_EQ(read_file(job.model_file), expected) << "stopped after step " << stopped;
  }
  const std::filesystem::path trained = folder_ / "whole.gguf";
  EXPECT_EQ(read_model_shape(GgufFile(trained)), shape_);
  EngineConfig used = config(Precision::kFp32);
  used.model = trained;
  EXPECT_NEAR(make_torch_engine(used)->evaluate(batch({1})).mean(), *result.validation_loss_best,
              1e-5);
}

// One sentence through SmolLM2-135M-Instruct against libllama, which sums 67.19209 nats over the
// same 38 tokens: llama_decode of these ids with fp32 cache and without flash attention, then
// log-softmax in fp64, on the model with every tensor dequantised to F32 by ggml's to_float. (On
// the Q4_1 file itself libllama rounds activations to 8 bits before its products and sums 66.394.)
TEST_F(TorchEngineTest, P49RealModelAgreesWithLibllama) {
  model_ = DRP_DEMO_MODEL;
  if (!std::filesystem::exists(model_)) GTEST_SKIP() << "no model at " << model_;
  shape_ = read_model_shape(GgufFile(model_));
  TrainingRow row;
  row.prompt_ids = {1};
  row.response_ids = {4093, 198,  2020, 800,   7225, 536, 1296, 5046, 457, 47,   2,    198,  1,
                      520,  9531, 198,  10313, 2767, 553, 1876, 7225, 28,  588,  1296, 5046, 457,
                      216,  35,   1672, 216,   36,   446, 216,  33,   34,  7225, 30,   2};
  rows_ = {row};
  const LoraOptions lora{.rank = 1, .alpha = 1, .targets = {Linear::kQuery}};
  const LossSum fp32 = make_torch_engine(config(Precision::kFp32, lora))->evaluate(batch({0}));
  EXPECT_EQ(fp32.tokens, 38);
  const LossSum fp64 = make_torch_engine(config(Precision::kFp64, lora))->evaluate(batch({0}));
  EXPECT_NEAR(fp64.nll, 67.19209, 0.0001);
  EXPECT_NEAR(fp32.nll, 67.19209, 0.002);
  const LossSum bf16 = make_torch_engine(config(Precision::kBf16, lora))->evaluate(batch({0}));
  EXPECT_NEAR(bf16.nll, fp32.nll, 0.02 * fp32.nll);
}

}  // namespace
}  // namespace drp::train
