// SPDX-License-Identifier: Apache-2.0
// What a stranger hands over: other kinds of files, folders, data where a recipe is due. Each
// command says what it was given and what to do, and what it advises can be done.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>

#include "base/file.h"
#include "base/process.h"
#include "base/text.h"
#include "llm/scratch_folder.h"

namespace drp::cli {
namespace {

using ::testing::HasSubstr;
using ::testing::StartsWith;

constexpr const char* kTrace =
    R"({"question":"1 + 2?","answer":"3","response":"<think>1 + 2 = 3.</think>The answer is 3."})"
    "\n";

class StrangerFiles : public ::testing::Test {
 protected:
  ProcessResult run(const std::vector<std::string>& command) const {
    return run_process(command, "", {.folder = folder_.path()});
  }
  ProcessResult drp(const std::vector<std::string>& words) const {
    std::vector<std::string> command = {DRP_PROGRAM};
    command.insert(command.end(), words.begin(), words.end());
    return run(command);
  }
  void write(const std::string& name, const std::string& text) const {
    make_folder((folder_ / name).parent_path());
    write_file_atomic(folder_ / name, text);
  }

  llm::ScratchFolder folder_;
};

TEST_F(StrangerFiles, TheAdviceOnACompressedFileCanBeFollowed) {
  write("t.jsonl", kTrace);
  ASSERT_EQ(run({"sh", "-c",
                 "gzip -c t.jsonl > t.jsonl.gz && gzip -c t.jsonl > packed && rm "
                 "t.jsonl"})
                .exit_code,
            0);
  for (const std::string name : {"t.jsonl.gz", "packed"}) {
    for (const std::vector<std::string>& command : std::vector<std::vector<std::string>>{
             {"prune", name, "-o", "out"}, {"evaluate", "--traces", name}, {"grade", name}}) {
      const ProcessResult result = drp(command);
      EXPECT_EQ(result.exit_code, 2);
      EXPECT_THAT(result.errors, StartsWith("drp: " + name + ": this is a gzip file (unpack it "));
      const std::size_t at = result.errors.find("gunzip");
      ASSERT_NE(at, std::string::npos);
      const std::string advice = result.errors.substr(at, result.errors.rfind(')') - at);
      EXPECT_EQ(run({"sh", "-c", advice + " && rm -f t.jsonl"}).exit_code, 0) << advice;
    }
  }
  EXPECT_EQ(read_file(folder_ / "packed.unpacked"), kTrace);
}

TEST_F(StrangerFiles, SeparatorsOfATableAreRecognised) {
  write("semicolon.csv", "question;answer;response\n1 + 2?;3;1, 2, then 3\n");
  write("tab.csv", "question\tanswer\tresponse\n1 + 2?\t3\t1, 2, then 3\n");
  EXPECT_THAT(drp({"prune", "semicolon.csv", "-o", "out"}).errors, HasSubstr("by semicolons"));
  EXPECT_THAT(drp({"prune", "tab.csv", "-o", "out"}).errors, HasSubstr("let its name end in .tsv"));
}

TEST_F(StrangerFiles, DataIsNoRecipeForAnyCommand) {
  write("t.jsonl", kTrace);
  for (const std::vector<std::string>& command :
       std::vector<std::vector<std::string>>{{"run", "t.jsonl"},
                                             {"ablate", "t.jsonl"},
                                             {"plan", "t.jsonl"},
                                             {"ask", "t.jsonl", "Why?"},
                                             {"config", "show", "t.jsonl"},
                                             {"sample", "t.jsonl"},
                                             {"prune", "t.jsonl", "--explain", "1"}}) {
    const ProcessResult result = drp(command);
    EXPECT_EQ(result.exit_code, 2) << command[0];
    EXPECT_THAT(result.errors, StartsWith("drp: 't.jsonl' is no recipe")) << command[0];
  }
  write("runs/a/recipe.yaml", "run: {seed: 1}\n");
  for (const char* command : {"run", "plan", "ablate", "curate"}) {
    EXPECT_THAT(drp({command, "runs/a"}).errors,
                HasSubstr("is a folder, and a recipe is a YAML file (its recipe is runs/a/recipe"));
  }
}

TEST_F(StrangerFiles, AFolderIsNoGguf) {
  write("hf/config.json", "{}");
  write("t.jsonl", kTrace);
  for (const std::vector<std::string>& command : std::vector<std::vector<std::string>>{
           {"train", "t.jsonl", "-o", "out", "student.model=hf"},
           {"export", "--model", "hf", "--merged", "m.gguf"},
           {"prune", "t.jsonl", "-o", "out", "--tokenizer", "hf"}}) {
    const ProcessResult result = drp(command);
    EXPECT_EQ(result.exit_code, 2);
    EXPECT_THAT(result.errors, HasSubstr("is a folder, no GGUF (make one of a Hugging Face folder: "
                                         "drp import hf -o model.gguf)"));
  }
}

TEST_F(StrangerFiles, AFolderOfResponsesIsPooled) {
  write("a/1.jsonl", kTrace);
  write("a/2.jsonl", replace_all(kTrace, "1 + 2", "2 + 1"));
  write("a/notes.txt", "x");
  write("b.jsonl", std::string(kTrace) + replace_all(kTrace, "1 + 2", "2 + 1"));
  const ProcessResult result =
      drp({"evaluate", "--count", "characters", "--traces", "a", "b.jsonl", "-o", "eval"});
  EXPECT_EQ(result.exit_code, 0) << result.errors;
  EXPECT_THAT(result.output, ::testing::ContainsRegex("\na +2 +2 +100.0"));
  EXPECT_THAT(result.output, ::testing::ContainsRegex("\nb +2 +2 +100.0"));

  const ProcessResult compared = drp({"compare", "x=a", "x=b.jsonl", "--count", "characters"});
  EXPECT_EQ(compared.exit_code, 0) << compared.errors;
  EXPECT_THAT(compared.output, StartsWith("From x (1) to x (2), "));
  EXPECT_THAT(compared.output, HasSubstr("n = 2"));
  make_folder(folder_ / "none");
  EXPECT_THAT(drp({"evaluate", "--traces", "none"}).errors, HasSubstr("it is empty"));
}

TEST_F(StrangerFiles, AFolderOfProblemsIsNamedByItsKey) {
  write("set/1.jsonl", kTrace);
  write("r.yaml", "problems: {train: {source: file, file: set}}\nrun: {folder: run}\n");
  for (const char* command : {"run", "problems", "ablate"}) {
    const ProcessResult result = drp({command, "r.yaml"});
    EXPECT_EQ(result.exit_code, 2);
    EXPECT_THAT(result.errors, HasSubstr("set' for problems.train.file is a folder (name a JSONL"));
  }
}

TEST_F(StrangerFiles, ABenchmarkThatIsNotHereIsDescribedAsTheCommandHasIt) {
  write("t.jsonl", kTrace);
  write("r.yaml", "problems: {train: {source: gsm8k}}\nrun: {folder: run}\n");
  const std::vector<std::string> nowhere = {"env", "-u", "DRP_DATA", "HF_HUB_CACHE=hub",
                                            DRP_PROGRAM};
  const auto nothing_there = [&](std::vector<std::string> words) {
    words.insert(words.begin(), nowhere.begin(), nowhere.end());
    return run(words).errors;
  };
  const std::string recipe = nothing_there({"problems", "r.yaml"});
  EXPECT_THAT(recipe, HasSubstr("looked in DRP_DATA, which is not set, and hub (get it from "));
  EXPECT_THAT(recipe, HasSubstr("test.jsonl and train.jsonl, as JSONL"));
  EXPECT_THAT(recipe, HasSubstr("or set problems.train.file to its path)"));
  const std::string traces =
      nothing_there({"evaluate", "--traces", "t.jsonl", "--benchmark", "gsm8k"});
  EXPECT_THAT(traces, HasSubstr("test.jsonl and train.jsonl, as JSONL"));
  EXPECT_THAT(traces, HasSubstr("or give it with --problems FILE)"));
}

TEST_F(StrangerFiles, AnEmptyQuestionIsNone) {
  const ProcessResult result = drp({"ask", "r.yaml", " "});
  EXPECT_EQ(result.exit_code, 2);
  EXPECT_THAT(result.errors, StartsWith("drp: ask: QUESTION is empty"));
}

TEST_F(StrangerFiles, TracesGivenToGradeAreSentToEvaluate) {
  write("t.jsonl", kTrace);
  EXPECT_THAT(drp({"grade", "t.jsonl"}).errors, HasSubstr("`drp evaluate --traces FILE` grades"));
}

TEST_F(StrangerFiles, APlanLooksForItsFilesFirst) {
  write("r.yaml", "problems: {train: {count: 5}}\nrun: {folder: run}\n");
  const ProcessResult result =
      drp({"plan", "r.yaml", "--model", "m", "--prices", "p.yaml", "--tokenizer", "nix"});
  EXPECT_EQ(result.exit_code, 1);
  EXPECT_EQ(result.output, "");
  EXPECT_THAT(result.errors, HasSubstr("2 inputs are missing: --prices, --tokenizer ("));
}

TEST_F(StrangerFiles, ARecipeIsNoDataForAnyCommand) {
  write("r.yaml", "run: {folder: run}\n");
  write("t.jsonl", kTrace);
  for (const std::vector<std::string>& command :
       std::vector<std::vector<std::string>>{{"prune", "r.yaml", "-o", "out"},
                                             {"train", "r.yaml", "-o", "out"},
                                             {"evaluate", "--traces", "r.yaml"},
                                             {"report", "r.yaml", "-o", "out"},
                                             {"compare", "r.yaml", "t.jsonl"},
                                             {"new-student", "r.yaml", "-o", "n.gguf"}}) {
    const ProcessResult result = drp(command);
    EXPECT_EQ(result.exit_code, 2) << command[0];
    EXPECT_THAT(result.errors, StartsWith("drp: " + command[0] + ": 'r.yaml' is a recipe, and "));
  }
}

TEST_F(StrangerFiles, ExamplesOfOtherColumnsTrain) {
  write("x.jsonl", replace_all(replace_all(kTrace, "question", "q"), "response", "raw"));
  EXPECT_THAT(drp({"new-student", "x.jsonl", "-o", "n.gguf"}).errors,
              HasSubstr("(name it with --column response=NAME)"));
  const ProcessResult made =
      drp({"new-student", "--column", "question=q,response=raw", "x.jsonl", "-o", "n.gguf"});
  ASSERT_EQ(made.exit_code, 0) << made.errors;
  const std::string model = "student.model=" + (folder_ / "n.gguf").string();
  EXPECT_THAT(drp({"train", "r.yaml", "--column", "a=b"}).errors,
              HasSubstr("train: --column is for examples with -o, and this is a recipe"));
  EXPECT_THAT(drp({"train", "x.jsonl", "-o", "out", model, "sample.samples=2"}).errors,
              HasSubstr("train: sample.samples is for a recipe, and -o says"));
#ifdef DRP_HAVE_LLAMA
  EXPECT_EQ(drp({"train", "x.jsonl", "--show-masks", "1", model}).exit_code, 2);
  const ProcessResult shown =
      drp({"train", "--column", "question=q,response=raw", "x.jsonl", "--show-masks", "1", model});
  EXPECT_EQ(shown.exit_code, 0) << shown.errors;
  EXPECT_THAT(shown.output, HasSubstr("1 + 2?"));
#endif
}

}  // namespace
}  // namespace drp::cli
