// SPDX-License-Identifier: Apache-2.0
// The trainer against transformers and PEFT on tiny random models: dumps made by
// tests/parity/make_dumps.py, so that nothing but this binary is needed here.
#include <ATen/ATen.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <filesystem>

#include "base/check.h"
#include "base/file.h"
#include "model_files/safetensors.h"
#include "train/torch/decoder.h"
#include "train/torch/device.h"
#include "train/torch/torch_engine.h"
#include "train/torch/weights.h"
#include "train/trainer.h"

namespace drp::train {
namespace {

using model_files::LoraAdapter;
using model_files::SafetensorsFile;

class ParityTest : public testing::TestWithParam<const char*> {
 protected:
  void SetUp() override {
    dump_ = std::filesystem::path(DRP_SOURCE_DIR) / "tests/parity/dumps" / GetParam();
    model_ = dump_ / "model.gguf";
    shape_ = read_model_shape(model_files::GgufFile(model_));
    reference_ = model_files::read_safetensors(dump_ / "reference.safetensors");
    for (int i = 0; reference_.find("prompt." + std::to_string(i)) != nullptr; ++i) {
      TrainingRow row;
      row.id = "row " + std::to_string(i);
      row.prompt_ids = ids("prompt." + std::to_string(i));
      row.response_ids = ids("response." + std::to_string(i));
      rows_.push_back(row);
      all_.push_back(all_.size());
    }
    start_ = read_peft_folder(dump_ / "start", shape_);
    layout_ = make_layout(shape_, start_);
  }

  const std::vector<float>& values(const std::string& name) const {
    const model_files::NamedArray* array = reference_.find(name);
    DRP_CHECK(array != nullptr, "the dump lacks an array");
    return array->values;
  }
  std::vector<std::int32_t> ids(const std::string& name) const {
    const std::vector<float>& numbers = values(name);
    return {numbers.begin(), numbers.end()};
  }
  // For the table in docs/training.md: --gtest_output=json shows it.
  static void record(const char* name, double value) {
    char text[32];
    std::snprintf(text, sizeof text, "%.1e", value);
    RecordProperty(name, text);
  }
  EngineConfig config(Precision precision) const {
    EngineConfig out{.model = model_, .layout = layout_};
    out.precision = precision;
    out.threads = 1;
    out.row_tokens = out.pass_tokens = 1024;
    return out;
  }

