// SPDX-License-Identifier: Apache-2.0
#include "problems/read_traces.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>

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
  std::string line;
  const char* question;
  const char* answer;
  std::vector<std::string> responses;
};

const Case kFound[] = {
    {"response", R"({"question":"Q","gold":"7","response":"R"})", "Q", "7", {"R"}},
    {"no gold", R"({"instruction":"Q","response":"R"})", "Q", "", {"R"}},
    {"null gold", R"({"question":"Q","gold":null,"response":"R"})", "Q", "", {"R"}},
    {"generation", R"({"problem":"Q","answer":"7","generation":"R"})", "Q", "7", {"R"}},
    {"model_answer", R"({"question":"Q","answer":"7","model_answer":"R"})", "Q", "7", {"R"}},
    {"prediction", R"({"question":"Q","ground truth":"7","prediction":"R"})", "Q", "7", {"R"}},
    {"Alpaca output", R"({"instruction":"Q","input":"","output":"R"})", "Q", "", {"R"}},
    {"thinking apart",
     R"({"question":"Q","thinking":"T\n","content":"R"})",
     "Q",
     "",
     {"<think>\nT\n</think>\n\nR"}},
    {"no thinking", R"({"question":"Q","thinking":"","content":"R"})", "Q", "", {"R"}},
    {"thinking and no answer",
     R"({"question":"Q","reasoning_content":"T","content":null})",
     "Q",
     "",
     {"<think>\nT\n</think>\n\n"}},
    {"closed already",
     R"({"question":"Q","reasoning":"T","response":"T</think>R"})",
     "Q",
     "",
     {"T</think>R"}},
    {"generations",
     R"({"problem":"Q","answer":"7","generations":["R","S"]})",
     "Q",
     "7",
     {"R", "S"}},
    {"generations as objects",
     R"({"problem":"Q","generations":[{"text":"R"},{"content":"S"}]})",
     "Q",
     "",
     {"R", "S"}},
    {"steps", R"({"problem":"Q","steps":["R","S"]})", "Q", "", {"R\n\nS"}},
    {"messages",
     R"({"messages":[{"role":"system","content":"Y"},{"role":"user","content":"Q"},)"
     R"({"role":"assistant","content":"R"}],"answer":"7"})",
     "Q",
     "7",
     {"R"}},
    {"messages with reasoning",
     R"({"messages":[{"role":"user","content":"Q"},)"
     R"({"role":"assistant","thinking":"T","content":"R"}]})",
     "Q",
     "",
     {"<think>\nT\n</think>\n\nR"}},
    {"content parts",
     R"({"messages":[{"role":"user","content":[{"type":"text","text":"Q"}]},)"
     R"({"role":"assistant","content":"R"}]})",
     "Q",
     "",
     {"R"}},
    {"the last exchange",
     R"({"messages":[{"role":"user","content":"P"},{"role":"assistant","content":"O"},)"
     R"({"role":"user","content":"Q"},{"role":"assistant","content":"R"}]})",
     "Q",
     "",
     {"R"}},
    {"ShareGPT",
     R"({"conversations":[{"from":"human","value":"Q"},{"from":"gpt","value":"R"}]})",
     "Q",
     "",
     {"R"}},
    {"prompt as messages",
     R"({"prompt":[{"role":"user","content":"Q"}],)"
     R"("completion":[{"role":"assistant","content":"R"}]})",
     "Q",
     "",
     {"R"}},
};

TEST(ReadTraces, FindsTheResponse) {
  for (const Case& row : kFound) {
    const auto rows = read_traces(write("t.jsonl", row.line + "\n"));
    ASSERT_EQ(rows.size(), row.responses.size()) << row.name;
    for (std::size_t i = 0; i < rows.size(); ++i) {
      EXPECT_EQ(rows[i].problem.question, row.question) << row.name;
      EXPECT_EQ(rows[i].problem.answer, row.answer) << row.name;
      EXPECT_EQ(rows[i].response, row.responses[i]) << row.name;
      EXPECT_EQ(rows[i].sample, static_cast<std::int64_t>(i)) << row.name;
      EXPECT_FALSE(rows[i].problem.id.empty()) << row.name;
      EXPECT_THAT(rows[i].where, HasSubstr("t.jsonl:1")) << row.name;
    }
  }
}

