// SPDX-License-Identifier: Apache-2.0
// What a new user reads first: messages in the terms of what was written, all that is missing at
// once, and what asks no service costs nothing.
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
using ::testing::StartsWith;

struct Outcome {
  int code = 0;
  std::string output;
  std::string errors;
};

class Messages : public ::testing::Test {
 protected:
  Outcome drp(const std::vector<std::string>& words) const {
    std::vector<std::string> command = {DRP_PROGRAM};
    command.insert(command.end(), words.begin(), words.end());
    ProcessResult result = run_process(command, "", {.folder = folder_.path()});
    return {result.exit_code, std::move(result.output), std::move(result.errors)};
  }
  void write(const std::string& name, const std::string& text) const {
    write_file_atomic(folder_ / name, text);
  }

  llm::ScratchFolder folder_;
};

constexpr const char* kPair =
    R"({"question":"1 + 2?","answer":"3","response":"<think>1 + 2 = 3.</think>The answer is 3."})"
    "\n";

TEST_F(Messages, ATeacherWithoutAServiceCostsNothing) {
  write("r.yaml", "problems: {train: {count: 5}}\nrun: {folder: run}\n");
  Outcome plan = drp({"plan", "r.yaml"});
  EXPECT_EQ(plan.code, 0);
  EXPECT_THAT(plan.output, StartsWith("the teacher rules asks no service: 0 calls\n"));
  EXPECT_THAT(plan.output, Not(HasSubstr("requests")));
  EXPECT_THAT(plan.output, Not(HasSubstr("cost")));

  plan = drp({"plan", "r.yaml", "--model", "large"});
  EXPECT_THAT(plan.output, StartsWith("the teacher rules asks no service: 0 calls\n"));
  EXPECT_THAT(plan.output, HasSubstr("\nif a service taught instead (large):\nrows "));
  EXPECT_THAT(plan.output, HasSubstr("\nrequests  5 (protocol span)"));
  EXPECT_THAT(plan.output, ::testing::ContainsRegex(
                               "\ntime +[0-9]+ s / [0-9]+ s / [0-9]+ s \\(low / likely / high\\)"));

  plan = drp({"plan", "r.yaml", "teacher.kind=openai", "teacher.model=large"});
  EXPECT_THAT(plan.output, StartsWith("rows "));
}

TEST_F(Messages, ProblemsGoToStandardOutput) {
  const Outcome shown = drp({"problems", "--count", "5"});
  EXPECT_EQ(shown.code, 0);
  EXPECT_EQ(std::count(shown.output.begin(), shown.output.end(), '\n'), 5);
  EXPECT_EQ(drp({"problems", "-o", "p.jsonl", "--count", "5"}).code, 0);
  EXPECT_EQ(read_file(folder_ / "p.jsonl"), shown.output);
  EXPECT_THAT(drp({"problems"}).errors, HasSubstr("`drp problems --count 5`"));
  EXPECT_EQ(drp({"problems", "--count", "5", "--dry-run"}).code, 2);
}

TEST_F(Messages, AMissingWordComesWithItsChoices) {
  EXPECT_THAT(drp({"docs"}).errors,
              HasSubstr("PAGE is missing, expected one of cli, recipe, formats"));
  EXPECT_THAT(drp({"docs", "recipes"}).errors, HasSubstr("did you mean 'recipe'?"));
  EXPECT_THAT(drp({"config"}).errors, HasSubstr("write `drp config show`"));
  EXPECT_THAT(drp({"config", "r.yaml"}).errors, HasSubstr("'r.yaml', expected show"));
  EXPECT_THAT(drp({"cache"}).errors, HasSubstr("expected one of info, list, export"));
}

TEST_F(Messages, OptionsAreNamedAsTheyWereWritten) {
  write("t.jsonl", kPair);
  const struct {
    std::vector<std::string> options;
    std::string message;
  } rows[] = {
      {{"--teacher", "gpt4"}, "drp: prune: --teacher is 'gpt4', expected one of rules, student"},
      {{"--protocol", "x"}, "drp: prune: --protocol is 'x', expected one of span, paper"},
      {{"--keep-answer-prob", "3"}, "drp: prune: --keep-answer-prob is '3', expected number"},
      {{"--teacher", "local", "--model", "nix"}, "no model 'nix' for --model: "},
      {{"--teacher", "student", "--judge", "nix"}, "(give a path with --model FILE.gguf;"},
      {{"--teacher", "openai"}, "drp: prune: --teacher is openai and --judge/--model is empty"},
      {{"--teacher", "openai", "--model", "m", "--max-usd", "1", "--api-key-env", "none"},
       "(name it in the price file (--prices), or cap with --max-tokens)"},
  };
  for (const auto& row : rows) {
    std::vector<std::string> words = {"prune", "t.jsonl", "-o", "out", "--tokenizer", "none"};
    words.insert(words.end(), row.options.begin(), row.options.end());
    const Outcome outcome = drp(words);
    EXPECT_NE(outcome.code, 0);
    EXPECT_THAT(outcome.errors, HasSubstr(row.message));
    EXPECT_THAT(outcome.errors, Not(HasSubstr("teacher.")));
    EXPECT_THAT(outcome.errors, Not(HasSubstr("student.model")));
  }
  EXPECT_THAT(drp({"prune", "t.jsonl", "-o", "out", "--teacher", "x"}).errors,
              Not(HasSubstr("foreign")));
  EXPECT_THAT(drp({"prune", "t.jsonl", "-o", "out", "--tokenizer", "nix"}).errors,
              HasSubstr("no model 'nix' for --tokenizer: "));
  EXPECT_THAT(drp({"export", "--model", "nix", "--merged", "m.gguf"}).errors,
              HasSubstr("no model 'nix' for --model: "));
}

