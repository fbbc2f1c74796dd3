// SPDX-License-Identifier: Apache-2.0
#include "problems/presets.h"

#include <gmock/gmock.h>

#include <nlohmann/json.hpp>
#include <set>

#include "base/file.h"
#include "base/text.h"

namespace drp::problems {
namespace {

using testing::EndsWith;
using testing::HasSubstr;
namespace fs = std::filesystem;

fs::path fresh_folder(const std::string& name) {
  const fs::path folder = fs::path(testing::TempDir()) / ("presets_" + name);
  fs::remove_all(folder);
  make_folder(folder);
  return folder;
}

fs::path put(const fs::path& file, const std::string& content) {
  make_folder(file.parent_path());
  write_file_atomic(file, content);
  return file;
}

Problem only_problem(const std::string& preset, const std::string& line) {
  const fs::path file = put(fresh_folder("row") / "rows.jsonl", line + "\n");
  const auto problems = read_problems(file, find_preset(preset).options);
  EXPECT_EQ(problems.size(), 1U);
  return problems.front();
}

TEST(Presets, HumanEvalReferencesAreCalled) {
  const Problem problem =
      only_problem("humaneval", R"({"task_id":"T/0","prompt":"def one():\n","entry_point":"one",)"
                                R"("test":"def check(f):\n  assert f() == 1\n",)"
                                R"("canonical_solution":"  return 1\n"})");
  EXPECT_EQ(problem.domain, "code");
  EXPECT_EQ(problem.question, "def one():\n");
  const auto gold = nlohmann::json::parse(problem.answer);
  EXPECT_EQ(gold["entry_point"], "one");
  EXPECT_EQ(gold["prompt"], "def one():\n");
  EXPECT_THAT(gold["test"].get<std::string>(), HasSubstr("def check"));
}

TEST(Presets, MbppShowsItsTestsAndIsJudgedByThem) {
  const Problem problem =
      only_problem("mbpp", R"({"task_id":11,"text":"Write a function that doubles.","code":"x",)"
                           R"("test_list":["assert double(2) == 4","assert double(0) == 0"],)"
                           R"("test_setup_code":"import math"})");
  EXPECT_EQ(problem.domain, "code");
  EXPECT_EQ(problem.id, "11");
  EXPECT_EQ(problem.answer, "import math\nassert double(2) == 4\nassert double(0) == 0");
  EXPECT_THAT(problem.question, HasSubstr("doubles.\nYour function must pass"));
  EXPECT_THAT(problem.question, HasSubstr("assert double(2) == 4"));
}

TEST(Presets, GpqaOrderDependsOnTheQuestionAlone) {
  const auto line = [](const std::string& question) {
    return R"({"Record ID":"r","Question":")" + question +
           R"(","Correct Answer":"right","Incorrect Answer 1":"x","Incorrect Answer 2":"y",)"
           R"("Incorrect Answer 3":"z"})";
  };
  std::set<std::string> letters;
  for (int i = 0; i < 40; ++i) {
    const std::string question = "question " + std::to_string(i);
    const Problem problem = only_problem("gpqa", line(question));
    EXPECT_EQ(problem.domain, "choice");
    ASSERT_THAT(problem.answer, testing::MatchesRegex("[A-D]"));
    EXPECT_THAT(problem.question, HasSubstr(problem.answer + ") right"));
    EXPECT_EQ(only_problem("gpqa", line(question)), problem);
    letters.insert(problem.answer);
  }
  EXPECT_EQ(letters.size(), 4U);
}

TEST(Presets, AsdivUnitsAreDropped) {
  const Problem problem =
      only_problem("asdiv", R"({"body":"Seven red apples and two green apples are in the basket.",)"
                            R"x("question":"How many apples?","answer":"9 (apples)",)x"
                            R"("solution_type":"Addition"})");
  EXPECT_EQ(problem.answer, "9");
  EXPECT_EQ(problem.tags.at("solution_type"), "Addition");
  EXPECT_THAT(problem.question, EndsWith("basket. How many apples?"));
}

TEST(Presets, MmluAnswersAreLetters) {
  const Problem problem =
      only_problem("mmlu", R"({"question":"Two and two?","choices":["three","four","five","six"],)"
                           R"("answer":1,"subject":"arithmetic"})");
  EXPECT_EQ(problem.answer, "B");
}

TEST(Presets, SayWhereTheyComeFrom) {
  std::set<std::string> names;
  for (const Preset& preset : presets()) {
    EXPECT_TRUE(names.insert(preset.name).second) << preset.name;
    EXPECT_FALSE(preset.source.empty()) << preset.name;
    EXPECT_FALSE(preset.files.empty()) << preset.name;
    EXPECT_THAT(preset.prompt, HasSubstr("{question}")) << preset.name;
    EXPECT_GE(preset.samples, 1);
  }
}

