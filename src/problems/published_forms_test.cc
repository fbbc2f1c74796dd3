// SPDX-License-Identifier: Apache-2.0
// One row of each benchmark, written for this test in the form in which its publisher's file has
// it; and what is said where the file is missing.
#include <gmock/gmock.h>

#include "base/error.h"
#include "base/file.h"
#include "problems/presets.h"

namespace drp::problems {
namespace {

using testing::HasSubstr;
namespace fs = std::filesystem;

struct Published {
  const char* preset;
  const char* file;  // below the folder of data
  const char* content;
  const char* question;  // a part of it
  const char* answer;
  const char* domain;
  const char* id;  // empty: made here
};

constexpr Published kRows[] = {
    {"gsm8k", "gsm8k/test.jsonl",
     R"({"question": "Ola buys 3 bags with 40 nails each. How many nails is that?", "answer": )"
     R"("Each bag has 40 nails, so 3 bags have 3*40=<<3*40=120>>120 nails.\n#### 120"})"
     "\n",
     "How many nails", "120", "math", ""},
    {"svamp", "svamp/SVAMP.json",
     "[\n  {\n    \"ID\": \"chal-7\",\n    \"Body\": \"Tove had 8 ropes and 15 hooks. She sold 3 "
     "ropes\",\n    \"Question\": \"How many ropes are left?\",\n    \"Equation\": \"( 8.0 - 3.0 "
     ")\",\n    \"Answer\": 5.0,\n    \"Type\": \"Subtraction\"\n  }\n]\n",
     "sold 3 ropes How many ropes", "5.0", "math", "chal-7"},
    {"asdiv", "asdiv/test.jsonl",
     R"({"body": "Four red and two green pears are in a bowl.", "question": "How many pears )"
     R"x(are there?", "solution_type": "Addition", "answer": "6 (pears)", "formula": "4+2=6"})x"
     "\n",
     "How many pears", "6", "math", ""},
    {"math500", "math500/test.jsonl",
     R"({"problem": "Compute $\\tfrac{3}{4} - \\tfrac14$.", "solution": "It is )"
     R"($\\boxed{\\frac{1}{2}}$.", "answer": "\\frac{1}{2}", "subject": "Prealgebra", "level": )"
     R"(1, "unique_id": "test/prealgebra/9001.json"})"
     "\n",
     "tfrac14", "\\frac{1}{2}", "math", "test/prealgebra/9001.json"},
    {"aime24", "aime24/test.jsonl",
     R"({"id": 60, "problem": "Find the least $n$ such that $5n$ is a square.", "solution": )"
     R"("It is $\\boxed{005}$.", "answer": "005", "url": "https://example.org/60"})"
     "\n",
     "least $n$", "005", "math", "60"},
    {"aime25", "aime25/test.jsonl",
     R"({"problem": "Find the sum of all digits of $10^{6}-1$.", "answer": "54", "id": "3"})"
     "\n",
     "sum of all digits", "54", "math", "3"},
    {"amc23", "amc23/test.jsonl",
     R"({"id": 4, "problem": "How many primes are below 100?", "answer": 25.0, "url": )"
     R"("https://example.org/4"})"
     "\n",
     "How many primes", "25.0", "math", "4"},
    {"amc22-23", "amc22-23/test.jsonl",
     R"({"id": 17, "problem": "How many edges has a cube?", "answer": 12.0, "url": )"
     R"("https://example.org/17"})"
     "\n",
     "How many edges", "12.0", "math", "17"},
    {"gpqa", "gpqa/gpqa_diamond.csv",
     "Pre-Revision Question,Question,Correct Answer,Incorrect Answer 1,Incorrect Answer "
     "2,Incorrect "
     "Answer 3,Explanation,Subdomain,Record ID\n"
     "old,\"Which gas, at 1 bar,\nis the lightest?\",hydrogen,helium,\"neon, or "
     "argon\",\"\"\"air\"\"\",because,Chemistry,rec0001\n",
     "\"air\"", "", "choice", "rec0001"},
    {"mmlu", "mmlu/test.jsonl",
     R"({"question": "Which number is even?", "subject": "elementary_mathematics", "choices": )"
     R"(["3", "5", "8", "9"], "answer": 2})"
     "\n",
     "C) 8", "C", "choice", ""},
    {"aqua", "aqua/test.jsonl",
     R"({"question": "A train goes 60 km in 45 minutes. How fast is it?", "options": ["A)60 )"
     R"(km/h", "B)75 km/h", "C)80 km/h", "D)90 km/h", "E)45 km/h"], "rationale": "60/0.75", )"
     R"("correct": "C"})"
     "\n",
     "80 km/h", "C", "choice", ""},
    {"csqa", "csqa/dev.jsonl",
     R"({"answerKey": "B", "id": "0f1e", "question": {"question_concept": "boat", "choices": )"
     R"([{"label": "A", "text": "tree"}, {"label": "B", "text": "lake"}], "stem": "Where would )"
     R"(you row a boat?"}})"
     "\n",
     "B) lake", "B", "choice", "0f1e"},
    {"humaneval", "humaneval/HumanEval.jsonl",
     R"({"task_id": "HumanEval/900", "prompt": "def twice(x):\n    \"\"\"Twice x.\"\"\"\n", )"
     R"("entry_point": "twice", "canonical_solution": "    return 2 * x\n", "test": "def )"
     R"(check(candidate):\n    assert candidate(2) == 4\n"})"
     "\n",
     "def twice", "\"entry_point\":\"twice\"", "code", "HumanEval/900"},
    {"mbpp", "mbpp/mbpp.jsonl",
     R"({"text": "Write a function to halve a number.", "code": "def halve(x): return x / 2", )"
     R"("task_id": 911, "test_setup_code": "", "test_list": ["assert halve(4) == 2"], )"
     R"("challenge_test_list": []})"
     "\n",
     "assert halve(4) == 2", "assert halve(4) == 2", "code", "911"},
    {"mbpp", "mbpp/sanitized-mbpp.json",
     R"([{"source_file": "a", "task_id": 912, "prompt": "Write a function to double a number.",)"
     R"( "code": "x", "test_imports": ["import math"], "test_list": ["assert double(4) == 8"]}])"
     "\n",
     "double a number", "import math\nassert double(4) == 8", "code", "912"},
};

