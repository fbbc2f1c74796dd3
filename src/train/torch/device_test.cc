// SPDX-License-Identifier: Apache-2.0
// The same training on a GPU and on the processor. Where there is no GPU, or libtorch is built for
// the processor alone, what is asked for and cannot be had is told.
#include "train/torch/device.h"

#include <ATen/ATen.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/error.h"
#include "train/torch/attention.h"
#include "train/torch/engine_fixture.h"

namespace drp::train {
namespace {

using model_files::TinyModel;

class DeviceTest : public TorchEngineTest {
 protected:
  static bool gpu() { return !choose_device(DeviceKind::kAuto).is_cpu(); }

  // Losses and gradients of both, apart by at most the bounds (relative; of the largest gradient).
  void expect_same(EngineConfig used, const PackedBatch& packed, double loss_bound,
                   double gradient_bound) const {
    const auto make = [&](DeviceKind kind) {
      used.device = kind;
      return used.trained_weights ? full_engine(used) : engine(used);
    };
    const auto processor = make(DeviceKind::kCpu);
    const auto tested = make(DeviceKind::kCuda);
    const LossSum expected = processor->train(packed, 3);
    const LossSum loss = tested->train(packed, 3);
    EXPECT_EQ(loss.tokens, expected.tokens);
    EXPECT_NEAR(loss.nll, expected.nll, loss_bound * expected.nll);
    EXPECT_NEAR(tested->evaluate(packed).nll, processor->evaluate(packed).nll,
                loss_bound * expected.nll);
    EXPECT_LT(distance(copy(tested->gradients()), copy(processor->gradients())), gradient_bound);
  }

