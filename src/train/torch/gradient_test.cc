// SPDX-License-Identifier: Apache-2.0
// Gradients of pairs and of every weight, beside finite differences.
#include <gtest/gtest.h>

#include <cmath>

#include "train/torch/engine_fixture.h"

namespace drp::train {
namespace {

using model_files::Linear;
using model_files::TinyModel;

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
        Variant{"gemma3", {.architecture = "gemma3", .head_width = 12}, {.rank = 2, .alpha = 4}},
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
                                         Variant{"gemma3", {.architecture = "gemma3"}, {}},
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

}  // namespace
}  // namespace drp::train
