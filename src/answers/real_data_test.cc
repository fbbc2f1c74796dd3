// SPDX-License-Identifier: Apache-2.0
// The grader on real golds and responses, read in place; skipped where the data folder is absent.
#include <gtest/gtest.h>

#include <cstdio>
#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>
#include <string>

#include "answers/grade.h"

namespace drp::answers {
namespace {

using Json = nlohmann::json;

std::string as_text(const Json& value) {
  return value.is_string() ? value.get<std::string>() : value.is_null() ? "" : value.dump();
}

// The file, or a stream that is not good.
std::ifstream open_data(const std::string& name) {
  return std::ifstream(std::filesystem::path(DRP_DATA_DIR) / name);
}

TEST(RealAnswers, AgreeWithTheirLabels) {
  std::ifstream file = open_data("answer_equiv/dev.jsonl");
  if (!file) GTEST_SKIP() << "no data folder at " << DRP_DATA_DIR;
  int rows = 0;
  int agreed = 0;
  int false_equal = 0;
  for (std::string line; std::getline(file, line);) {
    const Json row = Json::parse(line);
    if (row["label"].is_null()) continue;
    const bool equal = compare(as_text(row["gold"]), as_text(row["pred"])).equal();
    const bool label = row["label"].get<bool>();
    ++rows;
    agreed += equal == label ? 1 : 0;
    false_equal += equal && !label ? 1 : 0;
  }
  std::printf("%d of %d labels agree, %d false equal\n", agreed, rows, false_equal);
  ASSERT_GT(rows, 300);
  EXPECT_GE(agreed, rows * 99 / 100);
  EXPECT_EQ(false_equal, 0);
}

struct Set {
  std::string file;
  int right_min;  // reached when this was written
};

class RealResponses : public testing::TestWithParam<Set> {};

TEST_P(RealResponses, AreGraded) {
  std::ifstream file = open_data(GetParam().file);
  if (!file) GTEST_SKIP() << "no data folder at " << DRP_DATA_DIR;
  int rows = 0;
  int right = 0;
  int gold_errors = 0;
  for (std::string line; std::getline(file, line);) {
    const Json row = Json::parse(line);
    const std::string gold = as_text(row["gold"]);
    const std::string response = as_text(row["response"]);
    const Graded graded = grade({.gold = gold, .response = response});
    EXPECT_LE(graded.extracted.span.end, response.size());
    ++rows;
    right += graded.equal() ? 1 : 0;
    gold_errors += graded.verdict == Verdict::kGoldError && !gold.empty() ? 1 : 0;
  }
  std::printf("%s: %d of %d right\n", GetParam().file.c_str(), right, rows);
  EXPECT_GE(right, GetParam().right_min);
  EXPECT_EQ(gold_errors, 0);
}

INSTANTIATE_TEST_SUITE_P(Files, RealResponses,
                         testing::Values(Set{"mip_overthinking/gsm8k_normal_DSQ.jsonl", 557},
                                         Set{"mip_overthinking/gsm8k_normal_deepseekR1.jsonl", 552},
                                         Set{"mip_overthinking/gsm8k_normal_Qwen32.jsonl", 550},
                                         Set{"mip_overthinking/math_normal_DSQ.jsonl", 49},
                                         Set{"mip_overthinking/math_normal_s1.1.jsonl", 49},
                                         Set{"odd_outputs/dev.jsonl", 43}),
                         [](const auto& test) {
                           std::string name = test.param.file;
                           for (char& c : name) {
                             if (!std::isalnum(static_cast<unsigned char>(c))) c = '_';
                           }
                           return name;
                         });

}  // namespace
}  // namespace drp::answers
