// SPDX-License-Identifier: Apache-2.0
#include "records/json_line.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/error.h"

namespace drp {
namespace {

using ::testing::HasSubstr;

TEST(JsonLineTest, RecordsComeBackEqual) {
  Trace trace{.id = "p/0", .problem_id = "p", .response = "<think>\nHm.\n</think>\n\n7"};
  trace.reasoning = {8, 11};
  trace.answer = {22, 23};
  trace.finish = FinishReason::kLoop;
  trace.seed = 18446744073709551615U;
  trace.prompt_ids = {1, 2, 49151};
  EXPECT_EQ(from_json_line<Trace>(to_json_line(trace), "test"), trace);

  Plan plan{.trace_id = "p/0", .problem_id = "p", .teacher = "rules"};
  plan.steps = {{.span = {0, 4}, .skill = "addition", .action = Action::kMultiStepCompress},
                {.span = {4, 9}, .action = Action::kMultiStepCompress, .text = ""}};
  const Plan back = from_json_line<Plan>(to_json_line(plan), "test");
  EXPECT_EQ(back, plan);
  EXPECT_FALSE(back.steps[0].text.has_value()) << "absent stays apart from empty";
  EXPECT_EQ(back.steps[1].text, "");

  PrunedPath path{.trace_id = "p/0", .problem_id = "p"};
  path.gates = {{"coverage", true, ""}, {"answer", false, "7 became 8"}};
  path.rejection = Rejection{Reason::kAnswerChanged, "7 became 8"};
  EXPECT_EQ(from_json_line<PrunedPath>(to_json_line(path), "test"), path);

  PathLikelihood judged{.trace_id = "p/0", .reasoning_log_prob_trace = -0.25};
  judged.answer_log_prob_path = -0.1;
  judged.seam_log_prob_path = 0;
  const PathLikelihood read = from_json_line<PathLikelihood>(to_json_line(judged), "test");
  EXPECT_EQ(read, judged);
  EXPECT_FALSE(read.seam_log_prob_trace.has_value()) << "no seam stays apart from a certain one";

  Learnability learnability{.judged = 2, .drop_percentiles = {-0.5, 0.25}};
  learnability.within_limit = {0.5, 0.1, 0.9};
  learnability.thresholds = {{0.95, 0.5, 61.5}, {1, 0, 80}};
  EXPECT_EQ(from_json_line<Learnability>(to_json_line(learnability), "test"), learnability);

  Problem problem{.id = "a", .question = "q", .answer = "1", .tags = {{"operations", "2"}}};
  EXPECT_EQ(from_json_line<Problem>(to_json_line(problem), "test"), problem);
}

TEST(JsonLineTest, LinesAreOneLineForEveryReader) {
  const Problem problem{.id = "a", .question = "x\n\xE2\x80\xA8y\xC2\x85\xFFz", .answer = "1"};
  const std::string line = to_json_line(problem);
  EXPECT_EQ(line.find('\n'), std::string::npos);
  EXPECT_EQ(line.find("\xE2\x80\xA8"), std::string::npos);
  EXPECT_EQ(line.find("\xC2\x85"), std::string::npos);
  EXPECT_EQ(from_json_line<Problem>(line, "test").question,
            "x\n\xE2\x80\xA8y\xC2\x85\xEF\xBF\xBDz");
}

TEST(JsonLineTest, BackslashesOfLatexSurvive) {
  const Problem problem{.id = "a",
                        .question = R"(\frac{1}{2} \text{x} \neq \begin \boxed{})",
                        .answer = R"(\frac12)"};
  EXPECT_EQ(from_json_line<Problem>(to_json_line(problem), "test"), problem);
}

TEST(JsonLineTest, EveryRefusalSaysWhereAndWhat) {
  const struct {
    std::string line;
    std::string message;
  } rows[] = {
      {"{", "f.jsonl:3: not a JSON object"},
      {"[]", "f.jsonl:3: field '(record)' is []"},
      {R"({"question":"q","answer":"1"})", "f.jsonl:3: field 'id' is missing"},
      {R"({"id":null,"question":"q","answer":"1"})", "field 'id' is missing"},
      {R"({"id":7,"question":"q","answer":"1"})", "field 'id' is 7, expected a string"},
      {R"({"id":"a","question":"q","answer":"1","tags":[1]})",
       "field 'tags' is [1], expected an object of strings"},
  };
  for (const auto& row : rows) {
    try {
      from_json_line<Problem>(row.line, "f.jsonl:3");
      FAIL() << row.line;
    } catch (const Error& error) {
      EXPECT_EQ(error.kind(), ErrorKind::kData);
      EXPECT_THAT(error.message(), HasSubstr(row.message)) << row.line;
    }
  }
  EXPECT_THROW(
      from_json_line<Trace>(R"({"id":"a","problem_id":"p","response":"","finish":"x"})", "t"),
      Error);
  EXPECT_THROW(
      from_json_line<Trace>(R"({"id":"a","problem_id":"p","response":"","answer":[3,1]})", "t"),
      Error);
  EXPECT_THROW(from_json_line<Scored>(
                   R"({"arm":"b","problem_id":"p","correct":1,"response_tokens":3})", "t"),
               Error);
  EXPECT_THROW(from_json_line<Scored>(
                   R"({"arm":"b","problem_id":"p","correct":true,"response_tokens":3.5})", "t"),
               Error);
}

TEST(JsonLineTest, UnknownKeysAreForANewerProgram) {
  EXPECT_EQ(from_json_line<Problem>(R"({"id":"a","question":"q","answer":"1","later":{}})", "t").id,
            "a");
}

TEST(JsonLineTest, EveryFieldIsDocumented) {
  for (const FieldDoc& field : field_docs<PairedComparison>()) {
    EXPECT_FALSE(field.doc.empty()) << field.name;
    EXPECT_FALSE(field.type.empty()) << field.name;
  }
  EXPECT_EQ(field_docs<Trace>()[0].name, "id");
}

}  // namespace
}  // namespace drp
