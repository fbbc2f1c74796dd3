// SPDX-License-Identifier: Apache-2.0
#include "problems/read_solutions.h"

#include <gtest/gtest.h>

#include "base/file.h"

namespace drp::problems {
namespace {

TEST(ReadSolutions, TakesWhatStandsBeforeTheAnswer) {
  const auto file = std::filesystem::path(::testing::TempDir()) / "drp_read_solutions.jsonl";
  write_file_atomic(file,
                    R"({"question":"a?","answer":"She has 6*7=<<6*7=42>>42 eggs.\n#### 42"})"
                    "\n"
                    R"({"id":"b","question":"b?","answer":"5","solution":"2 + 3 is $\\boxed{5}$."})"
                    "\n"
                    R"({"id":"c","question":"c?","answer":"7"})"
                    "\n");
  const auto solutions = read_solutions(file, {});
  const auto problems = read_problems(file);
  ASSERT_EQ(solutions.size(), 2U);
  EXPECT_EQ(solutions.at(problems[0].id), "She has 6*7=42 eggs.");
  EXPECT_EQ(solutions.at("b"), "2 + 3 is $\\boxed{5}$.");
  std::filesystem::remove(file);
}

}  // namespace
}  // namespace drp::problems
