// SPDX-License-Identifier: Apache-2.0
#include "problems/read_problems.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>

#include "problems/gold.h"
#include "problems/json_rows.h"
#include "problems/presets.h"
#include "records/json_line.h"

namespace drp::problems {
namespace {

using testing::HasSubstr;

std::string write(const std::string& name, const std::string& content) {
  const std::string path = testing::TempDir() + "/" + name;
  std::ofstream(path, std::ios::binary) << content;
  return path;
}

struct Case {
  const char* name;
  const char* file;
  std::string content;
  const char* question;
  const char* answer;
  const char* domain = "math";
};

const Case kReadable[] = {
    {"plain", "a.jsonl", R"({"question":"Q","answer":"7"})", "Q", "7"},
    {"problem and solution", "a.jsonl", R"({"problem":"Q","solution":"so \\boxed{x^{2}}."})", "Q",
     "x^{2}"},
    {"answer before solution", "a.jsonl", R"({"problem":"Q","solution":"long","answer":"3"})", "Q",
     "3"},
    {"null answer gives way", "a.jsonl", R"({"problem":"Q","answer":null,"solution":"\\boxed{3}"})",
     "Q", "3"},
    {"prompt", "a.jsonl", R"({"prompt":"Q","expected_answer":"7"})", "Q", "7"},
    {"instruction", "a.jsonl", R"({"instruction":"Q","ground_truth":"7"})", "Q", "7"},
    {"blank in a name", "a.jsonl", R"({"question":"Q","ground truth":"7"})", "Q", "7"},
    {"upper case", "a.jsonl", R"({"Question":"Q","Answer":"7"})", "Q", "7"},
    {"gold", "a.jsonl", R"({"question":"Q","gold":"7"})", "Q", "7"},
    {"hashes", "a.jsonl", R"({"question":"Q","answer":"2+5=<<2+5=7>>7\n#### 130,000"})", "Q",
     "130,000"},
    {"whole number", "a.jsonl", R"({"question":"Q","answer":18})", "Q", "18"},
    {"fraction as written", "a.jsonl", R"({"question":"Q","answer":27.0})", "Q", "27.0"},
    {"exponent as written", "a.jsonl", R"({"question":"Q","answer":1e3})", "Q", "1e3"},
    {"digits beyond 64 bits", "a.jsonl",
     R"({"question":"Q","answer":123456789012345678901234567890})", "Q",
     "123456789012345678901234567890"},
    {"truth value", "a.jsonl", R"({"question":"Q","answer":true})", "Q", "true"},
    {"one-element list", "a.jsonl", R"({"question":"Q","answer":["x"]})", "Q", "x"},
    {"lone surrogate", "a.jsonl", "{\"question\":\"Q\\ud83c\",\"answer\":\"7\"}", "Q\xEF\xBF\xBD",
     "7"},
    {"surrogate pair", "a.jsonl", "{\"question\":\"Q\\ud83d\\ude00\",\"answer\":\"7\"}",
     "Q\xF0\x9F\x98\x80", "7"},
    {"byte order mark", "a.jsonl", "\xEF\xBB\xBF{\"question\":\"Q\",\"answer\":\"7\"}\r\n", "Q",
     "7"},
    {"separator U+2028 ends no line", "a.jsonl",
     "{\"question\":\"a\xE2\x80\xA8z\",\"answer\":\"7\"}", "a\xE2\x80\xA8z", "7"},
    {"array", "a.json", "[\n {\"question\":\"Q\",\"answer\":\"7\"}\n]", "Q", "7"},
    {"object with rows", "a.json", "{\n\"data\":[{\"question\":\"Q\",\"answer\":7}]}", "Q", "7"},
    {"lines under a JSON name", "a.json", "{\"question\":\"Q\",\"answer\":\"7\"}\n", "Q", "7"},
    {"CSV", "a.csv", "id,question,answer\n1,\"Q, \"\"two\"\"\nlines\",18\n", "Q, \"two\"\nlines",
     "18"},
    {"CSV by content", "a.txt", "question,answer\nQ,7\n", "Q", "7"},
    {"TSV", "a.tsv", "question\tanswer\nQ\t7\n", "Q", "7"},
    {"choices as a list", "a.jsonl", R"({"question":"Q","choices":["cat","dog"],"answer":1})",
     "Q\n\nA) cat\nB) dog", "B", "choice"},
    {"labelled choices", "a.jsonl", R"({"question":"Q","options":["A)cat","B)dog"],"answer":"A"})",
     "Q\n\nA) cat\nB) dog", "A", "choice"},
    {"lists of labels and texts", "a.jsonl",
     R"({"question":"Q","choices":{"label":["A","B"],"text":["cat","dog"]},"answerKey":"B"})",
     "Q\n\nA) cat\nB) dog", "B", "choice"},
    {"answer by text", "a.jsonl",
     R"({"question":"Q","choices":{"A":"cat","B":"dog"},"answer":"dog"})", "Q\n\nA) cat\nB) dog",
     "B", "choice"},
    {"question object", "a.jsonl",
     R"({"question":{"stem":"Q","choices":[{"label":"A","text":"cat"},{"label":"B","text":"dog"}])"
     R"(},"answerKey":"A"})",
     "Q\n\nA) cat\nB) dog", "A", "choice"},
    {"own domain", "a.jsonl", R"({"question":"Q","answer":"7","domain":"text"})", "Q", "7", "text"},
    {"foreign domain", "a.jsonl", R"({"question":"Q","answer":"7","domain":"algebra"})", "Q", "7",
     "math"},
};

