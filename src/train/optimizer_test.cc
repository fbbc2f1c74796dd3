// SPDX-License-Identifier: Apache-2.0
#include "train/optimizer.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>

#include "base/error.h"

namespace drp::train {
namespace {

// The values are those of transformers' get_cosine_schedule_with_warmup and its kin.
TEST(LearningRate, P38RisesThenFollowsTheSchedule) {
  TrainOptions options{.learning_rate = 1, .warmup_ratio = 0.25};
  EXPECT_DOUBLE_EQ(learning_rate(options, 0, 8), 0);
  EXPECT_DOUBLE_EQ(learning_rate(options, 1, 8), 0.5);
  EXPECT_DOUBLE_EQ(learning_rate(options, 2, 8), 1.0);
  EXPECT_DOUBLE_EQ(learning_rate(options, 5, 8), 0.5);
  EXPECT_NEAR(learning_rate(options, 7, 8), 0.5 * (1 + std::cos(M_PI * 5 / 6)), 1e-12);
  options.schedule = Schedule::kLinear;
  EXPECT_DOUBLE_EQ(learning_rate(options, 5, 8), 0.5);
  EXPECT_DOUBLE_EQ(learning_rate(options, 7, 8), 1.0 / 6);
  options.schedule = Schedule::kConstant;
  EXPECT_DOUBLE_EQ(learning_rate(options, 7, 8), 1.0);
  options.warmup_ratio = 0;
  EXPECT_DOUBLE_EQ(learning_rate(options, 0, 8), 1.0);
  options.warmup_ratio = 1;
  EXPECT_DOUBLE_EQ(learning_rate(options, 6, 8), 6.0 / 7);
  EXPECT_DOUBLE_EQ(learning_rate(options, 7, 8), 1.0);
  EXPECT_DOUBLE_EQ(learning_rate(options, 0, 1), 1.0) << "a run of one step must learn";
}

// Two steps by hand: the first moves by the rate against the sign whatever the gradient's size.
TEST(AdamW, FollowsTheFormula) {
  const TrainOptions options{.weight_decay = 0.1, .beta1 = 0.9, .beta2 = 0.99, .epsilon = 1e-8};
  AdamW optimizer(2);
  std::vector<float> values = {1, -2};
  optimizer.update(values, std::vector<float>{4, -0.5F}, 0.01, 0, options);
  EXPECT_NEAR(values[0], 1 * (1 - 0.001) - 0.01, 1e-6);
  EXPECT_NEAR(values[1], -2 * (1 - 0.001) + 0.01, 1e-6);
  const double before = static_cast<double>(values[0]);
  optimizer.update(values, std::vector<float>{-2, 0}, 0.01, 1, options);
  const double first = (0.9 * 0.1 * 4 + 0.1 * -2) / (1 - 0.81);
  const double second = (0.99 * 0.01 * 16 + 0.01 * 4) / (1 - 0.9801);
  EXPECT_NEAR(values[0], before * (1 - 0.001) - 0.01 * first / std::sqrt(second), 1e-6);
}

// In fp32 even the smallest usual rate moves every value.
TEST(AdamW, P32SmallRatesMoveEveryValue) {
  AdamW optimizer(3);
  std::vector<float> values = {0.02F, -0.5F, 0};
  const std::vector<float> start = values;
  for (int step = 0; step < 50; ++step) {
    optimizer.update(values, std::vector<float>{1e-5F, 1e-3F, -1e-7F}, 1e-6, step, {});
  }
  for (std::size_t i = 0; i < values.size(); ++i) EXPECT_NE(values[i], start[i]) << i;
}

TEST(Norm, IsEuclidean) { EXPECT_DOUBLE_EQ(norm(std::vector<float>{3, 0, -4}), 5); }

struct BadOption {
  const char* name;
  LoraOptions lora;
  TrainOptions train;
};

class BadOptionTest : public testing::TestWithParam<BadOption> {};

TEST_P(BadOptionTest, IsRefusedByName) {
  try {
    check_options(GetParam().lora, GetParam().train);
    FAIL() << "accepted";
  } catch (const Error& error) {
    EXPECT_EQ(error.kind(), ErrorKind::kConfig);
    EXPECT_THAT(error.message(), testing::HasSubstr(std::string("train.") + GetParam().name));
  }
}

INSTANTIATE_TEST_SUITE_P(
    Options, BadOptionTest,
    testing::Values(
        BadOption{"rank", {.rank = 0}, {}}, BadOption{"alpha", {.alpha = 0}, {}},
        BadOption{"dropout", {.dropout = 1}, {}}, BadOption{"targets", {.targets = {}}, {}},
        BadOption{"learning_rate", {}, {.learning_rate = 0}},
        BadOption{"learning_rate", {}, {.learning_rate = std::nan("")}},
        BadOption{"warmup_ratio", {}, {.warmup_ratio = 1.5}},
        BadOption{"epochs", {}, {.epochs = 0}}, BadOption{"batch_rows", {}, {.batch_rows = 0}},
        BadOption{"cutoff_tokens", {}, {.cutoff_tokens = 1}},
        BadOption{"micro_batch_tokens", {}, {.micro_batch_tokens = 0}},
        BadOption{"weight_decay", {}, {.weight_decay = -1}}, BadOption{"beta1", {}, {.beta1 = 1}},
        BadOption{"beta2", {}, {.beta2 = 1}}, BadOption{"epsilon", {}, {.epsilon = 0}},
        BadOption{"clip_norm", {}, {.clip_norm = -1}},
        BadOption{"validate_every_steps", {}, {.validate_every_steps = -1}},
        BadOption{"checkpoint_every_steps", {}, {.checkpoint_every_steps = 0}},
        BadOption{"stalled_validations_max", {}, {.stalled_validations_max = -1}},
        BadOption{"threads", {}, {.threads = -1}}));

TEST(Options, DefaultsAreValidAndNamesReadBack) {
  check_options({}, {});
  for (const Schedule value : {Schedule::kCosine, Schedule::kLinear, Schedule::kConstant}) {
    Schedule read = Schedule::kConstant;
    EXPECT_TRUE(enum_parse(enum_name(value), read));
    EXPECT_EQ(read, value);
  }
  for (const Precision value :
       {Precision::kAuto, Precision::kFp32, Precision::kBf16, Precision::kFp64}) {
    Precision read = Precision::kAuto;
    EXPECT_TRUE(enum_parse(enum_name(value), read));
    EXPECT_EQ(read, value);
  }
  for (const Recompute value : {Recompute::kAuto, Recompute::kNever, Recompute::kAlways}) {
    Recompute read = Recompute::kAuto;
    EXPECT_TRUE(enum_parse(enum_name(value), read));
    EXPECT_EQ(read, value);
  }
  Schedule none = Schedule::kLinear;
  EXPECT_FALSE(enum_parse("sawtooth", none));
}

}  // namespace
}  // namespace drp::train