TEST_F(Messages, AllThatIsMissingIsNamedAtOnce) {
  write("r.yaml",
        "student: {model: nix, adapters: [a.gguf]}\n"
        "problems:\n"
        "  train: {source: file, file: train.jsonl}\n"
        "  test: {source: file}\n"
        "teacher: {kind: openai, model: m, prices: prices.yaml}\n"
        "run: {folder: run}\n");
  for (const char* more : {"--dry-run", "run.seed=1"}) {
    const Outcome all = drp({"run", "r.yaml", more});
    EXPECT_EQ(all.code, 1);
    EXPECT_THAT(all.errors, HasSubstr("warning: no file 'train.jsonl' for problems.train.file ("));
    EXPECT_THAT(all.errors, HasSubstr("warning: problems.test.file is not set"));
    EXPECT_THAT(all.errors, HasSubstr("warning: no model 'nix' for student.model: "));
    EXPECT_THAT(all.errors, HasSubstr("warning: no file 'a.gguf' for student.adapters ("));
    EXPECT_THAT(all.errors, HasSubstr("warning: no file 'prices.yaml' for teacher.prices ("));
    EXPECT_THAT(all.errors, HasSubstr("\ndrp: 5 inputs are missing: problems.train.file, "));
    EXPECT_FALSE(std::filesystem::exists(folder_ / "run"));
  }
  write("test.jsonl", kPair);
  const Outcome one = drp({"problems", "r.yaml", "problems.test.file=test.jsonl"});
  EXPECT_THAT(one.errors, StartsWith("drp: no file 'train.jsonl' for problems.train.file ("))
      << "the model is for later stages";
}

TEST_F(Messages, APooledReportCountsWhatItsRunsCounted) {
  write("t.jsonl", kPair);
  for (const char* folder : {"a", "b"}) {
    EXPECT_EQ(drp({"prune", "t.jsonl", "-o", folder, "--tokenizer", "none"}).code, 0);
  }
  const Outcome pooled = drp({"report", "a", "b", "-o", "pool"});
  EXPECT_EQ(pooled.code, 0) << pooled.errors;
  EXPECT_THAT(read_file(folder_ / "pool/report.json"), HasSubstr(R"("length_unit": "characters")"));
  EXPECT_THAT(read_file(folder_ / "pool/report.md"), Not(HasSubstr("Tokens of a trace")));
  std::string manifest = read_file(folder_ / "b/manifest.json");
  manifest = replace_all(std::move(manifest), "\"characters\"", "\"tokens of m.gguf\"");
  write("b/manifest.json", manifest);
  const Outcome mixed = drp({"report", "a", "b", "-o", "mixed"});
  EXPECT_EQ(mixed.code, 2);
  EXPECT_THAT(mixed.errors, HasSubstr("'a' counts characters, 'b' counts tokens of m.gguf"));
}

TEST_F(Messages, OutputThatCannotBeWrittenIsAnErrorAndAReaderThatLeftIsNone) {
  const auto shell = [&](const std::string& line) {
    return run_process({"sh", "-c", line, DRP_PROGRAM}, "", {.folder = folder_.path()});
  };
  write("t.jsonl", kPair);
  for (const char* words :
       {"--version", "--help", "docs cli", "config show", "problems --count 3",
        "grade --gold 1 --pred 1", "evaluate --traces t.jsonl --count characters"}) {
    const ProcessResult full = shell("\"$0\" " + std::string(words) + " > /dev/full");
    EXPECT_EQ(full.exit_code, 1) << words;
    EXPECT_THAT(full.errors, HasSubstr("drp: cannot write to standard output (")) << words;
  }
  const ProcessResult left =
      shell("{ \"$0\" problems --count 20000; echo $? >&2; } | head -1 > /dev/null");
  EXPECT_EQ(left.errors, "0\n");
}

TEST_F(Messages, AnEmptyCacheIsClearedWithoutAQuestion) {
  const Outcome cleared = drp({"cache", "clear", "--folder", "replies"});
  EXPECT_EQ(cleared.code, 0);
  EXPECT_THAT(cleared.errors, HasSubstr("cache: 0 replies removed"));
}

}  // namespace
}  // namespace drp::cli
