// SPDX-License-Identifier: Apache-2.0
// Every command that takes several inputs names all that are missing, once each, before it works.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>

#include "base/file.h"
#include "base/process.h"
#include "base/text.h"
#include "llm/scratch_folder.h"

namespace drp::cli {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

constexpr const char* kPair =
    R"({"question":"1 + 2?","answer":"3","response":"<think>1 + 2 = 3.</think>The answer is 3."})"
    "\n";

class Missing : public ::testing::Test {
 protected:
  Missing() { write_file_atomic(folder_ / "good.jsonl", kPair); }

  ProcessResult drp(const std::vector<std::string>& words) const {
    std::vector<std::string> command = {DRP_PROGRAM};
    command.insert(command.end(), words.begin(), words.end());
    return run_process(command, "", {.folder = folder_.path()});
  }

  llm::ScratchFolder folder_;
};

TEST_F(Missing, AllInputsOfEveryCommandAreNamedAtOnce) {
  const struct {
    std::vector<std::string> words;
    std::vector<std::string> names;
  } rows[] = {
      {{"grade", "a.jsonl", "good.jsonl", "b.jsonl"}, {"'a.jsonl'", "'b.jsonl'"}},
      {{"prune", "a.jsonl", "b.jsonl", "-o", "out", "--tokenizer", "nix", "--teacher", "student",
        "--model", "nax"},
       {"'a.jsonl'", "'b.jsonl'", "--tokenizer", "--model"}},
      {{"prune", "a.jsonl", "-o", "out", "--teacher", "openai", "--model", "m", "--prices",
        "p.yaml", "--max-usd", "1", "--api-key-env", "none"},
       {"'a.jsonl'", "--prices"}},
      {{"evaluate", "--traces", "x=a.jsonl", "good.jsonl", "b.jsonl", "--problems", "p.jsonl"},
       {"'a.jsonl'", "'b.jsonl'", "--problems"}},
      {{"compare", "runs/a:base", "b.jsonl", "--tokenizer", "nix"},
       {"'runs/a'", "'b.jsonl'", "--tokenizer"}},
      {{"report", "runs/a", "runs/b", "-o", "out"}, {"'runs/a'", "'runs/b'"}},
      {{"export", "--model", "nix", "--adapters", "a.gguf,b.gguf", "--merged", "m.gguf"},
       {"--model", "--adapters"}},
      {{"export", "runs/a", "--merged-folder", "out", "--tokenizer", "hf"},
       {"'runs/a'", "--tokenizer"}},
      {{"adopt", "tuned", "--run", "runs/a"}, {"'runs/a'", "'tuned'"}},
      {{"train", "a.jsonl", "-o", "out", "student.model=nix", "student.adapters=[a.gguf]"},
       {"'a.jsonl'", "student.model", "student.adapters"}},
      {{"train", "a.jsonl", "--show-masks", "1", "student.model=nix"},
       {"'a.jsonl'", "student.model"}},
  };
  for (const auto& row : rows) {
    SCOPED_TRACE(join(row.words, " "));
    const ProcessResult result = drp(row.words);
    EXPECT_EQ(result.exit_code, 1);
    EXPECT_THAT(result.errors, HasSubstr(" inputs are missing: " + join(row.names, ", ") +
                                         " (each is named above)\n"));
    EXPECT_EQ(result.output, "");
    EXPECT_FALSE(std::filesystem::exists(folder_ / "out"));
  }
}

TEST_F(Missing, OneAloneIsTheError) {
  const ProcessResult result = drp({"grade", "good.jsonl", "b.jsonl"});
  EXPECT_EQ(result.exit_code, 1);
  EXPECT_EQ(result.errors, "drp: no file or folder 'b.jsonl' (check the path)\n");
}

TEST_F(Missing, AnAblationNamesThoseOfAllItsCellsOnce) {
  write_file_atomic(folder_ / "r.yaml",
                    "student: {model: nix}\n"
                    "problems:\n"
                    "  train: {source: file, file: train.jsonl}\n"
                    "  test: {source: file, file: test.jsonl}\n"
                    "teacher: {kind: student, model: nax}\n"
                    "run: {folder: run}\n");
  for (const char* more : {"--dry-run", "run.seed=1"}) {
    const ProcessResult result = drp({"ablate", "r.yaml", more, "--seeds", "1,2"});
    EXPECT_EQ(result.exit_code, 1);
    EXPECT_THAT(result.errors, HasSubstr("\ndrp: 4 inputs are missing: problems.train.file, "
                                         "problems.test.file, student.model, teacher.model ("));
    EXPECT_EQ(std::count(result.errors.begin(), result.errors.end(), '\n'), 5);
    EXPECT_FALSE(std::filesystem::exists(folder_ / "run-ablation"));
  }
  // Those of the flags go by the keys of the flags; what the cells make for each other is not
  // missing.
  const ProcessResult flags =
      drp({"ablate", "r.yaml", "--students", "s.gguf,t.gguf+a.gguf", "--teachers",
           "rules,local:l.gguf", "problems.train.source=generated",
           "problems.test.source=generated", "problems.train.file=", "problems.test.file="});
  EXPECT_EQ(flags.exit_code, 1);
  EXPECT_THAT(flags.errors, HasSubstr("no model 's.gguf' for ablate.students: "));
  EXPECT_THAT(flags.errors, HasSubstr("no file 'a.gguf' for ablate.students ("));
  EXPECT_THAT(flags.errors, HasSubstr("no model 'l.gguf' for ablate.teachers: "));
  EXPECT_THAT(flags.errors,
              HasSubstr("\ndrp: 4 inputs are missing: ablate.students, ablate.teachers ("));
  EXPECT_THAT(flags.errors, Not(HasSubstr("nix")));
}

}  // namespace
}  // namespace drp::cli
