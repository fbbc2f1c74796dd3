// SPDX-License-Identifier: Apache-2.0
// Data parallel training with threads as ranks: what one rank does, several do together.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <cmath>
#include <csignal>
#include <mutex>

#include "base/error.h"
#include "base/file.h"
#include "base/random.h"
#include "model_files/tiny_model.h"
#include "train/distributed_engine.h"
#include "train/thread_ranks.h"
#include "train/torch/torch_engine.h"
#include "train/trainer.h"

namespace drp::train {
namespace {

class DistributedTest : public testing::Test {
 protected:
  void SetUp() override {
    folder_ = std::filesystem::path(testing::TempDir()) /
              (std::string("distributed_") +
               testing::UnitTest::GetInstance()->current_test_info()->name());
    std::filesystem::remove_all(folder_);
    make_folder(folder_);
    model_ = folder_ / "model.gguf";
    model_files::write_tiny_model(model_, {});
    shape_ = read_model_shape(model_files::GgufFile(model_));
    Random random(5);
    for (int i = 0; i < 9; ++i) {  // supervised counts from 1 to 41: very uneven shares
      TrainingRow row;
      row.id = "row " + std::to_string(i);
      row.prompt_ids = {1, 2, 3};
      for (int j = 0; j < 1 + 5 * i; ++j) {
        row.response_ids.push_back(static_cast<std::int32_t>(random.between(0, 39)));
      }
      rows_.push_back(row);
    }
  }
  void TearDown() override { std::filesystem::remove_all(folder_); }

  EngineConfig config(Precision precision) const {
    EngineConfig out{.model = model_, .layout = make_layout(shape_, LoraOptions{.rank = 4})};
    out.precision = precision;
    out.threads = 1;
    out.row_tokens = 64;
    out.pass_tokens = 256;
    return out;
  }
  // 20 steps of the whole trainer.
  TrainJob job(const std::string& name) const {
    TrainJob out{.model = model_, .rows = rows_, .validation = {rows_[2], rows_[7]}};
    out.lora = {.rank = 4, .alpha = 8};
    out.options = {.learning_rate = 1e-3, .epochs = 10, .batch_rows = 5};
    out.options.micro_batch_tokens = 100;
    out.options.precision = Precision::kFp32;
    out.options.threads = 1;
    out.checkpoint_folder = folder_ / name / "checkpoint";
    out.gguf_file = folder_ / name / "adapter.gguf";
    return out;
  }
  std::vector<float> parameters_of(const std::filesystem::path& adapter) const {
    const auto read = read_gguf_lora(adapter, shape_);
    return to_parameters(read, make_layout(shape_, read));
  }

