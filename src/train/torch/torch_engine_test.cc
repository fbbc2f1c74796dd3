// SPDX-License-Identifier: Apache-2.0
#include "train/torch/torch_engine.h"

#include <c10/util/BFloat16.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <csignal>
#include <cstdlib>

#include "base/error.h"
#include "base/file.h"
#include "base/memory.h"
#include "base/random.h"
#include "model_files/tiny_model.h"
#include "train/trainer.h"

namespace drp::train {
namespace {

using model_files::GgufFile;
using model_files::Linear;
using model_files::TinyModel;

// A tiny model on disk and rows for it.
class TorchEngineTest : public testing::Test {
 protected:
  void SetUp() override {
    folder_ = std::filesystem::path(testing::TempDir()) /
              testing::UnitTest::GetInstance()->current_test_info()->name();
    std::filesystem::create_directories(folder_);
    use(TinyModel{});
  }
  void TearDown() override { std::filesystem::remove_all(folder_); }

  void use(const TinyModel& model) {
    model_ = folder_ / "model.gguf";
    write_tiny_model(model_, model);
    shape_ = read_model_shape(GgufFile(model_));
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
    out.trained_weights = make_weight_layout(GgufFile(model_), shape_);
    return out;
  }
  // An engine that trains the model's own weights.
  std::unique_ptr<Engine> full_engine(const EngineConfig& engine_config) const {
    auto made = make_torch_engine(engine_config);
    const std::vector<float> weights =
        read_weights(GgufFile(model_), *engine_config.trained_weights, {});
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
double distance(const std::vector<float>& a, const std::vector<float>& b) {
  double difference = 0;
  double size = 0;
  for (std::size_t i = 0; i < a.size(); ++i) {
    difference =
        std::max(difference, std::abs(static_cast<double>(a[i]) - static_cast<double>(b[i])));
    size = std::max(size, std::abs(static_cast<double>(b[i])));
  }
  return difference / size;
}

struct Variant {
  const char* name;
  TinyModel model;
  LoraOptions lora;
};

class GradientTest : public TorchEngineTest, public testing::WithParamInterface<Variant> {};

TEST_P(GradientTest, EqualsFiniteDifferences) {
  use(GetParam().model);
  const EngineConfig used = config(Precision::kFp64, GetParam().lora);
  const auto tested = engine(used);
  const PackedBatch packed = batch({0, 1, 2});
  const LossSum loss = tested->train(packed, 0);
  EXPECT_NEAR(loss.nll, tested->evaluate(packed).nll, 1e-9);
  EXPECT_EQ(loss.tokens, 9 + 8 + 7);
  const std::vector<float> gradients = copy(tested->gradients());
  Random random(3);
  for (const LoraPlace& place : used.layout.places) {
    for (const auto& [begin, count] :
         {std::pair(place.a, place.inputs), std::pair(place.b, place.outputs)}) {
      for (int sample = 0; sample < 4; ++sample) {
        const std::size_t i =
            begin + random.index(static_cast<std::size_t>(count * used.layout.rank));
        float& value = tested->parameters()[i];
        const float before = value;
        constexpr float kStep = 1.0F / 8192;
        const auto loss_at = [&](float at) {
          value = at;
          tested->parameters_changed();
          return tested->evaluate(packed).nll;
        };
        const float high = before + kStep;
        const float low = before - kStep;
        const double slope = (loss_at(high) - loss_at(low)) / static_cast<double>(high - low);
        value = before;
        EXPECT_NEAR(static_cast<double>(gradients[i]), slope, 1e-4 + 1e-4 * std::abs(slope))
            << tensor_stem(place.layer, place.linear) << " value " << i - begin;
      }
    }
  }
}

INSTANTIATE_TEST_SUITE_P(
    Models, GradientTest,
    testing::Values(
        Variant{"llama", {}, {.rank = 4, .alpha = 8}},
        Variant{"qwen2", {.architecture = "qwen2"}, {.rank = 2, .alpha = 4}},
        Variant{"qwen3", {.architecture = "qwen3", .head_width = 12}, {.rank = 2, .alpha = 4}},
        Variant{"llama3_rope", {.rope_divisors = true}, {.rank = 2, .alpha = 4}},
        Variant{"untied_head", {.tied_head = false}, {.rank = 3, .alpha = 3}},
        Variant{"single_group", {.key_value_heads = 4}, {.rank = 1, .alpha = 2}},
        Variant{"rank_stabilised", {}, {.rank = 4, .alpha = 8, .rank_stabilised = true}},
        Variant{"some_targets", {}, {.rank = 4, .targets = {Linear::kKey, Linear::kDown}}}),
    [](const auto& variant) { return variant.param.name; });

class FullGradientTest : public TorchEngineTest, public testing::WithParamInterface<Variant> {};

// Every tensor of the model, tied embedding, norms and biases included.
TEST_P(FullGradientTest, EqualsFiniteDifferences) {
  use(GetParam().model);
  const EngineConfig used = full_config(Precision::kFp64);
  const auto tested = full_engine(used);
  const PackedBatch packed = batch({0, 1, 2});
  const LossSum loss = tested->train(packed, 0);
  EXPECT_NEAR(loss.nll, tested->evaluate(packed).nll, 1e-9);
  const std::vector<float> gradients = copy(tested->gradients());
  Random random(3);
  for (const WeightPlace& place : used.trained_weights->places) {
    double largest = 0;
    for (int sample = 0; sample < 6; ++sample) {
      std::size_t row = random.index(static_cast<std::size_t>(place.rows));
      // Tokens that occur: other rows of an embedding that is not tied have no gradient.
      if (place.tensor == "token_embd.weight")
        row = static_cast<std::size_t>(packed.tokens[row % 9]);
      const std::size_t i = place.begin + row * static_cast<std::size_t>(place.columns) +
                            random.index(static_cast<std::size_t>(place.columns));
      float& value = tested->parameters()[i];
      const float before = value;
      constexpr float kStep = 1.0F / 8192;
      const auto loss_at = [&](float at) {
        value = at;
        tested->parameters_changed();
        return tested->evaluate(packed).nll;
      };
      const float high = before + kStep;
      const float low = before - kStep;
      const double slope = (loss_at(high) - loss_at(low)) / static_cast<double>(high - low);
      value = before;
      largest = std::max(largest, std::abs(slope));
      EXPECT_NEAR(static_cast<double>(gradients[i]), slope, 1e-4 + 1e-4 * std::abs(slope))
          << place.tensor << " value " << i - place.begin;
    }
    // A key's bias shifts all scores of a query alike, which softmax does not see.
    if (place.tensor.find("attn_k.bias") == std::string::npos) {
      EXPECT_GT(largest, 1e-4) << place.tensor;
    }
  }
}

INSTANTIATE_TEST_SUITE_P(Models, FullGradientTest,
                         testing::Values(Variant{"llama", {}, {}},
                                         Variant{"qwen2", {.architecture = "qwen2"}, {}},
                                         Variant{"qwen3", {.architecture = "qwen3"}, {}},
                                         Variant{"untied_head", {.tied_head = false}, {}},
                                         Variant{"single_group", {.key_value_heads = 4}, {}}),
                         [](const auto& variant) { return variant.param.name; });

TEST_F(TorchEngineTest, FullTrainingTakesAllPrecisionsThreadsAndRecomputation) {
  const PackedBatch packed = batch({0, 1, 2, 3, 4});
  const auto exact = full_engine(full_config(Precision::kFp64));
  const double expected = exact->train(packed, 0).nll;
  const std::vector<float> gradients = copy(exact->gradients());
  for (const Precision precision : {Precision::kFp32, Precision::kBf16}) {
    for (const int threads : {1, 3}) {
      for (const Recompute recompute : {Recompute::kNever, Recompute::kAlways}) {
        EngineConfig used = full_config(precision);
        used.threads = threads;
        used.part_tokens = 1;
        used.recompute = recompute;
        const auto tested = full_engine(used);
        const bool fp32 = precision == Precision::kFp32;
        EXPECT_NEAR(tested->train(packed, 0).nll, expected, (fp32 ? 1e-4 : 0.02) * expected);
        EXPECT_LT(distance(copy(tested->gradients()), gradients), fp32 ? 1e-4 : 0.1);
      }
    }
  }
}

TEST_F(TorchEngineTest, FullTrainingStartsFromTheModelItself) {
  const double pairs = make_torch_engine(config(Precision::kFp64))->evaluate(batch({0, 1})).nll;
  EXPECT_NEAR(full_engine(full_config(Precision::kFp64))->evaluate(batch({0, 1})).nll, pairs, 1e-9);
}

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
  const auto tested = engine(used);
  tested->train(batch({0}), 0);
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

TEST_F(TorchEngineTest, P36AutoChoosesAPrecisionAndSaysSo) {
  const auto tested = make_torch_engine(config(Precision::kAuto));
  EXPECT_NE(tested->precision(), Precision::kAuto);
  EXPECT_THAT(tested->description(), testing::HasSubstr("GFLOP/s"));
}

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
  const char* cache = std::getenv("XDG_CACHE_HOME");
  const char* home = std::getenv("HOME");
  const std::filesystem::path root = cache != nullptr  ? std::filesystem::path(cache)
                                     : home != nullptr ? std::filesystem::path(home) / ".cache"
                                                       : std::filesystem::path();
  model_ = root / "drp" / "models" / "SmolLM2-135M-Instruct.Q4_1.gguf";
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