TEST(ReadProblems, FindsColumnsByTheirUsualNames) {
  for (const Case& row : kReadable) {
    const auto problems = read_problems(write(row.file, row.content));
    ASSERT_EQ(problems.size(), 1U) << row.name;
    EXPECT_EQ(problems[0].question, row.question) << row.name;
    EXPECT_EQ(problems[0].answer, row.answer) << row.name;
    EXPECT_EQ(problems[0].domain, row.domain) << row.name;
    EXPECT_FALSE(problems[0].id.empty()) << row.name;
  }
}

const std::string kGood = "{\"question\":\"Q\",\"answer\":\"7\"}\n";

struct BadCase {
  const char* name;
  const char* file;
  std::string content;
  std::vector<const char*> message;
  const char* hint = "";
  ReadOptions options = {};
};

const BadCase kRefused[] = {
    {"unreadable line",
     "b.jsonl",
     kGood + "{\"question\": oops}\n",
     {"b.jsonl:2", "not a JSON object"},
     "each line"},
    {"cut-off line", "b.jsonl", kGood + "{\"question\":\"Q\",\"ans", {"b.jsonl:2"}, "cut off"},
    {"a number for a row", "b.jsonl", kGood + "5\n", {"b.jsonl:2"}},
    {"no question",
     "b.jsonl",
     "{\"quastion\":\"Q\",\"answer\":\"7\"}\n",
     {"b.jsonl:1", "no question column", "found quastion, answer", "problem"},
     "question=quastion"},
    {"no answer",
     "b.jsonl",
     "{\"question\":\"Q\"}\n",
     {"b.jsonl:1", "no answer column", "expected_answer"}},
    {"empty answer",
     "b.jsonl",
     kGood + "{\"question\":\"Q\",\"answer\":\"\"}\n",
     {"b.jsonl:2", "the answer is empty"}},
    {"null answer",
     "b.jsonl",
     "{\"question\":\"Q\",\"answer\":null}\n",
     {"b.jsonl:1", "the answer is empty"}},
    {"nothing after the hashes",
     "b.jsonl",
     "{\"question\":\"Q\",\"answer\":\"so ####\"}\n",
     {"b.jsonl:1", "empty"}},
    {"empty file", "b.jsonl", "", {"b.jsonl: the file is empty"}, "a row for each line"},
    {"blank lines", "b.csv", "\n\n", {"b.csv: the file is empty"}},
    {"empty array",
     "b.json",
     "[]",
     {"b.json: no problems"},
     "question (question, problem, prompt, instruction, query, ...) and answer (answer,"},
    {"header alone", "b.csv", "question,answer\n", {"b.csv: no rows", "question, answer"}},
    {"plain text", "b.txt", "Some words.\n", {"taken for CSV", "b.txt: no rows", "Some words."}},
    {"broken array",
     "b.json",
     "[{\"question\":\"Q\",\n\"answer\":}]",
     {"b.json:2", "not valid JSON"}},
    {"array of numbers", "b.json", "[1]", {"b.json: row 1"}},
    {"broken quote", "b.csv", "question,answer\n\"Q,7\n", {"b.csv:2", "never closes"}},
    {"mapped column missing",
     "b.jsonl",
     kGood,
     {"no column 'questoin' for the question: found "},
     "question=question",
     {.columns = {{"question", "questoin"}}}},
    {"unknown part",
     "b.jsonl",
     kGood,
     {"'quesion' is not a part"},
     "question",
     {.columns = {{"quesion", "x"}}}},
    {"tag missing", "b.jsonl", kGood, {"no column 'anwser'"}, "'answer'", {.tags = {"anwser"}}},
    {"unknown domain", "b.jsonl", kGood, {"domain 'maths'"}, "'math'", {.domain = "maths"}},
    {"deep nesting", "b.jsonl", std::string(5000, '[') + std::string(5000, ']'), {"b.jsonl:1"}},
    {"Parquet", "b.parquet", "PAR1", {"b.parquet: this is a Parquet file"}, "read_parquet"},
    {"Parquet by its content",
     "b.jsonl",
     "PAR1\x15",
     {"b.jsonl: this is a Parquet"},
     "b.jsonl.jsonl"},
    {"gzip", "b.jsonl.gz", "\x1F\x8B\x08", {"this is a gzip file"}, "gunzip -k "},
    {"zstd", "b.zst", "\x28\xB5\x2F\xFD", {"this is a zstd file"}, "unzstd "},
    {"a spreadsheet", "b.xlsx", "PK\x03\x04", {"spreadsheet"}, "as CSV"},
    {"UTF-16", "b.csv", "\xFF\xFEq", {"text in UTF-16"}, "iconv"},
    {"binary data", "b.bin", std::string("ab\0cd", 5), {"b.bin: this is binary data"}, "JSONL"},
};

