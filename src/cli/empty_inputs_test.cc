// SPDX-License-Identifier: Apache-2.0
// A file that holds nothing is a mistake which its user wants to know of: every command that reads
// rows ends with exit code 2 and one line that names the file.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>

#include "base/file.h"
#include "base/process.h"
#include "llm/scratch_folder.h"

namespace drp::cli {
namespace {

using ::testing::HasSubstr;
using ::testing::StartsWith;

constexpr const char* kRecipe =
    "problems:\n"
    "  train: {source: file, file: good.jsonl, count: 0}\n"
    "  test: {source: file, file: good.jsonl, count: 0}\n"
    "run: {folder: run}\n";
constexpr const char* kGood =
    R"({"question":"1 + 2?","answer":"3","response":"<think>1 + 2 = 3.</think>The answer is 3."})"
    "\n";

constexpr const char* kPair = "{\"gold\":\"1\",\"pred\":\"1\"}\n";

struct Input {
  const char* name;
  const char* content;
};

constexpr Input kInputs[] = {{"empty.jsonl", ""},
                             {"blank.jsonl", "\n \n\r\n"},
                             {"mark.jsonl", "\xEF\xBB\xBF"},
                             {"mark_and_blank.jsonl", "\xEF\xBB\xBF\n\n"},
                             {"empty.csv", ""},
                             {"head.csv", "question,answer,response\n"},
                             {"none.json", "[]"}};

struct Reader {
  const char* name;
  std::vector<std::string> arguments;  // FILE stands for the input
};

std::vector<Reader> readers() {
  return {{"grade", {"grade", "FILE"}},
          {"prune", {"prune", "FILE", "-o", "out", "--tokenizer", "none"}},
          {"evaluate", {"evaluate", "--traces", "FILE"}},
          {"evaluate, second of two",
           {"evaluate", "--count", "characters", "--traces", "a=good.jsonl", "b=FILE"}},
          {"evaluate, references",
           {"evaluate", "--count", "characters", "--traces", "good.jsonl", "--problems", "FILE"}},
          {"compare", {"compare", "a=FILE", "b=good.jsonl"}},
          {"problems", {"problems", "recipe.yaml", "problems.train.file=FILE"}},
          {"problems to test on", {"problems", "recipe.yaml", "problems.test.file=FILE"}},
          {"new-student", {"new-student", "FILE", "-o", "new.gguf"}},
          {"cache import", {"cache", "import", "FILE", "--folder", "replies"}}};
}

TEST(EmptyInputs, EveryCommandNamesTheFile) {
  const llm::ScratchFolder folder;
  write_file_atomic(folder / "recipe.yaml", kRecipe);
  write_file_atomic(folder / "good.jsonl", kGood);
  for (const Input& input : kInputs) write_file_atomic(folder / input.name, input.content);
  for (const Reader& reader : readers()) {
    for (const Input& input : kInputs) {
      SCOPED_TRACE(std::string(reader.name) + " of " + input.name);
      std::vector<std::string> command = {DRP_PROGRAM};
      for (std::string argument : reader.arguments) {
        if (const std::size_t at = argument.find("FILE"); at != std::string::npos) {
          argument.replace(at, 4, input.name);
        }
        command.push_back(std::move(argument));
      }
      const ProcessResult result = run_process(command, "", {.folder = folder.path()});
      EXPECT_EQ(result.exit_code, 2) << result.errors;
      const std::size_t at = result.errors.rfind("drp: ");
      ASSERT_NE(at, std::string::npos) << result.errors;
      EXPECT_EQ(result.errors.find('\n', at), result.errors.size() - 1) << "one line";
      EXPECT_THAT(result.errors.substr(at), HasSubstr(input.name));
    }
  }
}

TEST(EmptyInputs, SoDoesStandardInput) {
  const llm::ScratchFolder folder;
  for (const std::vector<std::string>& arguments :
       std::vector<std::vector<std::string>>{{"grade"},
                                             {"prune", "-", "-o", "out", "--tokenizer", "none"},
                                             {"evaluate", "--traces", "-"}}) {
    std::vector<std::string> command = {DRP_PROGRAM};
    command.insert(command.end(), arguments.begin(), arguments.end());
    for (const char* input : {"", "\n\n"}) {
      const ProcessResult result = run_process(command, input, {.folder = folder.path()});
      EXPECT_EQ(result.exit_code, 2) << arguments.front();
      EXPECT_THAT(result.errors, StartsWith("drp: standard input: ")) << arguments.front();
    }
  }
}

TEST(EmptyInputs, WhatOtherFilesHoldIsGradedAllTheSame) {
  const llm::ScratchFolder folder;
  write_file_atomic(folder / "empty.jsonl", "");
  write_file_atomic(folder / "pairs.jsonl", kPair);
  const ProcessResult result = run_process({DRP_PROGRAM, "grade", "empty.jsonl", "pairs.jsonl"}, "",
                                           {.folder = folder.path()});
  EXPECT_EQ(result.exit_code, 2);
  EXPECT_THAT(result.errors, HasSubstr("drp: empty.jsonl: the file is empty"));
  EXPECT_THAT(result.output, HasSubstr("\"verdict\":\"equal\""));
}

// A mark alone is nothing, and before a pair it is no part of it.
TEST(EmptyInputs, AByteOrderMarkBeforeAPairIsLeftOut) {
  const ProcessResult result =
      run_process({DRP_PROGRAM, "grade"}, std::string("\xEF\xBB\xBF") + kPair);
  EXPECT_EQ(result.exit_code, 0) << result.errors;
  EXPECT_THAT(result.output, HasSubstr("\"verdict\":\"equal\""));
}

}  // namespace
}  // namespace drp::cli
