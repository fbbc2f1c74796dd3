// SPDX-License-Identifier: Apache-2.0
#include "report/example_json.h"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

namespace drp::report {
namespace {

using Json = nlohmann::json;
constexpr std::int64_t kBytes = 1 << 20;

PrunedExample example_of(const std::string& reasoning) {
  PrunedExample example;
  example.problem.question = "How many?";
  example.problem.answer = "5";
  example.trace.id = "p/0";
  example.trace.response = "<think>" + reasoning + "</think>5";
  example.trace.reasoning = {7, 7 + reasoning.size()};
  example.trace.answer = {example.trace.response.size() - 1, example.trace.response.size()};
  return example;
}

std::string joined(const Json& steps) {
  std::string text;
  for (const Json& step : steps) text += step[0].get<std::string>();
  return text;
}

TEST(ExampleJson, StepsCarryTheirTexts) {
  PrunedExample example = example_of("one two three");
  example.plan = Plan{"p/0",
                      "p",
                      "rules",
                      {{{0, 4}, "a", Action::kDelete, std::nullopt, "filler", "why"},
                       {{4, 13}, "b", Action::kSingleStepCompress, "2 3", "tighten", ""}}};
  example.path.tokens_before = 9;
  example.path.tokens_after = 4;
  example.path.gates = {{"order", true, ""}, {"dangling", false, "uses 7"}};
  example.plan->notes = {"asked again"};
  const auto made = trace_example(example, kBytes);
  EXPECT_EQ(Json::parse(made.entry), Json::parse(R"(["p/0","",9,4,6,"How many?"])"));
  const Json body = Json::parse(made.body);
  EXPECT_EQ(body[9], Json::parse(R"([["one ",1,"a",null,"filler","why"],
                                     ["two three",2,"b","2 3","tighten",""]])"));
  EXPECT_EQ(body[3], "5");
  EXPECT_EQ(body[7], "rules");
  EXPECT_EQ(body[10], Json::parse(R"([["order",true,""],["dangling",false,"uses 7"]])"));
  EXPECT_EQ(body[11], Json::parse(R"(["asked again"])"));
  EXPECT_EQ(made.labels,
            (std::vector<Label>{{"skill", "a"}, {"skill", "b"}, {"failed", "dangling"}}));
}

// A rejected plan may have gaps, overlaps and spans beyond the text; the trace must still be shown
// whole.
TEST(ExampleJson, ABadPlanStillShowsTheWholeTrace) {
  const std::string reasoning = "abcdefghij";
  const std::vector<std::vector<Span>> plans = {
      {{2, 4}}, {{0, 6}, {4, 8}}, {{5, 50}}, {{40, 50}}, {{6, 8}, {0, 2}}, {{0, 10}, {3, 4}}, {}};
  for (const auto& spans : plans) {
    PrunedExample example = example_of(reasoning);
    example.plan = Plan{};
    for (const Span span : spans)
      example.plan->steps.push_back({span, "", Action::kKeep, std::nullopt, "", ""});
    EXPECT_EQ(joined(Json::parse(trace_example(example, kBytes).body)[9]), reasoning);
  }
}

TEST(ExampleJson, SpansBeyondTheResponseAreCut) {
  PrunedExample example = example_of("abc");
  example.trace.reasoning = {7, 5000};
  example.trace.answer = {9000, 9100};
  const Json body = Json::parse(trace_example(example, kBytes).body);
  EXPECT_EQ(body[2], "abc</think>5");
  EXPECT_EQ(body[3], "");
}

TEST(ExampleJson, HostileTextStaysInOneLine) {
  const PrunedExample example = example_of(std::string("</script> <!-- \n\u2028 \xFF \0 end", 26));
  const auto made = trace_example(example, kBytes);
  for (const char* part : {"\n", "\xFF"})
    EXPECT_EQ(made.body.find(part), std::string::npos) << part;
  EXPECT_EQ(Json::parse(made.body)[2].get<std::string>().substr(0, 14), "</script> <!--");
}

TEST(ExampleJson, LongTextsAreCutBetweenCodePoints) {
  const PrunedExample example = example_of("ab\u00e9\u00e9\u00e9");
  EXPECT_EQ(Json::parse(trace_example(example, 5).body)[2],
            "ab\u00e9\n[4 more bytes are not shown]");
}

TEST(ExampleJson, HeldOutOutcomes) {
  struct Row {
    bool before;
    bool after;
    const char* outcome;
  };
  for (const Row& row : {Row{true, true, "both_right"}, Row{true, false, "only_before"},
                         Row{false, true, "only_after"}, Row{false, false, "both_wrong"}}) {
    HeldOutExample example;
    example.problem.id = "q1";
    example.responses.resize(2);
    example.responses[0].scored.arm = "base";
    example.responses[0].scored.correct = row.before;
    example.responses[0].scored.response_tokens = 90;
    example.responses[1].scored.arm = "tuned";
    example.responses[1].scored.correct = row.after;
    example.responses[1].scored.response_tokens = 12;
    example.problem.tags = {{"operations", "2"}};
    const Example made = held_out_example(example, "base", "tuned", kBytes);
    EXPECT_EQ(made.labels, (std::vector<Label>{{"tag", "operations: 2"}}));
    const Json index = Json::parse(made.entry);
    EXPECT_EQ(index[1], row.outcome);
    EXPECT_EQ(index[2], 90);
    EXPECT_EQ(index[3], 12);
    EXPECT_EQ(index[4], 0);
    example.responses[1].scored.finish = FinishReason::kLength;
    EXPECT_EQ(Json::parse(held_out_example(example, "base", "tuned", kBytes).entry)[4], 1);
    example.responses.pop_back();
    EXPECT_EQ(held_out_outcome(example, "base", "tuned"), "single");
  }
}

TEST(ExampleJson, SeveralSamplesAreAShareAndAMean) {
  struct Row {
    std::vector<bool> before;
    std::vector<bool> after;
    const char* outcome;
  };
  // The first samples alone would say otherwise in each row.
  for (const Row& row : {Row{{false, true, true}, {true, false, false}, "only_before"},
                         Row{{true, false}, {false, true, true, true}, "only_after"},
                         Row{{false, true}, {true, false, true, false}, "both_right"},
                         Row{{true, false, false}, {false, false, true}, "both_wrong"}}) {
    HeldOutExample example;
    const auto add = [&](const char* arm, const std::vector<bool>& samples, std::int64_t tokens) {
      for (const bool right : samples) {
        GradedResponse response;
        response.scored.arm = arm;
        response.scored.correct = right;
        response.scored.response_tokens = tokens++;
        example.responses.push_back(response);
      }
    };
    add("base", row.before, 90);
    add("tuned", row.after, 10);
    EXPECT_EQ(held_out_outcome(example, "base", "tuned"), row.outcome);
    const Json entry = Json::parse(held_out_example(example, "base", "tuned", kBytes).entry);
    EXPECT_EQ(entry[1], row.outcome);
    EXPECT_EQ(entry[2], 91) << "the mean of 90, 91 and 92, or of 90 and 91, rounded";
    EXPECT_EQ(entry[3], row.after.size() == 3 ? 11 : 12) << "10, 11 and 12, or up to 13 rounded";
  }
}

}  // namespace
}  // namespace drp::report