TEST(ReadProblems, RefusesWithPlaceAndNextStep) {
  for (const BadCase& row : kRefused) {
    try {
      read_problems(write(row.file, row.content), row.options);
      FAIL() << row.name;
    } catch (const Error& error) {
      EXPECT_THAT(error.kind(), testing::AnyOf(ErrorKind::kData, ErrorKind::kConfig)) << row.name;
      for (const char* part : row.message)
        EXPECT_THAT(error.message(), HasSubstr(part)) << row.name;
      EXPECT_THAT(error.hint(), HasSubstr(row.hint)) << row.name;
      EXPECT_THAT(error.message(), testing::Not(HasSubstr("\n"))) << row.name;
    }
  }
}

TEST(ReadProblems, RefusesAFolder) {
  try {
    read_problems(testing::TempDir());
    FAIL();
  } catch (const Error& error) {
    EXPECT_EQ(error.kind(), ErrorKind::kData);
    EXPECT_THAT(error.message(), HasSubstr("this is a folder"));
  }
}

TEST(ReadProblems, SaysOnceWhatIsWrongWithEveryRow) {
  int told = 0;
  ReadOptions options;
  options.bad_row = [&told](const Error&) { ++told; };
  try {
    read_problems(write("all.jsonl", "{\"foo\":1}\n{\"foo\":2}\n5\n"), options);
    FAIL();
  } catch (const Error& error) {
    EXPECT_THAT(error.message(), HasSubstr("none of 3 rows is a problem; the first: "));
    EXPECT_THAT(error.message(), HasSubstr("all.jsonl:1: no question column: found foo"));
    EXPECT_THAT(error.hint(), HasSubstr("--column question="));
  }
  EXPECT_EQ(told, 3);
}

TEST(ReadProblems, NamesAMissingFile) {
  try {
    read_problems("no/such.jsonl");
    FAIL();
  } catch (const Error& error) {
    EXPECT_EQ(error.kind(), ErrorKind::kIo);
    EXPECT_THAT(error.message(), HasSubstr("no/such.jsonl"));
  }
}

TEST(ReadProblems, GivesBadRowsToTheCaller) {
  const std::string path = write("c.jsonl",
                                 "{\"question\":\"Q\",\"answer\":\"7\"}\nbroken\n"
                                 "{\"question\":\"R\"}\n{\"question\":\"S\",\"answer\":\"8\"}\n");
  std::vector<std::string> messages;
  const auto problems = read_problems(
      path, {.bad_row = [&](const Error& error) { messages.push_back(error.message()); }});
  EXPECT_EQ(problems.size(), 2U);
  ASSERT_EQ(messages.size(), 2U);
  EXPECT_THAT(messages[0], HasSubstr("c.jsonl:2"));
  EXPECT_THAT(messages[1], HasSubstr("c.jsonl:3"));
}

TEST(ReadProblems, MakesIdsUniqueAndStable) {
  const std::string path =
      write("d.jsonl",
            "{\"id\":3,\"question\":\"Q\",\"answer\":\"7\"}\n{\"id\":3,\"question\":\"R\","
            "\"answer\":\"7\"}\n"
            "{\"question\":\"Q\",\"answer\":\"7\"}\n{\"question\":\"Q\",\"answer\":\"7\"}\n");
  const auto problems = read_problems(path);
  EXPECT_EQ(problems[0].id, "3");
  EXPECT_EQ(problems[1].id, "3-2");
  EXPECT_EQ(problems[2].id.size(), 16U);
  EXPECT_EQ(problems[3].id, problems[2].id + "-2");
  EXPECT_EQ(read_problems(write("e.json", "[{\"problem\":\"Q\",\"gold\":7}]"))[0].id,
            problems[2].id);
}

