// SPDX-License-Identifier: Apache-2.0
// Rows that share a prompt beside the same rows packed apart: the same losses and gradients.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <csignal>
#include <functional>
#include <mutex>
#include <numeric>

#include "base/error.h"
#include "base/file.h"
#include "train/distributed_engine.h"
#include "train/thread_ranks.h"
#include "train/torch/engine_fixture.h"
#include "train/trainer.h"

namespace drp::train {
namespace {

using model_files::TinyModel;

class SharedPromptTest : public TorchEngineTest {
 protected:
  // Prompts of 9, 1 and 6 tokens with 4, 2 and 3 rows, and a row of its own between them.
  void make_rows() {
    Random random(7);
    rows_.clear();
    const auto ids = [&](int count) {
      std::vector<std::int32_t> out;
      for (int i = 0; i < count; ++i) out.push_back(id(random));
      return out;
    };
    for (const auto& [prompt, rows] : {std::pair(9, 4), {1, 2}, {5, 1}, {6, 3}}) {
      const std::vector<std::int32_t> shared = ids(prompt);
      for (int i = 0; i < rows; ++i) {
        TrainingRow& row = rows_.emplace_back();
        row.id = "row " + std::to_string(rows_.size());
        row.prompt_ids = shared;
        row.response_ids = ids(1 + 3 * i);
      }
    }
    all_.resize(rows_.size());
    std::iota(all_.begin(), all_.end(), std::size_t{0});
  }
  // One prompt and `count` rows of lengths around `response`, longer than a block of queries.
  void make_long_rows(int prompt, int count, int response) {
    Random random(8);
    TrainingRow row;
    for (int i = 0; i < prompt; ++i) row.prompt_ids.push_back(id(random));
    rows_.clear();
    for (int i = 0; i < count; ++i) {
      row.response_ids.clear();
      for (int j = 0; j < response + i; ++j) row.response_ids.push_back(id(random));
      rows_.push_back(row);
    }
    all_.resize(rows_.size());
    std::iota(all_.begin(), all_.end(), std::size_t{0});
  }
  PackedBatch packed(Prompts prompts) const { return pack(rows_, all_, prompts); }

  // Both ways through one engine each: losses to `loss_bound`, relative, gradients to
  // `gradient_bound` of the largest.
  void expect_same(const std::function<std::unique_ptr<Engine>()>& make, double loss_bound,
                   double gradient_bound) const {
    const PackedBatch together = packed(Prompts::kShared);
    const PackedBatch apart = packed(Prompts::kApart);
    ASSERT_LT(together.tokens.size(), apart.tokens.size());
    const auto sharing = make();
    const auto plain = make();
    const LossSum loss = sharing->train(together, 0);
    const LossSum expected = plain->train(apart, 0);
    EXPECT_EQ(loss.tokens, expected.tokens);
    EXPECT_NEAR(loss.nll, expected.nll, loss_bound * expected.nll);
    EXPECT_NEAR(sharing->evaluate(together).nll, expected.nll, loss_bound * expected.nll);
    EXPECT_LT(distance(copy(sharing->gradients()), copy(plain->gradients())), gradient_bound);
  }

  // bf16 beside fp64. How far off bf16 is at all depends on the length of the rows.
  void expect_near_as_rows_apart(
      const std::function<std::unique_ptr<Engine>(Precision)>& make) const {
    const auto gradients = [&](Precision precision, Prompts prompts) {
      const auto tested = make(precision);
      tested->train(packed(prompts), 0);
      return copy(tested->gradients());
    };
    const std::vector<float> exact = gradients(Precision::kFp64, Prompts::kApart);
    const double apart = distance(gradients(Precision::kBf16, Prompts::kApart), exact);
    EXPECT_LT(distance(gradients(Precision::kBf16, Prompts::kShared), exact), 2 * apart);
  }

  // Rows and prompts around the length of a block of queries.
  void expect_blocks_are_right(const TinyModel& model) {
    use(model);
    for (const auto& [prompt, response] : {std::pair(600, 520), {20, 530}, {1030, 3}}) {
      make_long_rows(prompt, 2, response);
      const auto make = [&](Precision precision) {
        EngineConfig used = config(precision);
        used.row_tokens = 2048;
        used.pass_tokens = 8192;
        return engine(used);
      };
      expect_same([&] { return make(Precision::kFp64); }, 1e-10, 1e-6);
      expect_near_as_rows_apart(make);
    }
  }

