// SPDX-License-Identifier: Apache-2.0
// What commands print fits a terminal of kTextColumns.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <nlohmann/json.hpp>

#include "base/file.h"
#include "base/process.h"
#include "base/text.h"
#include "base/text_layout.h"
#include "llm/scratch_folder.h"

namespace drp::cli {
namespace {

using ::testing::HasSubstr;
using ::testing::Le;

// 60 problems of two sets, half of the verdicts not those of the grader.
std::string traces(int samples, int padding) {
  std::string lines;
  for (int problem = 0; problem < 60; ++problem) {
    for (int sample = 0; sample < samples; ++sample) {
      const std::string sum = std::to_string(problem + 2);
      std::string reasoning = "Let me add. " + std::to_string(problem) + " + 2 = " + sum + ".\n\n";
      for (int i = 0; i < padding; ++i) reasoning += "Wait, let me check that again. Yes.\n\n";
      const bool right = (problem + sample + padding) % 7 != 0;
      lines +=
          nlohmann::json{{"id", "p" + std::to_string(problem)},
                         {"question", "What is " + std::to_string(problem) + " plus 2?"},
                         {"answer", sum},
                         {"set", problem < 30 ? "a-set-of-a-long-name" : "math500"},
                         {"correct", problem % 2 == 0},
                         {"response", "<think>" + reasoning + "</think>The answer is \\boxed{" +
                                          (right ? sum : "-7") + "}."}}
              .dump() +
          "\n";
    }
  }
  return lines;
}

TEST(TerminalWidth, TablesOfEveryCommandThatNeedsNoModel) {
  const llm::ScratchFolder folder;
  write_file_atomic(folder / "deepseek-r1-distill-qwen-7b.jsonl", traces(2, 9));
  write_file_atomic(folder / "deepseek-r1-distill-qwen-7b-pruned.jsonl", traces(2, 2));
  write_file_atomic(folder / "pairs.jsonl",
                    "{\"gold\":\"1\",\"pred\":\"1\"}\n{\"gold\":\"1/2\",\"pred\":\"0.4\"}\n");
  const std::string before = "deepseek-r1-distill-qwen-7b.jsonl";
  const std::string after = "deepseek-r1-distill-qwen-7b-pruned.jsonl";
  const std::vector<std::vector<std::string>> commands = {
      {"evaluate", "--count", "characters", "--tag", "set", "--traces", before, after, "-o", "ev"},
      {"evaluate", "--count", "characters", "--tag", "set", "--traces", "base=" + before,
       "tuned=" + after, "third=" + before},
      {"compare", "--count", "characters", before, after},
      {"prune", before, "-o", "out", "--tokenizer", "none"},
      {"report", "out", "-o", "pooled"},
      {"grade", "pairs.jsonl"},
      {"grade", "--gold", "9/4", "--pred", "2\\frac14"},
      {"--help"}};
  for (const std::vector<std::string>& arguments : commands) {
    std::vector<std::string> command = {DRP_PROGRAM};
    command.insert(command.end(), arguments.begin(), arguments.end());
    const ProcessResult result =
        run_process(command, "", {.milliseconds_max = 60'000, .folder = folder.path()});
    ASSERT_EQ(result.exit_code, 0) << join(command, " ") << "\n" << result.errors;
    // What grade writes to standard output is for programs.
    const bool rows = arguments.size() == 2 && arguments.front() == "grade";
    for (const std::string_view line : split(rows ? result.errors : result.output, '\n')) {
      EXPECT_THAT(columns_of(line), Le(kTextColumns)) << join(command, " ") << "\n" << line;
    }
  }
}

}  // namespace
}  // namespace drp::cli
