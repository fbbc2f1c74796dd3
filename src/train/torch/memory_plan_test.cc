// SPDX-License-Identifier: Apache-2.0
#include "train/torch/memory_plan.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <malloc.h>

#include <cstdio>
#include <cstdlib>
#include <filesystem>

#include "base/memory.h"
#include "model_files/tiny_model.h"
#include "train/torch/torch_engine.h"
#include "train/training_rows.h"

namespace drp::train {
namespace {

// A 1.5B-like shape without a file: plans are made from numbers alone.
model_files::ModelShape large_shape() {
  model_files::ModelShape shape;
  shape.architecture = "qwen2";
  shape.layers = 28;
  shape.width = 1536;
  shape.feed_forward = 8960;
  shape.heads = 12;
  shape.key_value_heads = 2;
  shape.head_width = shape.rotated = 128;
  shape.vocabulary = 151936;
  shape.context_tokens = 32768;
  shape.tied_head = true;
  return shape;
}

TEST(MemoryPlan, TakesTheFastestThatFits) {
  const model_files::ModelShape shape = large_shape();
  EngineConfig config;
  config.layout = make_layout(shape, LoraOptions{});
  const MemoryLoad load{.tokens = 4096, .supervised = 3000, .row_tokens = 2000, .parts = 2};
  const auto plan_with = [&](double gibibytes) {
    return plan_memory(shape, config, at::kFloat, load, gibibytes * 1024 * 1024 * 1024);
  };
  const MemoryPlan roomy = plan_with(1000);
  EXPECT_EQ(roomy.recomputed_layers, 0);
  EXPECT_EQ(roomy.weights, WeightStorage::kMemory);
  double before = roomy.use.total();
  std::int64_t recomputed = 0;
  for (double budget = 40; budget > 1; budget *= 0.95) {
    const MemoryPlan plan = plan_with(budget);
    EXPECT_LE(plan.use.total(), before * 1.2);
    if (plan.weights == WeightStorage::kMemory) {
      EXPECT_GE(plan.recomputed_layers, recomputed);
      recomputed = plan.recomputed_layers;
    }
    before = plan.use.total();
  }
  EXPECT_GT(recomputed, 20) << "every number of layers is used on the way";
  EXPECT_EQ(plan_with(1).weights, WeightStorage::kFile);
  EXPECT_EQ(plan_with(1).recomputed_layers, shape.layers);
  config.recompute = Recompute::kNever;
  config.weights = WeightStorage::kMemory;
  EXPECT_EQ(plan_with(1).recomputed_layers, 0);
  EXPECT_EQ(plan_with(1).weights, WeightStorage::kMemory);
}

// Peak memory of a pass with the real student against the estimate.
class RealMemoryTest : public testing::Test {
 protected:
  void SetUp() override {
    model_ = DRP_DEMO_MODEL;
    if (!std::filesystem::exists(model_)) GTEST_SKIP() << "no model at " << model_;
    if (!reset_process_memory_peak()) GTEST_SKIP() << "the peak of memory cannot be read here";
    shape_ = read_model_shape(model_files::GgufFile(model_));
    TrainingRow row;
    for (int i = 0; i < 60; ++i) row.prompt_ids.push_back(1000 + i);
    for (int i = 0; i < 197; ++i) row.response_ids.push_back(2000 + i);
    rows_ = {row, row, row, row};
    for (int i = 0; i < 4; ++i) rows_[static_cast<std::size_t>(i)].prompt_ids[0] = 500 + i;
  }