  std::vector<std::size_t> all_;
};

TEST_F(SharedPromptTest, GivesTheLossAndEveryGradientOfRowsApart) {
  for (const TinyModel& model :
       {TinyModel{.layers = 3}, TinyModel{.architecture = "qwen2", .tied_head = false},
        TinyModel{.architecture = "qwen3", .head_width = 12},
        TinyModel{.architecture = "gemma3", .layers = 3},
        TinyModel{.architecture = "gemma3", .window = 12},
        TinyModel{.key_value_heads = 4, .rope_divisors = true}}) {
    SCOPED_TRACE(model.architecture);
    use(model);
    make_rows();
    expect_same([&] { return engine(config(Precision::kFp64)); }, 1e-10, 1e-6);
    expect_same([&] { return engine(config(Precision::kFp32)); }, 1e-5, 1e-4);
    expect_same([&] { return full_engine(full_config(Precision::kFp64)); }, 1e-10, 1e-6);
    // Each pair by itself: none is small enough to hide behind the largest.
    const auto sharing = engine(config(Precision::kFp32));
    const auto plain = engine(config(Precision::kFp32));
    sharing->train(packed(Prompts::kShared), 0);
    plain->train(packed(Prompts::kApart), 0);
    const EngineConfig used = config(Precision::kFp32);
    for (const LoraPlace& place : used.layout.places) {
      for (const auto& [begin, count] :
           {std::pair(place.a, place.inputs), std::pair(place.b, place.outputs)}) {
        const auto part = [&, from = begin, size = count](Engine& tested) {
          return copy(
              tested.gradients().subspan(from, static_cast<std::size_t>(size * used.layout.rank)));
        };
        EXPECT_LT(distance(part(*sharing), part(*plain)), 1e-4)
            << tensor_stem(place.layer, place.linear);
      }
    }
  }
}

TEST_F(SharedPromptTest, LongPromptsAndRowsGoByBlocksOfQueries) {
  expect_blocks_are_right({.context_tokens = 2048});
}

// Windows that end in the prompt, in an earlier block of queries, and in the block itself.
TEST_F(SharedPromptTest, LongPromptsAndRowsGoByBlocksOfQueriesWithAWindow) {
  for (const std::uint32_t window : {40U, 700U}) {
    expect_blocks_are_right({.architecture = "gemma3", .context_tokens = 2048, .window = window});
  }
}

TEST_F(SharedPromptTest, Bf16IsAsNearToTheExactGradientAsRowsApartAre) {
  make_rows();
  expect_near_as_rows_apart([&](Precision precision) { return engine(config(precision)); });
}

TEST_F(SharedPromptTest, ThreadsAndRecomputationChangeNothing) {
  use({.layers = 3});
  make_rows();
  for (const int threads : {1, 2, 3, 12}) {
    EngineConfig used = config(Precision::kFp64);
    used.threads = threads;
    used.part_tokens = 1;
    expect_same([&] { return engine(used); }, 1e-10, 1e-6);
    const auto keeping = engine(used);
    used.recompute = Recompute::kAlways;
    const auto recomputing = engine(used);
    const PackedBatch together = packed(Prompts::kShared);
    EXPECT_EQ(keeping->train(together, 0).nll, recomputing->train(together, 0).nll);
    EXPECT_EQ(copy(keeping->gradients()), copy(recomputing->gradients()));
  }
}

TEST_F(SharedPromptTest, P3RanksGiveWhatOneRankGives) {
  make_rows();
  const auto alone = engine(config(Precision::kFp64));
  const double expected = alone->train(packed(Prompts::kApart), 0).nll;
  for (const int size : {1, 2, 3}) {
    ThreadRanks ranks(size);
    std::mutex mutex;
    ranks.run([&](Communicator& communicator) {
      const auto tested =
          make_ranked_engine(make_torch_engine, config(Precision::kFp64), communicator);
      set_random(*tested);
      const LossSum loss = tested->train(packed(Prompts::kShared), 0);
      tested->collect_gradients();
      const std::lock_guard lock(mutex);
      EXPECT_NEAR(loss.nll, expected, 1e-10 * expected);
      EXPECT_LT(distance(copy(tested->gradients()), copy(alone->gradients())), 1e-6) << size;
    });
  }
}

// Whole trainings.
class SharedPromptTrainingTest : public SharedPromptTest {
 protected:
  void SetUp() override {
    SharedPromptTest::SetUp();
    make_rows();
    job_ = {.model = model_, .rows = rows_, .validation = {rows_[0], rows_[1], rows_[8]}};
    job_.lora = {.rank = 2, .alpha = 4};
    job_.options = {.learning_rate = 3e-3, .epochs = 4, .batch_rows = 4, .micro_batch_tokens = 40};
    job_.options.precision = Precision::kFp32;
    job_.options.threads = 1;
    job_.options.share_prompts = SharePrompts::kAuto;
  }
  TrainResult train(const std::string& name, std::int64_t stop_after = 0) {
    job_.checkpoint_folder = folder_ / name;
    job_.gguf_file = folder_ / (name + ".gguf");
    losses_.clear();
    StopFlag stop;
    NoProgress progress;
    return make_trainer(make_torch_engine)
        ->train(
            job_,
            [&](const TrainingEvent& event) {
              if (event.validation) return;
              losses_.push_back(event.loss);
              if (event.step == stop_after) stop.request(SIGINT);
            },
            progress, stop);
  }
  std::string adapter() const { return read_file(job_.gguf_file); }
  std::vector<float> parameters() const {
    const auto read = model_files::read_gguf_lora(job_.gguf_file, shape_);
    return to_parameters(read, make_layout(shape_, read));
  }