TEST(ReadTraces, ReadsCsvWithAMapping) {
  const auto rows = read_traces(write("t.csv", "q,pred\nQ,\"one\n\ntwo\"\n"),
                                {.columns = {{"question", "q"}, {"response", "pred"}}});
  ASSERT_EQ(rows.size(), 1U);
  EXPECT_EQ(rows[0].response, "one\n\ntwo");
}

TEST(ReadTraces, UnderstandsFinishReasonsAndCounts) {
  const std::pair<const char*, FinishReason> cases[] = {{"stop", FinishReason::kStop},
                                                        {"end_turn", FinishReason::kStop},
                                                        {"STOP", FinishReason::kStop},
                                                        {"length", FinishReason::kLength},
                                                        {"max_tokens", FinishReason::kLength},
                                                        {"loop", FinishReason::kLoop},
                                                        {"content_filter", FinishReason::kUnknown},
                                                        {"", FinishReason::kUnknown}};
  for (const auto& [name, finish] : cases) EXPECT_EQ(parse_finish(name), finish) << name;
  const auto rows = read_traces(
      write("u.jsonl", R"({"item_id":"a","question":"Q","content":"R","done_reason":"length",)"
                       R"("eval_count":12,"model":"m"})"));
  EXPECT_EQ(rows[0].finish, FinishReason::kLength);
  EXPECT_EQ(rows[0].response_tokens, 12);
  EXPECT_EQ(rows[0].model, "m");
  EXPECT_EQ(rows[0].problem.id, "a");
}

TEST(ReadTraces, JoinsQuestionsById) {
  auto rows = read_traces(write(
      "v.jsonl", "{\"item_id\":\"a\",\"content\":\"R\"}\n{\"item_id\":\"b\",\"content\":\"S\"}\n"));
  EXPECT_EQ(rows[0].problem.question, "");
  EXPECT_EQ(join_problems(rows, {{.id = "a", .question = "Q", .answer = "7"}}), 1);
  EXPECT_EQ(rows[0].problem.question, "Q");
  EXPECT_EQ(rows[1].problem.question, "");
}

TEST(ReadTraces, RefusesWithPlaceAndNames) {
  struct {
    const char* name;
    const char* content;
    const char* message;
  } cases[] = {
      {"no response", "{\"question\":\"Q\",\"respons\":\"R\"}\n",
       "w.jsonl:1: no response column: found question, respons"},
      {"null response", "{\"question\":\"Q\",\"response\":null}\n",
       "w.jsonl:1: the response is empty"},
      {"no question", "{\"response\":\"R\"}\n", "w.jsonl:1: no question column"},
      {"no turn", "{\"messages\":[{\"role\":\"system\",\"content\":\"Y\"}]}\n", "w.jsonl:1"},
      {"broken line", "{\"question\":\"Q\",\"response\":\"R\"}\n{\n", "w.jsonl:2"},
      {"nothing", "\n", "w.jsonl: the file is empty"},
  };
  for (const auto& row : cases) {
    try {
      read_traces(write("w.jsonl", row.content));
      FAIL() << row.name;
    } catch (const Error& error) {
      EXPECT_EQ(error.kind(), ErrorKind::kData) << row.name;
      EXPECT_THAT(error.message(), HasSubstr(row.message)) << row.name;
    }
  }
}

struct FileCase {
  const char* file;
  std::size_t rows;
  std::size_t with_gold;
  ReadOptions options = {};
};

