// SPDX-License-Identifier: Apache-2.0
#include "grading/pair.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "base/error.h"
#include "grading/summary.h"

namespace drp::grading {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using Json = nlohmann::json;

Judgement judged(const std::string& line) { return judge(read_pair(line, "pairs:3", 3, {})); }

TEST(PairTest, AnswersAloneAndWholeResponses) {
  const Judgement alone = judged(R"({"id":"a","gold":"9/4","pred":"2\\frac14"})");
  EXPECT_EQ(alone.verdict, "equal");
  EXPECT_EQ(alone.method, "given");
  EXPECT_EQ(alone.gold_read, "9/4");
  const Judgement whole =
      judged(R"({"gold":"9","response":"<think>3 * 3</think>So \\boxed{9}.","domain":"math"})");
  EXPECT_EQ(whole.verdict, "equal");
  EXPECT_TRUE(whole.strict);
  EXPECT_EQ(whole.method, "box");
  EXPECT_EQ(whole.extracted, "9");
  EXPECT_EQ(whole.id, "3");
  EXPECT_FALSE(judged(R"({"gold":9,"response":"The answer is 9."})").strict);
}

TEST(PairTest, IdsStayAsTheyAre) {
  for (const std::string id : {"7", "\"x\"", "null", "[1,2]"}) {
    const Judgement judgement = judged(R"({"gold":"1","pred":"1","id":)" + id + "}");
    EXPECT_EQ(Json::parse(judgement_line(judgement))["id"], Json::parse(id));
  }
}

TEST(PairTest, CutResponsesNeedABox) {
  const Judgement cut = judged(R"({"gold":"9","response":"so it is 9","finish_reason":"length"})");
  EXPECT_EQ(cut.verdict, "unequal");
  EXPECT_THAT(cut.flags, ElementsAre("cut"));
  EXPECT_EQ(
      judged(R"({"gold":"9","response":"so \\boxed{9} and","finish_reason":"length"})").verdict,
      "equal");
}

TEST(PairTest, FlagsAndGoldErrors) {
  EXPECT_THAT(judged(R"({"gold":"3,512","pred":"512, 3"})").flags, ElementsAre("ambiguous_comma"));
  EXPECT_THAT(judged(R"({"gold":"3","response":"<think>it is 3"})").flags,
              ElementsAre("cut_in_think"));
  EXPECT_EQ(judged(R"({"gold":"","pred":"3"})").verdict, "gold_error");
}

struct Option {
  const char* gold;
  const char* pred;
  const char* opts;
  const char* domain = "math";
};

TEST(PairTest, OptionsChangeTheVerdict) {
  for (const Option& row : {
           Option{"1/3", "0.333", R"({"precision":3})"},
           Option{"1000", "1000.4", R"({"precision":1e-3})"},
           Option{"\\\\pi", "3.14", R"({"precision":2})"},
           Option{"3.5", "3,5", R"({"decimal_comma":true})"},
           Option{"1234.5", "1.234,5", R"({"decimal_comma":true})"},
           Option{"x=9", "y=9", R"({"strict":false})"},
           Option{"(1,2)", "\\\\{2,1\\\\}", R"({"strict":false})"},
           Option{"B", "the Nile", R"({"choices":["the Rhine","the Nile"]})", "choice"},
           Option{"the Nile", "(B)", R"({"choices":["the Rhine","the Nile"]})", "choice"},
       }) {
    const std::string start = std::string(R"({"gold":")") + row.gold + R"(","pred":")" + row.pred +
                              R"(","domain":")" + row.domain + "\"";
    EXPECT_EQ(judged(start + "}").verdict, "unequal") << start;
    EXPECT_EQ(judged(start + R"(,"opts":)" + row.opts + "}").verdict, "equal") << start;
  }
  const std::string interval = R"j({"gold":"(0,4)","pred":"0<t<4")j";
  EXPECT_EQ(judged(interval + "}").verdict, "equal");
  EXPECT_EQ(judged(interval + R"(,"opts":{"allow_set_relation":false}})").verdict, "unequal");
}

TEST(PairTest, MalformedLinesNamePlaceAndNextStep) {
  const struct {
    std::string line;
    std::string message;
    std::string hint;
  } rows[] = {
      {"not json", "pairs:3: not JSON", "one JSON object"},
      {"[1]", "pairs:3: not a JSON object", "gold"},
      {R"({"pred":"1"})", "pairs:3: no gold", "pred or response"},
      {R"({"gold":"1"})", "pairs:3: neither pred nor response", "one of them"},
      {R"({"gold":"1","pred":"1","domain":"poetry"})", "pairs:3: unknown domain 'poetry'", "math"},
      {R"({"gold":"1","pred":"1","opts":{"precison":3}})", "unknown option 'precison'",
       "did you mean 'precision'?"},
      {R"({"gold":"1","pred":"1","opts":{"precision":"x"}})", "opts.precision is \"x\"",
       "decimal places"},
      {R"({"gold":"1","pred":"1","opts":{"strict":3}})", "opts.strict is 3", "true or false"},
      {R"({"gold":"1","pred":"1","opts":[]})", "opts is []", "object"},
  };
  for (const auto& row : rows) {
    try {
      judged(row.line);
      ADD_FAILURE() << row.line;
    } catch (const Error& error) {
      EXPECT_EQ(error.kind(), ErrorKind::kData);
      EXPECT_THAT(error.message(), HasSubstr(row.message));
      EXPECT_THAT(error.hint(), HasSubstr(row.hint));
    }
  }
}

TEST(SummaryTest, CountsAndAccuracy) {
  Summary summary;
  summary.add(judgement_line(judged(R"({"gold":"9","response":"\\boxed{9}"})")));
  summary.add(judgement_line(judged(R"({"gold":"9","response":"it is 9"})")));
  summary.add(judgement_line(judged(R"({"gold":"9","response":"it is 8"})")));
  summary.add(judgement_line(judged(R"({"gold":"","response":"it is 8"})")));
  const std::string table = summary.table();
  EXPECT_THAT(table, HasSubstr("66.7 % flexible, 33.3 % strict (of 3 with a readable reference)"));
  EXPECT_THAT(table, HasSubstr("gold_error"));
}

TEST(ExplanationTest, SaysWhatWasReadAndWhichRuleDecided) {
  Pair pair;
  pair.id = "1";
  pair.gold = "(0,4)";
  pair.pred = "0<t<4";
  const std::string text = explanation(pair);
  EXPECT_THAT(text, HasSubstr("read as  (0, 4)"));
  EXPECT_THAT(text, HasSubstr("read as  0 < t < 4"));
  EXPECT_THAT(text, HasSubstr("verdict    equal: same set of numbers"));
}

}  // namespace
}  // namespace drp::grading