  TrainJob job_;
  std::vector<double> losses_;
};

TEST_F(SharedPromptTrainingTest, P37StoppedAfterAnyStepItEndsWithTheSameBytes) {
  const TrainResult result = train("whole");
  EXPECT_EQ(result.steps, 12);  // 10 rows in steps of 4, four epochs
  EXPECT_GT(result.prompt_tokens_saved, 0);
  const std::string expected = adapter();
  for (const std::int64_t stopped : {1, 2, 5, 8, 11}) {
    const std::string name = "stopped " + std::to_string(stopped);
    EXPECT_THROW(train(name, stopped), Error);
    EXPECT_EQ(train(name).steps_resumed, stopped);
    EXPECT_EQ(adapter(), expected) << stopped;
  }
  // Another order of rows is another training, in both directions.
  job_.options.share_prompts = SharePrompts::kOff;
  EXPECT_THROW(train("whole"), Error);
  train("apart");
  job_.options.share_prompts = SharePrompts::kAuto;
  EXPECT_THROW(train("apart"), Error);
}

// The budget cuts prompts from their rows or not: the same sums up to their rounding.
TEST_F(SharedPromptTrainingTest, P1BudgetsChangeNothing) {
  job_.validation.clear();
  std::vector<std::vector<double>> losses;
  for (const std::int64_t budget : {1, 20, 1000}) {
    job_.options.micro_batch_tokens = budget;
    train("budget " + std::to_string(budget));
    losses.push_back(losses_);
  }
  for (std::size_t i = 0; i < losses[0].size(); ++i) {
    EXPECT_NEAR(losses[1][i], losses[0][i], 1e-4);
    EXPECT_NEAR(losses[2][i], losses[0][i], 1e-4);
  }
}

// A step of all rows: the order is no matter, so sharing is none either.
TEST_F(SharedPromptTrainingTest, TwentyStepsEndWithTheAdapterOfRowsApart) {
  job_.validation.clear();
  job_.options.batch_rows = 10;
  job_.options.epochs = 20;
  const TrainResult shared = train("shared");
  const std::vector<double> losses = losses_;
  const std::vector<float> trained = parameters();
  job_.options.share_prompts = SharePrompts::kOff;
  const TrainResult apart = train("apart");
  EXPECT_EQ(apart.prompt_tokens_saved, 0);
  EXPECT_EQ(shared.tokens + shared.prompt_tokens_saved, apart.tokens);
  EXPECT_EQ(shared.prompt_tokens_saved, 20 * (3 * 8 + 2 * 5));
  ASSERT_EQ(losses.size(), 20U);
  for (std::size_t i = 0; i < losses.size(); ++i) EXPECT_NEAR(losses[i], losses_[i], 1e-4);
  EXPECT_LT(distance(trained, parameters()), 1e-3);
}

TEST_F(SharedPromptTrainingTest, WithoutEqualPromptsOrWithDropoutItIsTheTrainingItWas) {
  const auto with = [&](SharePrompts share, const std::string& name) {
    job_.options.share_prompts = share;
    EXPECT_EQ(train(name).prompt_tokens_saved, 0);
    return adapter();
  };
  job_.lora.dropout = 0.1;
  EXPECT_EQ(with(SharePrompts::kAuto, "dropout"), with(SharePrompts::kOff, "dropout off"));
  job_.lora.dropout = 0;
  job_.validation.clear();
  for (std::size_t i = 0; i < job_.rows.size(); ++i) {
    job_.rows[i].prompt_ids[0] = static_cast<std::int32_t>(i);
  }
  EXPECT_EQ(with(SharePrompts::kAuto, "different"), with(SharePrompts::kOff, "different off"));
  // A checkpoint of one is a checkpoint of the other.
  EXPECT_EQ(with(SharePrompts::kAuto, "different off"), with(SharePrompts::kOff, "different"));
}

TEST_F(SharedPromptTrainingTest, P3RanksEndWithTheAdapterOfOne) {
  job_.validation.clear();
  train("one");
  const std::vector<float> expected = parameters();
  for (const int size : {2, 3}) {
    ThreadRanks ranks(size);
    TrainJob shared = job_;
    shared.gguf_file = folder_ / (std::to_string(size) + ".gguf");
    shared.checkpoint_folder = folder_ / std::to_string(size);
    ranks.run([&](Communicator& communicator) {
      TrainJob own = shared;
      own.ranks = &communicator;
      NoProgress progress;
      const StopFlag stop;
      make_trainer(make_torch_engine)
          ->train(
              own, [](const TrainingEvent&) {}, progress, stop);
    });
    job_.gguf_file = shared.gguf_file;
    EXPECT_LT(distance(parameters(), expected), 1e-3) << size;
  }
}

}  // namespace
}  // namespace drp::train