const FileCase kFiles[] = {
    {"cot_compression/math_train_Qwen3-4B-Thinking-2507.jsonl", 100, 99},
    {"cot_compression/math_train_R1-1.5B.jsonl", 100, 99},
    {"marco_o1/CoT_demo.jsonl", 125, 0},
    {"mip_overthinking/gsm8k_normal_DSQ.jsonl", 582, 582},
    {"mip_overthinking/gsm8k_normal_Qwen32.jsonl", 582, 582},
    {"mip_overthinking/gsm8k_normal_deepseekR1.jsonl", 582, 582},
    {"mip_overthinking/math_normal_DSQ.jsonl", 52, 52},
    {"mip_overthinking/math_normal_Qwen32.jsonl", 52, 52},
    {"mip_overthinking/math_normal_deepseekR1.jsonl", 52, 52},
    {"mip_overthinking/math_normal_s1.1.jsonl", 52, 52},
    {"mip_overthinking/svamp_MiP_DSQ.jsonl", 300, 300},
    {"mip_overthinking/svamp_MiP_deepseekR1.jsonl", 300, 300},
    {"misguided_attention/QwQ-32B.jsonl", 159, 0},
    {"qwen3_think_onoff/qwen3-8b__think-on.jsonl", 200, 0},
    {"qwen3_think_onoff/qwen3-8b__think-off.jsonl", 200, 0},
    {"thought_anchors/traces.jsonl", 42, 40},
    {"trace_topology/math500_deepseek_r1_parsed.jsonl", 20, 20},
    {"trace_topology/pilot_math500_llama8b.jsonl", 20, 20},
    {"trace_topology/pilot_math500_qwen7b.jsonl", 20, 20},
    {"tokenskip/gsm8k_q7b-llmlingua2_0.5.jsonl", 1319, 1319},
    {"tokenskip/gsm8k_q7b_1.0.jsonl", 1319, 1319},
    {"frost_tale/phi4_GSM8K-Test.jsonl", 100, 100},
    {"frost_tale/phi4_math.jsonl", 100, 100},
    {"processbench/gsm8k.jsonl", 400, 0},
    {"prmbench/qwq_multi_solutions.jsonl", 165, 165},
    {"prmbench/prm800k_test_p2_4o_redundency.jsonl",
     267,
     0,
     {.columns = {{"response", "modified_process"}}}},
    {"sketch_of_thought/exemplars.jsonl",
     44,
     0,
     {.columns = {{"response", "answer"}, {"answer", "no gold"}}}},
};

TEST(ReadTraces, ReadsEveryTraceFileOfTheDataFolder) {
  const std::filesystem::path folder = DRP_DATA_DIR;
  if (!std::filesystem::exists(folder)) GTEST_SKIP() << "no shared data folder beside the project";
  for (const FileCase& row : kFiles) {
    const auto rows = read_traces(folder / row.file, row.options);
    EXPECT_EQ(rows.size(), row.rows) << row.file;
    std::size_t with_gold = 0;
    for (const TraceRow& trace : rows) with_gold += trace.problem.answer.empty() ? 0 : 1;
    EXPECT_EQ(with_gold, row.with_gold) << row.file;
  }
}

TEST(ReadTraces, ReadsRealRowsAsTheyAre) {
  const std::filesystem::path folder = DRP_DATA_DIR;
  if (!std::filesystem::exists(folder)) GTEST_SKIP() << "no shared data folder beside the project";
  auto rows = read_traces(folder / "qwen3_think_onoff/qwen3-8b__think-on.jsonl");
  EXPECT_TRUE(rows[0].response.starts_with("<think>\nOkay"));
  EXPECT_EQ(rows[0].finish, FinishReason::kStop);
  const auto problems =
      read_problems(folder / "qwen3_think_onoff/items.jsonl", {.bad_row = [](const Error&) {}});
  EXPECT_GE(join_problems(rows, problems), 150);
  EXPECT_EQ(rows[0].problem.answer, "670");
  const auto r1 = read_traces(folder / "mip_overthinking/gsm8k_normal_deepseekR1.jsonl");
  EXPECT_EQ(r1[0].problem.answer, "540");
}

}  // namespace
}  // namespace drp::problems