TEST(ReadProblems, JoinsColumnsKeepsTagsAndStopsAtRowsMax) {
  const std::string path =
      write("f.jsonl",
            "{\"Body\":\"One. \",\"Question\":\"Two?\",\"Answer\":5,\"level\":3}\n"
            "{\"Body\":\"A.\",\"Question\":\"B?\",\"Answer\":6,\"level\":4}\n");
  const auto problems = read_problems(
      path, {.columns = {{"question", "Body+Question"}}, .tags = {"level"}, .rows_max = 1});
  ASSERT_EQ(problems.size(), 1U);
  EXPECT_EQ(problems[0].question, "One. Two?");
  EXPECT_EQ(problems[0].tags.at("level"), "3");
}

TEST(ReadProblems, ReadsItsOwnRecordsBack) {
  const Problem problem{
      .id = "p", .question = "Q?", .answer = "B", .domain = "choice", .tags = {{"family", "x"}}};
  EXPECT_EQ(read_problems(write("g.jsonl", to_json_line(problem) + "\n"))[0], problem);
}

TEST(Gold, TakesTheAnswerOutOfASolution) {
  EXPECT_EQ(gold_answer(" 18 "), "18");
  EXPECT_EQ(gold_answer("a #### b\n#### 18"), "18");
  EXPECT_EQ(gold_from_solution("\\boxed{1} then \\boxed{\\frac{1}{2}}."), "\\frac{1}{2}");
  EXPECT_EQ(gold_from_solution("\\boxed{\\{1\\}}"), "\\{1\\}");
  EXPECT_EQ(gold_from_solution("\\boxed{open"), "\\boxed{open");
}

TEST(JsonRows, RepairsSurrogatesOnly) {
  EXPECT_EQ(repair_surrogates(R"(\\ud83c \ud83c \udc00x \ud83d\ude00 \u00e9)"),
            R"(\\ud83c \uFFFD \uFFFDx \ud83d\ude00 \u00e9)");
}

TEST(Presets, UnknownNameNamesTheNearest) {
  EXPECT_EQ(find_preset("gsm8k").name, "gsm8k");
  try {
    find_preset("gsm8");
    FAIL();
  } catch (const Error& error) {
    EXPECT_EQ(error.kind(), ErrorKind::kConfig);
    EXPECT_THAT(error.hint(), HasSubstr("gsm8k"));
  }
}

struct SetCase {
  const char* preset;
  const char* file;
  std::size_t rows;
  const char* answer;  // of the first row
};

TEST(Presets, ReadThePublishedFiles) {
  const SetCase cases[] = {
      {"gsm8k", "gsm8k/test.jsonl", 1319, "18"},
      {"gsm8k", "gsm8k/train.jsonl", 7473, "72"},
      {"gsm8k", "gsm8k/test_socratic.jsonl", 1319, "18"},
      {"math500", "math500/test.jsonl", 500, "\\left( 3, \\frac{\\pi}{2} \\right)"},
      {"aime", "aime24/test.jsonl", 30, "204"},
      {"aime", "aime25/test.jsonl", 30, "468"},
      {"amc23", "amc23/test.jsonl", 40, "27.0"},
      {"svamp", "svamp/SVAMP.json.jsonl", 1000, "51.0"},
      {"mawps", "mawps/addsub.jsonl", 395, "43.0"},
      {"mawps", "mawps/multiarith.jsonl", 600, "39"},
      {"mawps", "mawps/singleeq.jsonl", 508, "43.0"},
      {"mawps", "mawps/singleop.jsonl", 562, "14.0"},
      {"aqua", "aqua/test.jsonl", 254, "A"},
      {"csqa", "csqa/dev.jsonl", 1221, "A"},
      {"bbh", "bbh/bbh_all.jsonl", 6511, "False"},
      {"knights", "kk_logic/test_3to7ppl.jsonl", 500,
       "Amelia is a knight, Penelope is a knight, and Evelyn is a knave."},
  };
  const std::filesystem::path folder = DRP_DATA_DIR;
  if (!std::filesystem::exists(folder)) GTEST_SKIP() << "no shared data folder beside the project";
  for (const SetCase& row : cases) {
    const auto problems = read_problems(folder / row.file, find_preset(row.preset).options);
    EXPECT_EQ(problems.size(), row.rows) << row.file;
    EXPECT_EQ(problems[0].answer, row.answer) << row.file;
  }
  EXPECT_EQ(
      read_problems(folder / "humaneval/HumanEval.jsonl", find_preset("humaneval").options).size(),
      164U);
}

}  // namespace
}  // namespace drp::problems
