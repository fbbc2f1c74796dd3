// SPDX-License-Identifier: Apache-2.0
// Units, flows and formulas of real responses: whatever stands in them, units tile them exactly.
#include <gtest/gtest.h>

#include <filesystem>
#include <nlohmann/json.hpp>
#include <string>

#include "base/file.h"
#include "base/text.h"
#include "path/flow.h"
#include "path/unit.h"

namespace drp::path {
namespace {

TEST(RealData, UnitsTileEveryResponse) {
  const std::filesystem::path folder = DRP_DATA_DIR;
  if (!std::filesystem::exists(folder)) {
    GTEST_SKIP() << "no real data at " << folder;
  }
  std::size_t responses = 0;
  for (const char* name :
       {"mip_overthinking/gsm8k_normal_DSQ.jsonl", "mip_overthinking/math_normal_s1.1.jsonl",
        "mip_overthinking/math_normal_deepseekR1.jsonl", "marco_o1/CoT_demo.jsonl",
        "odd_outputs/dev.jsonl", "cot_compression/math_train_R1-1.5B.jsonl"}) {
    LineReader lines(folder / name);
    while (const auto line = lines.next()) {
      const nlohmann::json row = nlohmann::json::parse(*line);
      const std::string text = row.at("response");
      const bool white = trim(text).empty();
      std::size_t at = 0;
      for (const Unit& unit : cut_units(text)) {
        ASSERT_EQ(unit.span.begin, at) << lines.where();
        ASSERT_TRUE(white || !trim(slice(text, unit.span)).empty()) << lines.where();
        at = unit.span.end;
      }
      ASSERT_EQ(at, text.size()) << lines.where();
      read_flow(text);
      ++responses;
    }
  }
  EXPECT_GT(responses, 800U);
}

}  // namespace
}  // namespace drp::path