  std::filesystem::path dump_;
  std::filesystem::path model_;
  model_files::ModelShape shape_;
  SafetensorsFile reference_;
  std::vector<TrainingRow> rows_;
  std::vector<std::size_t> all_;
  LoraAdapter start_;
  LoraLayout layout_;
};

// |a - b| / |b|, Euclidean.
double distance(std::span<const float> a, std::span<const float> b) {
  DRP_CHECK(a.size() == b.size(), "arrays of unequal size");
  double difference = 0;
  double size = 0;
  for (std::size_t i = 0; i < a.size(); ++i) {
    const double d = static_cast<double>(a[i]) - static_cast<double>(b[i]);
    difference += d * d;
    size += static_cast<double>(b[i]) * static_cast<double>(b[i]);
  }
  return std::sqrt(difference / size);
}

// P5: every label is shifted once. P46: an adapter that PEFT wrote is taken whole and does
// something. P48, P49: rotary scaling and the order of query and key rows.
TEST_P(ParityTest, P5P46P48P49LogitsEqualTransformers) {
  const at::Device device = choose_device(DeviceKind::kAuto);
  DecoderWeights weights = load_weights(config(Precision::kFp32), at::kFloat, device);
  const at::Tensor parameters = at::tensor(to_parameters(start_, layout_)).to(device);
  weights.refresh(parameters);
  const PackedBatch batch = pack(rows_, all_);
  const at::Tensor logits = DecoderPass(weights, batch, {}).logits().cpu().contiguous();
  const std::vector<float>& expected = values("logits");
  ASSERT_EQ(logits.numel(), std::ssize(expected));
  const std::span<const float> ours(logits.data_ptr<float>(), expected.size());
  EXPECT_LT(distance(ours, expected), 1e-4);
  record("logits", distance(ours, expected));
  for (std::size_t i = 0; i < expected.size(); ++i) {
    ASSERT_NEAR(ours[i], expected[i], 1e-3) << "value " << i;
  }
  weights.refresh(at::zeros_like(parameters));
  const at::Tensor base = DecoderPass(weights, batch, {}).logits().cpu().contiguous();
  EXPECT_GT(distance({base.data_ptr<float>(), expected.size()}, expected), 0.01);
}

TEST_P(ParityTest, P5LossAndEveryGradientEqualPeft) {
  const LoraAdapter expected = read_peft_folder(dump_ / "gradients", shape_);
  const std::vector<float> expected_flat = to_parameters(expected, layout_);
  for (const std::int64_t storage : {0, 1}) {
    EngineConfig used = config(Precision::kFp32);
    used.weights = storage == 0 ? WeightStorage::kMemory : WeightStorage::kFile;
    used.recompute = storage == 0 ? Recompute::kNever : Recompute::kAlways;
    const auto engine = make_torch_engine(used);
    const std::vector<float> parameters = to_parameters(start_, layout_);
    std::copy(parameters.begin(), parameters.end(), engine->parameters().begin());
    engine->parameters_changed();
    const LossSum loss = engine->train(pack(rows_, all_), 0);
    EXPECT_NEAR(loss.mean(), static_cast<double>(values("loss")[0]), 1e-4);
    double worst = 0;
    std::vector<float> gradients(engine->gradients().begin(), engine->gradients().end());
    for (float& value : gradients) value /= static_cast<float>(loss.tokens);
    const auto part = [&](const std::vector<float>& flat, std::size_t begin, std::int64_t count) {
      return std::span(flat).subspan(begin, static_cast<std::size_t>(count * layout_.rank));
    };
    for (const LoraPlace& place : layout_.places) {
      const std::string name = tensor_stem(place.layer, place.linear);
      const double a = distance(part(gradients, place.a, place.inputs),
                                part(expected_flat, place.a, place.inputs));
      const double b = distance(part(gradients, place.b, place.outputs),
                                part(expected_flat, place.b, place.outputs));
      EXPECT_LT(a, 1e-4) << name << " A";
      EXPECT_LT(b, 1e-4) << name << " B";
      worst = std::max({worst, a, b});
    }
    record("gradient", worst);
    record("loss", std::abs(loss.mean() - static_cast<double>(values("loss")[0])));
  }
}

// Rows packed into two or three passes here, padded batches of two accumulated four times there.
// AdamW, warm-up, schedule and clipping are the Trainer's.
TEST_P(ParityTest, P1P38TwentyStepsEqualTheTrainer) {
  const std::filesystem::path folder =
      std::filesystem::path(testing::TempDir()) / (std::string("parity_") + GetParam());
  std::filesystem::remove_all(folder);
  make_folder(folder);
  TrainJob job{.model = model_, .rows = rows_};
  const std::filesystem::path start = folder / "start.gguf";
  write_gguf_lora(start, start_, "");
  job.continued_adapter = start;
  job.options.learning_rate = 5e-3;
  job.options.schedule = std::string(GetParam()) == "qwen2" ? Schedule::kLinear : Schedule::kCosine;
  job.options.weight_decay = std::string(GetParam()) == "llama" ? 0.01 : 0;
  job.options.epochs = 20;
  job.options.batch_rows = 8;
  job.options.micro_batch_tokens = 80;
  job.options.precision = Precision::kFp32;
  job.options.threads = 2;
  job.checkpoint_folder = folder / "checkpoint";
  job.gguf_file = folder / "adapter.gguf";
  NoProgress progress;
  const StopFlag stop;
  std::vector<TrainingEvent> events;
  make_trainer(make_torch_engine)
      ->train(
          job, [&](const TrainingEvent& event) { events.push_back(event); }, progress, stop);
  ASSERT_EQ(events.size(), 20U);
  double worst = 0;
  for (std::size_t i = 0; i < events.size(); ++i) {
    worst = std::max(worst, std::abs(events[i].loss - static_cast<double>(values("losses")[i])));
    EXPECT_NEAR(events[i].loss, static_cast<double>(values("losses")[i]), 1e-4) << "step " << i;
    EXPECT_NEAR(events[i].learning_rate, static_cast<double>(values("learning_rates")[i]), 1e-9);
  }
  record("losses", worst);
  const LoraAdapter ours = read_gguf_lora(job.gguf_file, shape_);
  const LoraAdapter theirs = read_peft_folder(dump_ / "final", shape_);
  const double apart = distance(to_parameters(ours, layout_), to_parameters(theirs, layout_));
  EXPECT_LT(apart, 1e-3);
  record("adapter", apart);
  EXPECT_GT(distance(to_parameters(ours, layout_), to_parameters(start_, layout_)), 0.05);
  std::filesystem::remove_all(folder);
}

INSTANTIATE_TEST_SUITE_P(Models, ParityTest, testing::Values("llama", "qwen2", "qwen3", "gemma3"),
                         [](const auto& name) { return std::string(name.param); });

}  // namespace
}  // namespace drp::train