  std::filesystem::path folder_;
  std::filesystem::path model_;
  model_files::ModelShape shape_;
  std::vector<TrainingRow> rows_;
};

void set_random(Engine& engine) {
  Random random(9);
  for (float& value : engine.parameters()) value = static_cast<float>(0.3 * random.normal());
  engine.parameters_changed();
}

double distance(std::span<const float> a, std::span<const float> b) {
  double difference = 0;
  double size = 0;
  for (std::size_t i = 0; i < a.size(); ++i) {
    const double d = static_cast<double>(a[i]) - static_cast<double>(b[i]);
    difference += d * d;
    size += static_cast<double>(b[i]) * static_cast<double>(b[i]);
  }
  return std::sqrt(difference / size);
}

TEST_F(DistributedTest, P3GradientsAndLossesAreThoseOfOneRank) {
  const PackedBatch first = pack(rows_, std::vector<std::size_t>{0, 8, 3});
  const PackedBatch second = pack(rows_, std::vector<std::size_t>{1});  // fewer rows than ranks
  const auto alone = make_torch_engine(config(Precision::kFp64));
  set_random(*alone);
  const double expected = alone->train(first, 0).nll + alone->train(second, 1).nll;
  for (const int size : {1, 2, 3}) {
    ThreadRanks ranks(size);
    std::mutex mutex;
    ranks.run([&](Communicator& communicator) {
      const auto engine =
          make_ranked_engine(make_torch_engine, config(Precision::kFp64), communicator);
      set_random(*engine);
      const LossSum one = engine->train(first, 0);
      const LossSum two = engine->train(second, 1);
      const LossSum evaluated = engine->evaluate(second);
      engine->collect_gradients();
      const std::lock_guard lock(mutex);
      EXPECT_EQ(one.tokens, 1 + 41 + 16);
      EXPECT_EQ(two.tokens, 6);
      EXPECT_NEAR(one.nll + two.nll, expected, 1e-10 * expected);
      EXPECT_NEAR(evaluated.nll, two.nll, 1e-10 * two.nll);
      EXPECT_LT(distance(engine->gradients(), alone->gradients()), 1e-6) << size;
    });
  }
}

TEST_F(DistributedTest, P3P38TwentyStepsEndWithTheSameAdapter) {
  std::vector<std::vector<TrainingEvent>> events(4);
  for (const int size : {1, 2, 3}) {
    ThreadRanks ranks(size);
    ranks.run([&](Communicator& communicator) {
      TrainJob own = job(std::to_string(size));
      own.ranks = &communicator;
      NoProgress progress;
      const StopFlag stop;
      auto& seen = events[static_cast<std::size_t>(size)];
      const TrainResult result = make_trainer(make_torch_engine)
                                     ->train(
                                         own,
                                         [&](const TrainingEvent& event) {
                                           if (communicator.rank() == 0) seen.push_back(event);
                                         },
                                         progress, stop);
      EXPECT_EQ(result.steps, 20);
    });
    ASSERT_EQ(events[static_cast<std::size_t>(size)].size(), events[1].size());
    for (std::size_t i = 0; i < events[1].size(); ++i) {
      const TrainingEvent& one = events[1][i];
      const TrainingEvent& several = events[static_cast<std::size_t>(size)][i];
      EXPECT_EQ(several.step, one.step);
      EXPECT_EQ(several.learning_rate, one.learning_rate);
      EXPECT_EQ(several.supervised_tokens, one.supervised_tokens);
      EXPECT_NEAR(several.loss, one.loss, 1e-4);
    }
    EXPECT_LT(distance(parameters_of(job(std::to_string(size)).gguf_file),
                       parameters_of(job("1").gguf_file)),
              1e-4);
  }
}

TEST_F(DistributedTest, P55ParametersThatDifferAreAnErrorEverywhere) {
  ThreadRanks ranks(3);
  std::mutex mutex;
  int errors = 0;
  ranks.run([&](Communicator& communicator) {
    const auto engine =
        make_ranked_engine(make_torch_engine, config(Precision::kFp32), communicator);
    set_random(*engine);
    if (communicator.rank() == 2) engine->parameters()[7] += 1e-7F;
    try {
      engine->parameters_changed();
    } catch (const Error& error) {
      const std::lock_guard lock(mutex);
      ++errors;
      EXPECT_THAT(error.message(), testing::HasSubstr("(1 of 3 from the first)"));
    }
  });
  EXPECT_EQ(errors, 3);
}

// A signal to one process stops all after the same step, and the run goes on to the same bytes.
TEST_F(DistributedTest, AStopOfOneRankStopsAllAndResumesExactly) {
  const auto train = [&](const std::string& name, std::int64_t stop_after) {
    std::atomic<int> stopped = 0;
    ThreadRanks ranks(2);
    ranks.run([&](Communicator& communicator) {
      TrainJob own = job(name);
      own.ranks = &communicator;
      NoProgress progress;
      StopFlag stop;
      const auto on_event = [&](const TrainingEvent& event) {
        if (communicator.rank() == 1 && event.step == stop_after && !event.validation) {
          stop.request(SIGTERM);
        }
      };
      try {
        make_trainer(make_torch_engine)->train(own, on_event, progress, stop);
      } catch (const Error& error) {
        EXPECT_TRUE(error.kind() == ErrorKind::kTerminated ||
                    error.kind() == ErrorKind::kInterrupted);
        ++stopped;
      }
    });
    EXPECT_EQ(stopped, stop_after > 0 ? 2 : 0);
  };
  train("whole", 0);
  train("stopped", 7);
  EXPECT_FALSE(std::filesystem::exists(job("stopped").gguf_file));
  train("stopped", 0);
  EXPECT_EQ(read_file(job("stopped").gguf_file), read_file(job("whole").gguf_file));
}

}  // namespace
}  // namespace drp::train