  // estimate / measured
  double ratio(Precision precision, Recompute recompute, WeightStorage weights) {
    TrainJob job{.model = model_, .rows = rows_};
    job.options.share_prompts = share_prompts_;
    NoProgress progress;
    const TrainingRows rows(job, model_files::GgufFile(model_), shape_, progress);
    EngineConfig config{.model = model_, .layout = make_layout(shape_, LoraOptions{})};
    config.precision = precision;
    config.recompute = recompute;
    config.weights = weights;
    config.threads = 2;
    config.device = DeviceKind::kCpu;
    rows.measure(config);
    ::malloc_trim(0);  // what an earlier test left
    reset_process_memory_peak();
    const auto engine = make_torch_engine(config);
    const std::vector<std::size_t> all = {0, 1, 2, 3};
    engine->train(pack(rows_, all, rows.prompts()), 0);
    const auto peak = static_cast<double>(process_memory_peak_bytes());
    std::printf("%s %s %s, %lld tokens: estimated %.0f MB, measured %.0f MB\n",
                std::string(enum_name(precision)).c_str(),
                std::string(enum_name(recompute)).c_str(), std::string(enum_name(weights)).c_str(),
                static_cast<long long>(config.pass_tokens), engine->memory_estimate_bytes() / 1e6,
                peak / 1e6);
    return engine->memory_estimate_bytes() / peak;
  }

  std::filesystem::path model_;
  model_files::ModelShape shape_;
  std::vector<TrainingRow> rows_;
  SharePrompts share_prompts_ = SharePrompts::kOff;
};

TEST_F(RealMemoryTest, AllKept) {
  const double right = ratio(Precision::kFp32, Recompute::kNever, WeightStorage::kMemory);
  EXPECT_NEAR(right, 1, 0.1);
}

TEST_F(RealMemoryTest, AllRecomputed) {
  const double right = ratio(Precision::kFp32, Recompute::kAlways, WeightStorage::kMemory);
  EXPECT_NEAR(right, 1, 0.1);
}

TEST_F(RealMemoryTest, WeightsFromTheFile) {
  const double right = ratio(Precision::kFp32, Recompute::kAlways, WeightStorage::kFile);
  EXPECT_NEAR(right, 1, 0.1);
}

// A model of Gemma 3 270M's layers, but fewer and with fewer tokens; the windows are shorter than
// the rows.
class GemmaMemoryTest : public RealMemoryTest {
 protected:
  void SetUp() override {
    RealMemoryTest::SetUp();
    if (IsSkipped()) return;
    model_ = std::filesystem::path(testing::TempDir()) / "gemma_memory.gguf";
    model_files::write_tiny_model(model_, {.architecture = "gemma3",
                                           .layers = 12,
                                           .width = 640,
                                           .feed_forward = 2048,
                                           .heads = 4,
                                           .key_value_heads = 1,
                                           .head_width = 256,
                                           .vocabulary = 16384,
                                           .context_tokens = 1024,
                                           .window = 128,
                                           .type = model_files::FloatType::kF16});
    shape_ = read_model_shape(model_files::GgufFile(model_));
  }
  void TearDown() override {
    if (model_ != DRP_DEMO_MODEL) std::filesystem::remove(model_);
  }
};

TEST_F(GemmaMemoryTest, AllKept) {
  const double right = ratio(Precision::kFp32, Recompute::kNever, WeightStorage::kMemory);
  EXPECT_NEAR(right, 1, 0.1);
}

TEST_F(GemmaMemoryTest, AllRecomputed) {
  const double right = ratio(Precision::kFp32, Recompute::kAlways, WeightStorage::kMemory);
  EXPECT_NEAR(right, 1, 0.1);
}

// Four rows of one prompt, which two threads run once each.
class SharedMemoryTest : public RealMemoryTest {
 protected:
  void SetUp() override {
    RealMemoryTest::SetUp();
    for (TrainingRow& row : rows_) {
      row.prompt_ids.assign(400, 1000);
      row.response_ids.resize(150);
    }
    share_prompts_ = SharePrompts::kAuto;
  }
};

TEST_F(SharedMemoryTest, AllKept) {
  const double right = ratio(Precision::kFp32, Recompute::kNever, WeightStorage::kMemory);
  EXPECT_NEAR(right, 1, 0.1);
}

TEST_F(SharedMemoryTest, AllRecomputed) {
  const double right = ratio(Precision::kFp32, Recompute::kAlways, WeightStorage::kMemory);
  EXPECT_NEAR(right, 1, 0.1);
}

}  // namespace
}  // namespace drp::train
