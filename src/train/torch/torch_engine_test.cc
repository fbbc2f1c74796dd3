// SPDX-License-Identifier: Apache-2.0
#include "train/torch/torch_engine.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <c10/util/BFloat16.h>
#include <cmath>

#include "base/memory.h"
#include "train/torch/engine_fixture.h"
#include "train/trainer.h"

namespace drp::train {
namespace {

// Rows of a step spread over more passes need no more memory than one pass.
TEST_F(TorchEngineTest, P2MemoryDoesNotGrowWithAccumulation) {
  use({.layers = 4, .width = 128, .feed_forward = 256, .context_tokens = 1024});
  rows_.clear();
  for (int i = 0; i < 16; ++i) {
    TrainingRow row;
    row.prompt_ids.assign(200, 3 + i);
    row.response_ids.assign(300, 20 - i);
    rows_.push_back(row);
  }
  EngineConfig used = config(Precision::kFp32);
  used.row_tokens = used.pass_tokens = 512;
  used.device = DeviceKind::kCpu;
  const auto tested = engine(used);
  // Fills its caches and the allocator's, which after four rows still grew by up to 8.3 MB.
  for (std::size_t i = 0; i < rows_.size(); ++i) tested->train(batch({i}), 0);
  if (!reset_process_memory_peak()) GTEST_SKIP() << "the peak of memory cannot be read here";
  tested->train(batch({0}), 0);
  const auto once = static_cast<double>(process_memory_peak_bytes());
  for (std::size_t i = 0; i < rows_.size(); ++i) {
    tested->train(batch({i}), static_cast<std::int64_t>(i));
  }
  // The activations of one pass alone take more than that; the rest is the allocator's.
  EXPECT_LT(static_cast<double>(process_memory_peak_bytes()), once + 8e6);
}

TEST_F(TorchEngineTest, P31HalfPrecisionIsNoChoiceAndPairsStayFp32) {
  Precision read = Precision::kFp32;
  EXPECT_FALSE(enum_parse("fp16", read));
  // In bf16 the pairs' values come through a pass unrounded.
  const auto tested = engine(config(Precision::kBf16));
  const std::vector<float> before = copy(tested->parameters());
  tested->train(batch({0, 1}), 0);
  EXPECT_EQ(copy(tested->parameters()), before);
  const auto coarse = [](float value) { return value == static_cast<float>(c10::BFloat16(value)); };
  EXPECT_FALSE(std::all_of(before.begin(), before.end(), coarse));
}

// Steps far below the resolution of bf16 add up.
TEST_F(TorchEngineTest, P32SmallStepsMoveEveryPairInBf16) {
  TrainJob job{.model = model_, .rows = rows_};
  job.options = {.learning_rate = 1e-6, .epochs = 50, .batch_rows = 5};
  job.options.precision = Precision::kBf16;
  job.checkpoint_folder = folder_ / "checkpoint";
  job.gguf_file = folder_ / "adapter.gguf";
  NoProgress progress;
  const StopFlag stop;
  make_trainer(make_torch_engine)
      ->train(
          job, [](const TrainingEvent&) {}, progress, stop);
  const LoraLayout layout = make_layout(shape_, job.lora);
  const std::vector<float> start = initial_parameters(layout, job.options.seed);
  const std::vector<float> end = to_parameters(read_gguf_lora(job.gguf_file, shape_), layout);
  for (const LoraPlace& place : layout.places) {
    for (const auto& [begin, count] :
         {std::pair(place.a, place.inputs), std::pair(place.b, place.outputs)}) {
      const auto size = static_cast<std::size_t>(count * layout.rank);
      EXPECT_NE(std::vector(start.begin() + static_cast<std::ptrdiff_t>(begin),
                            start.begin() + static_cast<std::ptrdiff_t>(begin + size)),
                std::vector(end.begin() + static_cast<std::ptrdiff_t>(begin),
                            end.begin() + static_cast<std::ptrdiff_t>(begin + size)))
          << tensor_stem(place.layer, place.linear);
    }
  }
}

TEST_F(TorchEngineTest, DropoutDiffersByPassAndNotInEvaluation) {
  EngineConfig used = config(Precision::kFp64);
  const double without = engine(used)->evaluate(batch({0, 1})).nll;
  used.dropout = 0.3;
  const auto tested = engine(used);
  EXPECT_EQ(tested->evaluate(batch({0, 1})).nll, without);
  const double first = tested->train(batch({0, 1}), 0).nll;
  EXPECT_NE(first, without);
  EXPECT_NE(tested->train(batch({0, 1}), 1).nll, first);
  EXPECT_EQ(tested->train(batch({0, 1}), 0).nll, first);
}

TEST_F(TorchEngineTest, PrecisionsAgree) {
  const PackedBatch packed = batch({0, 1, 2, 3, 4});
  const auto exact = engine(config(Precision::kFp64));
  const double expected = exact->train(packed, 0).mean();
  const auto fp32 = engine(config(Precision::kFp32));
  EXPECT_NEAR(fp32->train(packed, 0).mean(), expected, 1e-5);
  EXPECT_LT(distance(copy(fp32->gradients()), copy(exact->gradients())), 1e-4);
  const auto bf16 = engine(config(Precision::kBf16));
  EXPECT_NEAR(bf16->train(packed, 0).mean(), expected, 0.02 * expected);
  EXPECT_LT(distance(copy(bf16->gradients()), copy(exact->gradients())), 0.3);
}

TEST_F(TorchEngineTest, P36AutoChoosesAPrecisionAndSaysSo) {
  const auto tested = make_torch_engine(config(Precision::kAuto));
  EXPECT_NE(tested->precision(), Precision::kAuto);
  EXPECT_THAT(tested->description(), testing::HasSubstr("GFLOP/s"));
}

}  // namespace
}  // namespace drp::train
