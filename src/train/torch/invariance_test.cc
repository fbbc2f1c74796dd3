// SPDX-License-Identifier: Apache-2.0
// What must not change a loss or a gradient: packing, threads, recomputation, where weights lie.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>

#include "train/torch/engine_fixture.h"

namespace drp::train {
namespace {

TEST_F(TorchEngineTest, P1P9P27P28PackingChangesNothing) {
  const auto together = engine(config(Precision::kFp64));
  const LossSum packed = together->train(batch({0, 1, 2, 3, 4}), 0);
  const auto reversed = engine(config(Precision::kFp64));
  const LossSum other_order = reversed->train(batch({4, 2, 3, 0, 1}), 0);
  const auto alone = engine(config(Precision::kFp64));
  LossSum single;
  for (std::size_t row = 0; row < rows_.size(); ++row) {
    const LossSum loss = alone->train(batch({row}), 0);
    single.nll += loss.nll;
    single.tokens += loss.tokens;
  }
  EXPECT_EQ(packed.tokens, single.tokens);
  EXPECT_NEAR(packed.nll, single.nll, 1e-10 * single.nll);
  EXPECT_NEAR(packed.nll, other_order.nll, 1e-10 * single.nll);
  // The gradient buffer itself is fp32.
  EXPECT_LT(distance(copy(together->gradients()), copy(alone->gradients())), 1e-6);
  EXPECT_LT(distance(copy(together->gradients()), copy(reversed->gradients())), 1e-6);
}

TEST_F(TorchEngineTest, P3ThreadsChangeNothing) {
  const auto one = engine(config(Precision::kFp64));
  const LossSum alone = one->train(batch({0, 1, 2, 3, 4}), 0);
  for (const int threads : {2, 3, 5, 12}) {  // 12: more threads than rows
    EngineConfig used = config(Precision::kFp64);
    used.threads = threads;
    used.part_tokens = 1;
    const auto several = engine(used);
    const LossSum shared = several->train(batch({0, 1, 2, 3, 4}), 0);
    EXPECT_EQ(shared.tokens, alone.tokens);
    EXPECT_NEAR(shared.nll, alone.nll, 1e-10 * alone.nll);
    EXPECT_LT(distance(copy(several->gradients()), copy(one->gradients())), 1e-6);
    EXPECT_NEAR(several->evaluate(batch({3, 1})).nll, one->evaluate(batch({3, 1})).nll, 1e-9);
    // Twice the same, bit for bit; and the second pass adds to the first.
    const auto again = engine(used);
    again->train(batch({0, 1, 2, 3, 4}), 0);
    EXPECT_EQ(copy(again->gradients()), copy(several->gradients()));
    again->train(batch({0, 1, 2, 3, 4}), 0);
    std::vector<float> twice = copy(several->gradients());
    for (float& value : twice) value *= 2;
    EXPECT_LT(distance(copy(again->gradients()), twice), 1e-6);
  }
}

TEST_F(TorchEngineTest, P35RecomputationChangesNothing) {
  use({.layers = 3});
  for (const double dropout : {0.0, 0.2}) {
    for (const Precision precision : {Precision::kFp32, Precision::kBf16}) {
      EngineConfig used = config(precision);
      used.dropout = dropout;
      const auto keeping = engine(used);
      used.recompute = Recompute::kAlways;
      const auto recomputing = engine(used);
      EXPECT_EQ(keeping->train(batch({0, 1, 2}), 7).nll,
                recomputing->train(batch({0, 1, 2}), 7).nll);
      EXPECT_EQ(copy(keeping->gradients()), copy(recomputing->gradients()));
    }
  }
}

// The memory allows for some layers only: the plan recomputes the others, to the same bits.
TEST_F(TorchEngineTest, P10APlanForLittleMemoryIsToldAndChangesNothing) {
  use({.layers = 6});
  EngineConfig used = config(Precision::kFp32);
  used.row_tokens = used.pass_tokens = 40;
  used.recompute = Recompute::kNever;
  used.device = DeviceKind::kCpu;
  const auto roomy = engine(used);
  roomy->train(batch({0, 1, 2}), 0);
  EXPECT_THAT(roomy->description(), testing::Not(testing::HasSubstr("recomputed")));
  EXPECT_THAT(roomy->description(), testing::HasSubstr("fp32, 1 thread, about "));
  used.recompute = Recompute::kAuto;
  bool some = false;
  for (double budget = 4e6; budget > 1e4; budget *= 0.9) {
    used.memory_bytes = budget;
    const auto tight = engine(used);
    some = some || testing::Value(tight->description(),
                                  testing::ContainsRegex("[1-5] of 6 layers recomputed"));
    tight->train(batch({0, 1, 2}), 0);
    ASSERT_EQ(copy(tight->gradients()), copy(roomy->gradients())) << tight->description();
  }
  EXPECT_TRUE(some);
  const auto least = engine(used);
  EXPECT_THAT(least->description(), testing::HasSubstr("6 of 6 layers recomputed"));
  EXPECT_THAT(least->description(), testing::HasSubstr("weights read from the file"));
  EXPECT_THAT(least->description(), testing::HasSubstr("GiB may be used)"));
}

TEST_F(TorchEngineTest, WeightsReadFromTheFileChangeNothing) {
  for (const Precision precision : {Precision::kFp32, Precision::kBf16}) {
    use({.architecture = "qwen2", .tied_head = false, .type = model_files::FloatType::kF16});
    EngineConfig used = config(precision);
    const LoraOptions lora{.rank = 4, .alpha = 8};
    used.frozen = {to_adapter(shape_, used.layout, lora, engine(used)->parameters())};
    used.threads = 2;
    used.part_tokens = 1;
    used.weights = WeightStorage::kMemory;
    const auto kept = engine(used);
    used.weights = WeightStorage::kFile;
    const auto read = engine(used);
    EXPECT_EQ(read->train(batch({0, 1, 2}), 0).nll, kept->train(batch({0, 1, 2}), 0).nll);
    EXPECT_LT(distance(copy(read->gradients()), copy(kept->gradients())), 1e-6);
    EXPECT_EQ(read->evaluate(batch({3})).nll, kept->evaluate(batch({3})).nll);
  }
}

TEST_F(TorchEngineTest, P4EvaluationDependsOnNoBatch) {
  const auto tested = engine(config(Precision::kFp64));
  const LossSum whole = tested->evaluate(batch({0, 1, 2, 3, 4}));
  for (const std::size_t size : {1, 2, 3}) {
    LossSum sum;
    for (std::size_t begin = 0; begin < rows_.size(); begin += size) {
      std::vector<std::size_t> chosen;
      for (std::size_t i = begin; i < std::min(begin + size, rows_.size()); ++i)
        chosen.push_back(i);
      const LossSum part = tested->evaluate(batch(chosen));
      sum.nll += part.nll;
      sum.tokens += part.tokens;
    }
    EXPECT_EQ(sum.tokens, whole.tokens);
    EXPECT_NEAR(sum.mean(), whole.mean(), 1e-12 * whole.mean());
  }
}

// A loss of some labels is the sum of the losses of each: no label slides to another place where
// the mask has gaps.
TEST_F(TorchEngineTest, P6GapsInTheMaskKeepLabelsInPlace) {
  const auto tested = engine(config(Precision::kFp64));
  const PackedBatch full = batch({0, 1, 2});
  double sum = 0;
  PackedBatch gaps = full;
  for (std::size_t i = 0; i < full.labels.size(); ++i) {
    if (full.labels[i] < 0) continue;
    if (i % 3 == 0) {
      gaps.labels[i] = -1;
      continue;
    }
    PackedBatch one = full;
    std::fill(one.labels.begin(), one.labels.end(), -1);
    one.labels[i] = full.labels[i];
    sum += tested->evaluate(one).nll;
  }
  EXPECT_NEAR(tested->evaluate(gaps).nll, sum, 1e-9 * sum);
  EXPECT_NEAR(tested->train(gaps, 0).nll, sum, 1e-9 * sum);
}

// A pass is filled up to a multiple of 64 places; what stands there never counts.
TEST_F(TorchEngineTest, P29FillingNeverReachesLossOrGradient) {
  TrainingRow tiny;
  tiny.id = "tiny";
  tiny.prompt_ids = {1};
  tiny.response_ids = {2};
  rows_ = {tiny};
  const auto one = engine(config(Precision::kFp64));
  const LossSum loss = one->train(batch({0}), 0);
  EXPECT_EQ(loss.tokens, 1);
  EXPECT_TRUE(std::isfinite(loss.nll));
  const auto many = engine(config(Precision::kFp64));
  const LossSum sixty = many->train(pack(rows_, std::vector<std::size_t>(60, 0)), 0);
  EXPECT_NEAR(sixty.nll, 60 * loss.nll, 1e-9 * sixty.nll);
  std::vector<float> expected = copy(one->gradients());
  for (float& value : expected) value *= 60;
  EXPECT_LT(distance(copy(many->gradients()), expected), 1e-6);
}

TEST_F(TorchEngineTest, P34EveryPairGetsAGradientWithAndWithoutRecomputation) {
  for (const Recompute recompute : {Recompute::kNever, Recompute::kAlways}) {
    EngineConfig used = config(Precision::kFp32);
    used.recompute = recompute;
    const auto tested = make_torch_engine(used);
    const std::vector<float> start = initial_parameters(used.layout, 1);
    std::copy(start.begin(), start.end(), tested->parameters().begin());
    tested->parameters_changed();
    tested->train(batch({0, 1, 2}), 0);
    for (const LoraPlace& place : used.layout.places) {
      double size = 0;
      for (std::size_t i = 0; i < static_cast<std::size_t>(place.outputs * used.layout.rank); ++i) {
        size += std::abs(static_cast<double>(tested->gradients()[place.b + i]));
      }
      EXPECT_GT(size, 0) << tensor_stem(place.layer, place.linear);
    }
  }
}

TEST_F(TorchEngineTest, FrozenAdapterEqualsTheSameAdapterTrained) {
  const LoraOptions lora{.rank = 4, .alpha = 8};
  const auto trained = engine(config(Precision::kFp64, lora));
  EngineConfig used = config(Precision::kFp64, lora);
  used.frozen = {to_adapter(shape_, used.layout, lora, trained->parameters())};
  const auto merged = make_torch_engine(used);  // its own pairs are zero
  EXPECT_NEAR(merged->evaluate(batch({0, 1, 2})).nll, trained->evaluate(batch({0, 1, 2})).nll,
              1e-4);
  used.frozen.clear();
  EXPECT_GT(std::abs(make_torch_engine(used)->evaluate(batch({0, 1, 2})).nll -
                     merged->evaluate(batch({0, 1, 2})).nll),
            0.1);
}

TEST_F(TorchEngineTest, P8NothingSupervisedAddsExactlyNothing) {
  const auto tested = engine(config(Precision::kFp32));
  PackedBatch packed = batch({0});
  std::fill(packed.labels.begin(), packed.labels.end(), -1);
  const LossSum loss = tested->train(packed, 0);
  EXPECT_EQ(loss.nll, 0);
  EXPECT_EQ(loss.tokens, 0);
  EXPECT_THAT(copy(tested->gradients()), testing::Each(0.0F));
}

}  // namespace
}  // namespace drp::train
