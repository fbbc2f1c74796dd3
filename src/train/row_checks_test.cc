// SPDX-License-Identifier: Apache-2.0
#include "train/row_checks.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>

#include "base/error.h"
#include "base/random.h"
#include "model_files/gguf_writer.h"

namespace drp::train {
namespace {

TrainingRow row(std::vector<std::int32_t> prompt, std::vector<std::int32_t> response) {
  TrainingRow out;
  out.id = "row " + std::to_string(prompt.empty() ? 0 : prompt[0]);
  out.prompt_ids = std::move(prompt);
  out.response_ids = std::move(response);
  return out;
}

struct BadRow {
  const char* name;
  TrainingRow row;
  const char* message;
};

class BadRowTest : public testing::TestWithParam<BadRow> {};

TEST_P(BadRowTest, P8P24IsRefusedByName) {
  const std::vector<TrainingRow> rows = {row({1}, {2}), GetParam().row};
  try {
    check_rows(rows, 10);
    FAIL() << "accepted";
  } catch (const Error& error) {
    EXPECT_EQ(error.kind(), ErrorKind::kData);
    EXPECT_THAT(error.message(), testing::HasSubstr("training row 2"));
    EXPECT_THAT(error.message(), testing::HasSubstr(GetParam().message));
    EXPECT_FALSE(error.hint().empty());
  }
}

INSTANTIATE_TEST_SUITE_P(Rows, BadRowTest,
                         testing::Values(BadRow{"no_prompt", row({}, {1}), "no prompt tokens"},
                                         BadRow{"no_response", row({1}, {}), "no response tokens"},
                                         BadRow{"negative", row({-1}, {2}), "token id -1"},
                                         BadRow{"outside", row({1}, {10}),
                                                "token id 10; the model has 0 to 9"}),
                         [](const auto& row_case) { return row_case.param.name; });

TEST(RowChecks, GoodRowsPass) { check_rows(std::vector{row({1, 2}, {3, 9})}, 10); }

TEST(RowChecks, P24PaddingOfTheVocabularyIsNeverALabel) {
  const std::vector<std::int64_t> types = {1, 1, 3, 1, 5};  // 5: unused
  check_unused(std::vector{row({4}, {3, 2})}, types);       // in the prompt it does no harm
  check_unused(std::vector{row({1}, {4, 2})}, {});          // the model file tells no types
  try {
    check_unused(std::vector{row({1}, {3, 2}), row({1}, {4, 2})}, types);
    FAIL() << "accepted";
  } catch (const Error& error) {
    EXPECT_THAT(error.message(), testing::HasSubstr("training row 2"));
    EXPECT_THAT(error.message(), testing::HasSubstr("token id 4, which only pads"));
  }
}

// A model whose head has ordinary rows but for those in `small`, which are a tenth as large.
std::optional<std::string> warning_for(std::int32_t end, const std::vector<std::int64_t>& small) {
  const std::filesystem::path path =
      std::filesystem::path(testing::TempDir()) / "row_checks_test.gguf";
  constexpr std::int64_t kWidth = 8;
  constexpr std::int64_t kVocabulary = 40;
  std::vector<float> head(kWidth * kVocabulary);
  Random random(1);
  for (float& value : head) value = static_cast<float>(random.normal());
  for (const std::int64_t token : small) {
    for (std::int64_t i = 0; i < kWidth; ++i) {
      head[static_cast<std::size_t>(token * kWidth + i)] *= 0.05F;
    }
  }
  model_files::GgufWriter writer;
  writer.add_tensor("output.weight", {kWidth, kVocabulary}, head, model_files::FloatType::kF16);
  writer.write(path);
  model_files::ModelShape shape;
  shape.width = kWidth;
  shape.vocabulary = kVocabulary;
  return untrained_token(model_files::GgufFile(path), shape, end);
}

TEST(RowChecks, P21AnUntrainedEndTokenIsWarnedOf) {
  EXPECT_EQ(warning_for(2, {}), std::nullopt);
  EXPECT_EQ(warning_for(2, {3, 4, 5}), std::nullopt);
  const auto warning = warning_for(3, {3, 4, 5});
  ASSERT_TRUE(warning);
  EXPECT_THAT(*warning, testing::HasSubstr("(id 3) looks untrained"));
}

}  // namespace
}  // namespace drp::train