  // In bf16 both are off, each in its own way: the GPU no farther than the processor.
  void expect_bf16_as_near(EngineConfig used, const PackedBatch& packed) const {
    const auto train = [&](DeviceKind kind, Precision precision) {
      used.device = kind;
      used.precision = precision;
      const auto tested = used.trained_weights ? full_engine(used) : engine(used);
      const double nll = tested->train(packed, 3).nll;
      return std::pair(nll, copy(tested->gradients()));
    };
    const auto [nll, exact] = train(DeviceKind::kCpu, Precision::kFp64);
    const double apart = distance(train(DeviceKind::kCpu, Precision::kBf16).second, exact);
    const auto [tested_nll, tested] = train(DeviceKind::kCuda, Precision::kBf16);
    EXPECT_NEAR(tested_nll, nll, 0.02 * nll);
    EXPECT_LT(distance(tested, exact), 1.5 * apart + 0.01);
  }
};

TEST_F(DeviceTest, AGpuThatCannotBeHadIsAnErrorThatSaysWhatToDo) {
  if (gpu()) GTEST_SKIP() << "there is one";
  EngineConfig used = config(Precision::kFp32);
  used.device = DeviceKind::kCuda;
  try {
    make_torch_engine(used);
    FAIL() << "trained on no GPU";
  } catch (const Error& error) {
    EXPECT_EQ(error.kind(), ErrorKind::kConfig);
    EXPECT_THAT(error.what(), testing::HasSubstr("train.device"));
  }
  EXPECT_EQ(device_name(at::kCPU), "");
  EXPECT_FALSE(flash_works(at::kCPU, 64));
}

TEST_F(DeviceTest, AGpuGivesTheLossAndGradientsOfTheProcessor) {
  if (!gpu()) GTEST_SKIP() << "no GPU here";
  for (const TinyModel& model :
       {TinyModel{}, TinyModel{.architecture = "qwen2", .tied_head = false},
        TinyModel{.architecture = "qwen3", .head_width = 16},
        TinyModel{.architecture = "gemma3", .head_width = 16},
        TinyModel{.key_value_heads = 4, .rope_divisors = true}}) {
    SCOPED_TRACE(model.architecture);
    use(model);
    const PackedBatch packed = batch({0, 1, 2, 3, 4});
    expect_same(config(Precision::kFp64), packed, 1e-9, 1e-6);
    expect_same(config(Precision::kFp32), packed, 1e-5, 1e-4);
    expect_bf16_as_near(config(Precision::kBf16), packed);
    expect_same(full_config(Precision::kFp64), packed, 1e-9, 1e-6);
    expect_bf16_as_near(full_config(Precision::kBf16), packed);
    EngineConfig dropping = config(Precision::kFp64);
    dropping.dropout = 0.2;
    expect_same(dropping, packed, 1e-9, 1e-6);
    EngineConfig read = config(Precision::kFp32);
    read.weights = WeightStorage::kFile;
    read.recompute = Recompute::kAlways;
    expect_same(read, packed, 1e-5, 1e-4);
  }
}

class LongRowsDeviceTest : public DeviceTest, public testing::WithParamInterface<TinyModel> {};

// Rows longer than a block of queries, alone and on a shared prompt.
TEST_P(LongRowsDeviceTest, AGpuTakesLongRowsAndSharedPrompts) {
  if (!gpu()) GTEST_SKIP() << "no GPU here";
  use(GetParam());
  Random random(4);
  rows_.resize(3);
  for (std::size_t i = 0; i < rows_.size(); ++i) {
    rows_[i].response_ids.clear();
    if (i == 0) rows_[0].prompt_ids.clear();
    for (int j = 0; i == 0 && j < 600; ++j) rows_[0].prompt_ids.push_back(id(random));
    rows_[i].prompt_ids = rows_[0].prompt_ids;
    for (std::size_t j = 0; j < 40 + 500 * i; ++j) rows_[i].response_ids.push_back(id(random));
  }
  for (const Prompts prompts : {Prompts::kApart, Prompts::kShared}) {
    const PackedBatch packed = pack(rows_, std::vector<std::size_t>{0, 1, 2}, prompts);
    EngineConfig used = config(Precision::kFp32);
    used.row_tokens = used.pass_tokens = 8192;
    expect_same(used, packed, 1e-5, 1e-4);
    expect_bf16_as_near(used, packed);
  }
}

INSTANTIATE_TEST_SUITE_P(Models, LongRowsDeviceTest,
                         testing::Values(TinyModel{.head_width = 16, .context_tokens = 2048},
                                         TinyModel{.architecture = "gemma3",
                                                   .head_width = 16,
                                                   .context_tokens = 2048,
                                                   .window = 300}),
                         [](const auto& model) { return model.param.architecture; });

// The kernel that never writes the scores out beside products that do, in one precision.
TEST_F(DeviceTest, FlashAttentionEqualsAttentionInProducts) {
  const at::Device device = choose_device(DeviceKind::kAuto);
  if (!flash_works(device, 32)) GTEST_SKIP() << "no flash attention here";
  const std::vector<std::int64_t> starts = {0, 70, 71, 700};
  const std::vector<std::int64_t> prompts = {-1, -1, -1};
  AttentionShape shape{.heads = 6,
                       .key_value_heads = 2,
                       .head_width = 32,
                       .scale = 0.2,
                       .starts = starts,
                       .prompts = prompts};
  const auto options = at::TensorOptions(at::kBFloat16).device(device);
  const at::Tensor joint = at::randn({704, 10 * 32}, options);
  const at::Tensor dout = at::randn({704, 6 * 32}, options);
  FlashSegments segments(starts, device);
  segments.heads = shape.heads;
  segments.key_value_heads = shape.key_value_heads;
  segments.head_width = shape.head_width;
  segments.scale = shape.scale;
  const auto apart = [](const at::Tensor& a, const at::Tensor& b) {
    return ((a.to(at::kFloat) - b.to(at::kFloat)).norm() / b.to(at::kFloat).norm()).item<double>();
  };
  for (const std::int64_t window : {0, 1, 24, 600}) {
    SCOPED_TRACE(window);
    shape.window = window;
    shape.flash = nullptr;
    at::Tensor out = at::empty_like(dout);
    const at::Tensor expected = attend_backward(dout, joint, out, attend(joint, shape, out), shape);
    shape.flash = &segments;
    at::Tensor flash_out = at::empty_like(dout);
    const at::Tensor tested =
        attend_backward(dout, joint, flash_out, attend(joint, shape, flash_out), shape);
    EXPECT_LT(apart(flash_out, out), 0.01);
    EXPECT_LT(apart(tested, expected), 0.02);
    EXPECT_EQ(tested.narrow(0, 700, 4).abs().max().item<double>(), 0);
  }
}

TEST_F(DeviceTest, AGpuGivesTheSameBitsEachTime) {
  if (!gpu()) GTEST_SKIP() << "no GPU here";
  use(TinyModel{.head_width = 16});
  const PackedBatch packed = batch({0, 1, 2, 3, 4});
  for (const bool full : {false, true}) {
    for (const Precision precision : {Precision::kFp32, Precision::kBf16}) {
      std::vector<float> first;
      for (int i = 0; i < 4; ++i) {
        const auto tested = full ? full_engine(full_config(precision)) : engine(config(precision));
        tested->train(packed, 0);
        tested->train(packed, 1);
        if (i == 0) first = copy(tested->gradients());
        EXPECT_EQ(copy(tested->gradients()), first);
      }
    }
  }
}

TEST_F(DeviceTest, AGpuSaysWhatItIsAndWhatItTook) {
  if (!gpu()) GTEST_SKIP() << "no GPU here";
  const auto tested = engine(config(Precision::kAuto));
  tested->train(batch({0, 1}), 0);
  EXPECT_THAT(tested->description(), testing::HasSubstr("cuda:0 ("));
  EXPECT_GT(tested->memory_peak_bytes(), 0);
  EXPECT_EQ(tested->precision(), Precision::kBf16);
}

}  // namespace
}  // namespace drp::train