TEST(Profiles, AreThoseOfThePapers) {
  const Profile& paper = find_profile("paper");
  EXPECT_EQ(paper.temperature, 0);
  EXPECT_EQ(paper.tokens_max, 12'000);
  EXPECT_FALSE(paper.many_samples);
  const Profile& r1 = find_profile("r1");
  EXPECT_EQ(r1.temperature, 0.6);
  EXPECT_EQ(r1.top_p, 0.95);
  EXPECT_EQ(r1.tokens_max, 32'768);
  EXPECT_EQ(r1.response_prefix, "<think>\n");
  EXPECT_EQ(profile_prompt(paper, find_preset("gsm8k")),
            "Q: {question}\nA: Let's think step by step.");
  EXPECT_THAT(profile_prompt(r1, find_preset("gsm8k")), EndsWith("within \\boxed{}."));
  EXPECT_THROW(find_profile("r2"), Error);
}

TEST(FindBenchmark, LooksBelowTheDataFolder) {
  const fs::path data = fresh_folder("data");
  const fs::path test = put(data / "gsm8k/test.jsonl", "{}\n");
  const fs::path train = put(data / "gsm8k/train.jsonl", "{}\n");
  const fs::path plain = put(data / "aime24.jsonl", "{}\n");
  const DataPlaces places = {.data = data};
  EXPECT_EQ(find_benchmark(find_preset("gsm8k"), "test", "", places), test);
  EXPECT_EQ(find_benchmark(find_preset("gsm8k"), "train", "", places), train);
  EXPECT_EQ(find_benchmark(find_preset("aime24"), "test", "", places), plain);
  EXPECT_EQ(find_benchmark(find_preset("gsm8k"), "test", data / "gsm8k", {}), test);
  EXPECT_EQ(find_benchmark(find_preset("gsm8k"), "test", plain, {}), plain) << "a file is itself";
}

TEST(FindBenchmark, LooksIntoTheHubsCache) {
  const fs::path hub = fresh_folder("hub");
  const fs::path set = hub / "datasets--HuggingFaceH4--MATH-500";
  put(set / "snapshots/aaa/test.jsonl", "{}\n");
  const fs::path current = put(set / "snapshots/bbb/test.jsonl", "{}\n");
  put(set / "snapshots/ccc/test.jsonl", "{}\n");
  put(set / "refs/main", "bbb");
  EXPECT_EQ(find_benchmark(find_preset("math500"), "test", "", {.hub = hub}), current);
  const fs::path gpqa = hub / "datasets--Idavidrein--gpqa/snapshots/a";
  put(gpqa / "gpqa_main.csv", "x\n");
  const fs::path diamond = put(gpqa / "gpqa_diamond.csv", "x\n");
  EXPECT_EQ(find_benchmark(find_preset("gpqa"), "test", "", {.hub = hub}), diamond);
}

TEST(FindBenchmark, SaysWhereToGetWhatIsMissing) {
  const fs::path hub = fresh_folder("empty_hub");
  try {
    find_benchmark(find_preset("math500"), "test", "", {.hub = hub});
    FAIL();
  } catch (const Error& error) {
    EXPECT_EQ(error.kind(), ErrorKind::kIo);
    EXPECT_THAT(error.what(), HasSubstr("no test file of benchmark 'math500'; looked in DRP_DATA, "
                                        "which is not set"));
    EXPECT_THAT(error.hint(), HasSubstr("huggingface.co/datasets/HuggingFaceH4/MATH-500"));
    EXPECT_THAT(error.hint(), HasSubstr("JSONL"));
    EXPECT_THAT(error.hint(), HasSubstr("problems.test.file"));
  }
  put(hub / "datasets--openai--gsm8k/snapshots/a/main/test-00000-of-00001.parquet", "PAR1");
  try {
    find_benchmark(find_preset("gsm8k"), "test", "", {.hub = hub});
    FAIL();
  } catch (const Error& error) {
    EXPECT_THAT(error.hint(), HasSubstr("the cache holds Parquet only"));
  }
}

TEST(FindBenchmark, FindsTheSetsAtHand) {
  const fs::path folder = DRP_DATA_DIR;
  if (!fs::exists(folder)) GTEST_SKIP() << "no shared data folder beside the project";
  for (const char* name : {"gsm8k", "math500", "aime24", "aime25", "amc23", "svamp", "aqua", "csqa",
                           "bbh", "knights", "humaneval", "mawps"}) {
    const Preset& preset = find_preset(name);
    const fs::path file = find_benchmark(preset, "test", "", {.data = folder});
    const auto problems = read_problems(file, preset.options);
    if (preset.problems > 0) {
      EXPECT_EQ(static_cast<std::int64_t>(problems.size()), preset.problems) << name;
    }
    for (const Problem& problem : problems) {
      EXPECT_FALSE(trim(problem.question).empty()) << name;
      EXPECT_FALSE(trim(problem.answer).empty()) << name;
    }
  }
}

}  // namespace
}  // namespace drp::problems
