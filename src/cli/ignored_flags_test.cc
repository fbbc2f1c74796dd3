// SPDX-License-Identifier: Apache-2.0
// A flag that would say nothing in the form of a command that was written is refused, with the
// reason; a user who wrote it believes that it acts.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>

#include "base/file.h"
#include "base/process.h"
#include "base/text.h"
#include "cli/arguments.h"
#include "llm/scratch_folder.h"

namespace drp::cli {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

constexpr const char* kPair =
    R"({"question":"1 + 2?","answer":"3","response":"<think>1 + 2 = 3.</think>The answer is 3."})"
    "\n";

class IgnoredFlags : public ::testing::Test {
 protected:
  IgnoredFlags() {
    write_file_atomic(folder_ / "t.jsonl", kPair);
    write_file_atomic(folder_ / "r.yaml", "problems: {train: {count: 5}}\nrun: {folder: run}\n");
  }

  ProcessResult drp(const std::vector<std::string>& words) const {
    std::vector<std::string> command = {DRP_PROGRAM};
    command.insert(command.end(), words.begin(), words.end());
    return run_process(command, "", {.folder = folder_.path()});
  }

  llm::ScratchFolder folder_;
};

struct Row {
  const char* words;  // separated by blanks
  const char* message;
};

constexpr Row kRefused[] = {
    {"report r.yaml --title X",
     "report: --title is for run folders with -o, and this is a recipe (write report.title=VALUE)"},
    {"report r.yaml --examples 9",
     "report: --examples is for run folders with -o, and this is a recipe (write "
     "report.examples_max=VALUE)"},
    {"train t.jsonl --show-masks 2 -o out",
     "train: --output is for training, and --show-masks trains nothing (leave it out)"},
    {"train t.jsonl --show-masks 2 --full", "train: --full is for training, and --show-masks"},
    {"train r.yaml --show-masks 2 --column response=a",
     "train: --column is for examples in a file, and this is a recipe"},
    {"train r.yaml --show-masks 2 --dry-run", "train: --dry-run is for training, and"},
    {"prune -o out --explain 1 --teacher student",
     "prune: --teacher is for pruning, and --explain prunes nothing"},
    {"prune -o out --explain 1 --max-usd 3", "prune: --max-usd is for pruning"},
    {"prune r.yaml --explain 1 --dry-run", "prune: --dry-run is for pruning"},
    {"prune t.jsonl -o out --model m.gguf",
     "prune: --model is for a teacher that asks a model, and --teacher is rules (add --teacher "
     "local, student or openai, or leave it out)"},
    {"prune t.jsonl -o out --endpoint http://x/v1",
     "prune: --endpoint is for a teacher that asks a service, and --teacher is rules"},
    {"prune t.jsonl -o out --teacher local --model m.gguf --max-usd 2",
     "prune: --max-usd is for a teacher that asks a service, and --teacher is local"},
    {"prune t.jsonl -o out --protocol paper", "--protocol is for a teacher that is a model, and"},
    {"prune t.jsonl -o out --keep-answer-prob 0.5", "--keep-answer-prob is for a teacher that ju"},
    {"prune t.jsonl -o out --teacher unpruned --rules-off check", "--rules-off is for a teacher"},
    {"prune t.jsonl -o out --teacher first_answer --split none", "--split is for a teacher that p"},
    {"evaluate --traces t.jsonl --count characters --tokenizer m",
     "evaluate: --tokenizer is for --count=retokenize, and --count is characters"},
    {"grade --gold 1 --pred 1 --processes 4",
     "grade: --processes is for files, and --gold says one pair"},
    {"grade --gold 1 --pred 1 --command judge",
     "grade: --command is for the domain command, and --domain is math"},
    {"grade --gold 1 --pred 1 --response 1", "grade: --pred and --response are both given"},
    {"doctor --context 99", "doctor: --context is for an endpoint, and none is given"},
    {"cache info --yes --folder c", "cache: --yes is for clear, and this is info"},
    {"cache info x.jsonl --folder c", "cache: FILE is for export and import, and this is info"},
    {"cache list --run runs/a --folder c", "cache: --run is for export, and this is list"},
    {"cache clear --yes --model m --folder c", "cache: --model is for list and export, and this"},
    {"import hf -o m.gguf --vocab-only --type f16",
     "import: --type is for weights, and --vocab-only leaves them out"},
    {"export runs/a --adapters a --merged m", "export: --adapters is for --model, and this is a r"},
    {"export runs/a --gguf a --type f16", "export: --type is for --merged and --merged-folder, an"},
    {"export runs/a --merged m --tokenizer hf", "export: --tokenizer is for --merged-folder and"},
    {"export runs/a --merged m -o out", "export: --output is for --for, and there is none"},
    {"export runs/a --merged m --base b", "export: --base is for --peft and --for, and neither"},
    {"plan r.yaml --model m --batch --rpm 5",
     "plan: --rpm is for calls one by one, and --batch asks through the Batch API"},
    {"sample r.yaml --max-usd 3", "--max-usd"},
};

TEST_F(IgnoredFlags, AreRefusedWithTheReason) {
  for (const Row& row : kRefused) {
    SCOPED_TRACE(row.words);
    std::vector<std::string> words;
    for (const std::string_view word : split(row.words, ' ')) words.emplace_back(word);
    const ProcessResult result = drp(words);
    EXPECT_EQ(result.exit_code, 2);
    EXPECT_THAT(result.errors, HasSubstr(row.message));
    EXPECT_FALSE(std::filesystem::exists(folder_ / "out"));
    EXPECT_FALSE(std::filesystem::exists(folder_ / "run"));
    EXPECT_FALSE(std::filesystem::exists(folder_ / "c"));
  }
}

TEST_F(IgnoredFlags, ResultsThatWereGradedHearNothingOfFiles) {
  ASSERT_EQ(drp({"evaluate", "--traces", "t.jsonl", "-o", "a", "--count", "characters"}).exit_code,
            0);
  for (const std::vector<std::string>& flag :
       std::vector<std::vector<std::string>>{{"--column", "answer=x"},
                                             {"--limit", "3"},
                                             {"--problems", "t.jsonl"},
                                             {"--match", "id"},
                                             {"--count", "retokenize"}}) {
    std::vector<std::string> words = {"compare", "a", "x=a"};
    words.insert(words.end(), flag.begin(), flag.end());
    const ProcessResult result = drp(words);
    EXPECT_EQ(result.exit_code, 2);
    EXPECT_THAT(result.errors, HasSubstr("compare: " + flag[0] +
                                         " is for files of responses, and all inputs are folders"));
  }
  EXPECT_EQ(drp({"compare", "a", "x=a"}).exit_code, 0);
  EXPECT_EQ(drp({"compare", "a", "t.jsonl", "--limit", "3"}).exit_code, 0) << "one is a file";
}

TEST_F(IgnoredFlags, TeachersThatHearThemTakeThem) {
  for (const std::vector<std::string>& more :
       std::vector<std::vector<std::string>>{{"--teacher", "random", "--rules-off", "check"},
                                             {"--split", "default", "--keep-checks", "first"}}) {
    std::vector<std::string> words = {"prune", "t.jsonl", "-o", "out", "--tokenizer", "none"};
    words.insert(words.end(), more.begin(), more.end());
    EXPECT_THAT(drp(words).errors, Not(HasSubstr(" is for a teacher")));
  }
}

}  // namespace
}  // namespace drp::cli
