// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "base/random.h"
#include "model_files/tiny_model.h"
#include "train/torch/torch_engine.h"

namespace drp::train {

// A tiny model on disk and rows for it.
class TorchEngineTest : public testing::Test {
 protected:
  void SetUp() override {
    folder_ = std::filesystem::path(testing::TempDir()) /
              testing::UnitTest::GetInstance()->current_test_info()->name();
    std::filesystem::create_directories(folder_);
    use(model_files::TinyModel{});
  }
  void TearDown() override { std::filesystem::remove_all(folder_); }

  void use(const model_files::TinyModel& model) {
    model_ = folder_ / "model.gguf";
    write_tiny_model(model_, model);
    shape_ = read_model_shape(model_files::GgufFile(model_));
    Random random(5);
    rows_.clear();
    for (int i = 0; i < 5; ++i) {
      TrainingRow row;
      row.id = "row " + std::to_string(i);
      for (int j = 0; j < 3 + i; ++j) row.prompt_ids.push_back(id(random));
      for (int j = 0; j < 9 - i; ++j) row.response_ids.push_back(id(random));
      rows_.push_back(row);
    }
  }
  std::int32_t id(Random& random) const {
    return static_cast<std::int32_t>(random.between(0, shape_.vocabulary - 1));
  }

  EngineConfig config(Precision precision,
                      const LoraOptions& lora = {.rank = 4, .alpha = 8}) const {
    EngineConfig out{.model = model_, .layout = make_layout(shape_, lora)};
    out.precision = precision;
    out.recompute = Recompute::kNever;
    out.threads = 1;
    out.row_tokens = 64;
    out.pass_tokens = 64;
    return out;
  }
  // An engine whose pairs all do something.
  std::unique_ptr<Engine> engine(const EngineConfig& engine_config) const {
    auto made = make_torch_engine(engine_config);
    set_random(*made);
    return made;
  }
  static void set_random(Engine& engine) {
    Random random(9);
    for (float& value : engine.parameters()) value = static_cast<float>(0.3 * random.normal());
    engine.parameters_changed();
  }
  EngineConfig full_config(Precision precision) const {
    EngineConfig out = config(precision);
    out.layout = {};
    out.trained_weights = make_weight_layout(model_files::GgufFile(model_), shape_);
    return out;
  }
  // An engine that trains the model's own weights.
  std::unique_ptr<Engine> full_engine(const EngineConfig& engine_config) const {
    auto made = make_torch_engine(engine_config);
    const std::vector<float> weights =
        read_weights(model_files::GgufFile(model_), *engine_config.trained_weights, {});
    std::copy(weights.begin(), weights.end(), made->parameters().begin());
    made->parameters_changed();
    return made;
  }
  PackedBatch batch(std::vector<std::size_t> chosen) const { return pack(rows_, chosen); }
  static std::vector<float> copy(std::span<const float> values) {
    return {values.begin(), values.end()};
  }

  std::filesystem::path folder_;
  std::filesystem::path model_;
  model_files::ModelShape shape_;
  std::vector<TrainingRow> rows_;
};

// Largest |a - b| relative to the largest |b|.
inline double distance(const std::vector<float>& a, const std::vector<float>& b) {
  double difference = 0;
  double size = 0;
  for (std::size_t i = 0; i < a.size(); ++i) {
    difference =
        std::max(difference, std::abs(static_cast<double>(a[i]) - static_cast<double>(b[i])));
    size = std::max(size, std::abs(static_cast<double>(b[i])));
  }
  return difference / size;
}

}  // namespace drp::train