class PublishedForm : public testing::TestWithParam<Published> {};

TEST_P(PublishedForm, IsRead) {
  const Published& row = GetParam();
  const fs::path data = fs::path(testing::TempDir()) / "published_forms";
  fs::remove_all(data);
  make_folder((data / row.file).parent_path());
  write_file_atomic(data / row.file, row.content);
  const Preset& preset = find_preset(row.preset);
  const fs::path file = find_benchmark(preset, "test", "", {.data = data});
  EXPECT_EQ(file, data / row.file);
  const auto problems = read_problems(file, preset.options);
  ASSERT_EQ(problems.size(), 1U);
  const Problem& problem = problems.front();
  EXPECT_THAT(problem.question, HasSubstr(row.question));
  EXPECT_THAT(problem.answer, HasSubstr(row.answer));
  if (std::string_view(row.domain) == "math") {
    EXPECT_EQ(problem.answer, row.answer);
  }
  EXPECT_EQ(problem.domain, row.domain);
  EXPECT_FALSE(problem.id.empty());
  if (*row.id != '\0') {
    EXPECT_EQ(problem.id, row.id);
  }
}

INSTANTIATE_TEST_SUITE_P(Benchmarks, PublishedForm, testing::ValuesIn(kRows),
                         [](const auto& param) {
                           std::string name = param.param.preset;
                           std::erase_if(name, [](char c) { return c == '-'; });
                           return name + std::to_string(param.index);
                         });

TEST(MissingBenchmark, EachSaysWhereToGetItAndInWhichFormat) {
  const fs::path empty = fs::path(testing::TempDir()) / "no_benchmarks";
  make_folder(empty);
  for (const Preset& preset : presets()) {
    try {
      find_benchmark(preset, "test", "", {.data = empty});
      ADD_FAILURE() << preset.name;
    } catch (const Error& error) {
      EXPECT_EQ(error.kind(), ErrorKind::kIo) << preset.name;
      EXPECT_THAT(error.what(), HasSubstr("'" + preset.name + "'"));
      EXPECT_THAT(error.hint(), HasSubstr(preset.source)) << preset.name;
      // A place, and the columns of a file of some format.
      EXPECT_THAT(preset.source, testing::ContainsRegex("github.com/|huggingface.co/|any JSONL|"
                                                        "CommonsenseQA"))
          << preset.name;
      EXPECT_THAT(preset.source, testing::ContainsRegex("JSON|\\.csv with|unpacked: "))
          << preset.name;
      EXPECT_THAT(preset.source, testing::ContainsRegex("question|Question|problem|prompt|input|"
                                                        "quiz|task_id"))
          << preset.name;
    }
  }
}

}  // namespace
}  // namespace drp::problems
