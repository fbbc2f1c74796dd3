// SPDX-License-Identifier: Apache-2.0
// A plan of costs counts the requests that are really made.
#include "cli/planned_calls.h"

#include <gtest/gtest.h>

#include "cli/model_teachers.h"
#include "llm/prompt_tokens.h"
#include "llm/replay_model.h"
#include "path/import_trace.h"
#include "teacher/model/model_teacher.h"

namespace drp::cli {
namespace {

const Problem kProblem{
    "p",
    "Iva packs 4 crates with 6 jars each and then takes 5 jars out. How many are left?",
    "19",
    "math",
    {}};

Trace trace_of(int talk) {
  std::string text = "Okay, let me see. 4 crates of 6 jars are there, and 4 * 6 = 24.\n\n";
  for (int i = 0; i < talk; ++i) text += "Wait, is it 4 crates? Yes, it is 4 of them.\n\n";
  text += "Now 24 - 5 = 19.\n\nSo 19 jars are left.";
  return path::make_trace({"p", 0, FinishReason::kStop, ""},
                          "<think>" + text + "</think>\n\nThe answer is \\boxed{19}.");
}

std::vector<pipeline::PlannedCall> planned(const pipeline::Recipe& recipe, const Trace& trace) {
  return planned_calls(recipe).calls(kProblem, trace, 300);
}

// The requests that a teacher of this recipe makes, with these replies given in turn.
std::vector<llm::ChatRequest> made(const pipeline::Recipe& recipe, const Trace& trace,
                                   std::vector<std::string> replies) {
  auto model = std::make_unique<llm::ReplayModel>();
  llm::ReplayModel& replay = *model;
  std::size_t given = 0;
  model->fallback([&](const llm::ChatRequest&) -> std::optional<llm::ChatReply> {
    if (given == replies.size()) return std::nullopt;
    return llm::ReplayModel::reply(replies[given++]);
  });
  teacher::ModelTeacher teacher(std::move(model), make_protocol(recipe, Grammars::kUnknown));
  teacher.plan(kProblem, trace);
  return replay.asked();
}

TEST(PlannedCalls, TheSpanPromptIsTheOneThatIsSent) {
  pipeline::Recipe recipe;
  for (const char* split : {"skill", "default", "none"}) {
    recipe.teacher.split = split;
    const Trace trace = trace_of(20);
    const auto calls = planned(recipe, trace);
    const auto requests = made(recipe, trace, {"nothing"});
    ASSERT_EQ(calls.size(), 1U);
    EXPECT_EQ(calls[0].request.messages, requests.at(0).messages);
    EXPECT_EQ(calls[0].request.sampling.tokens_max, requests.at(0).sampling.tokens_max);
    EXPECT_DOUBLE_EQ(calls[0].output.likely, 63);
    EXPECT_LE(calls[0].output.high, calls[0].request.sampling.tokens_max);
  }
}

TEST(PlannedCalls, LaterCallsShowRepliesOfALikelyLength) {
  pipeline::Recipe recipe;
  recipe.teacher.second_look = true;
  recipe.teacher.synthesis = "teacher";
  const auto calls = planned(recipe, trace_of(20));
  ASSERT_EQ(calls.size(), 3U);
  EXPECT_GT(llm::prompt_bytes(calls[1].request), llm::prompt_bytes(calls[0].request));
  EXPECT_LT(llm::prompt_bytes(calls[2].request), llm::prompt_bytes(calls[0].request));
  for (const auto& call : calls) EXPECT_GT(call.output.likely, 0);
}

TEST(PlannedCalls, ThePaperTakesTwoAndTheyAreCloseToTheRealOnes) {
  pipeline::Recipe recipe;
  recipe.teacher.protocol = "paper";
  const Trace trace = trace_of(20);
  const auto calls = planned(recipe, trace);
  ASSERT_EQ(calls.size(), 2U);
  std::string typed =
      "Step 1: Okay, let me see. 4 crates of 6 jars are there, and 4 * 6 = 24.\n"
      "Skill: multiplication\n";
  for (int i = 0; i < 20; ++i) {
    typed += "Step " + std::to_string(i + 2) +
             ": Wait, is it 4 crates? Yes, it is 4 of them.\nSkill: checking\n";
  }
  typed += "Step 22: Now 24 - 5 = 19. So 19 jars are left.\nSkill: subtraction\n";
  const auto requests = made(recipe, trace, {typed, "nothing"});
  EXPECT_EQ(calls[0].request.messages, requests.at(0).messages);
  const auto bytes = [](const llm::ChatRequest& request) {
    return static_cast<double>(llm::prompt_bytes(request));
  };
  EXPECT_NEAR(bytes(calls[1].request), bytes(requests.at(1)), 0.05 * bytes(requests.at(1)));
  recipe.teacher.split = "none";
  EXPECT_EQ(planned(recipe, trace).size(), 1U);
  recipe.teacher.split = "skill";
  recipe.teacher.target = "own";
  EXPECT_EQ(planned(recipe, trace).size(), 1U);
}

TEST(PlannedCalls, CorrectionsAreCountedByTheShareOfTracesThatNeedOne) {
  pipeline::Recipe recipe;
  recipe.teacher.protocol = "paper";
  recipe.teacher.correction = "path";
  const Trace right = trace_of(20);
  auto calls = planned(recipe, right);
  ASSERT_EQ(calls.size(), 3U);
  EXPECT_EQ(calls[1].share.low, 1);
  EXPECT_EQ(calls[2].share.low, 0);
  EXPECT_LE(calls[2].share.high, 0.1);
  EXPECT_GT(calls[2].output.likely, 0);
  EXPECT_LT(llm::prompt_bytes(calls[2].request), llm::prompt_bytes(calls[1].request));
  recipe.teacher.correction = "answer";
  EXPECT_EQ(planned(recipe, right)[2].share.low, 0) << "right by its answer";
  Problem other = kProblem;
  other.answer = "20";
  EXPECT_EQ(planned_calls(recipe).calls(other, right, 300)[2].share.likely, 1);
  Trace unknown = right;
  unknown.response.clear();
  while (unknown.response.size() < 900) unknown.response += "Then I take the next one. ";
  unknown.reasoning = {0, unknown.response.size()};
  unknown.answer = {unknown.response.size(), unknown.response.size()};
  const pipeline::Band share = planned(recipe, unknown)[2].share;
  EXPECT_GT(share.likely, 0.03);
  EXPECT_LT(share.likely, 1);

  // The estimate adds up what is likely, and bounds what is possible.
  pipeline::CostEstimator estimator(planned_calls(recipe), llm::TokenRatio());
  estimator.add(kProblem, right, 1000);
  recipe.teacher.correction = "none";
  pipeline::CostEstimator without(planned_calls(recipe), llm::TokenRatio());
  without.add(kProblem, right, 1000);
  const llm::Price price{.input = 1, .output = 1};
  const auto more = estimator.result(price, false, {});
  const auto less = without.result(price, false, {});
  EXPECT_EQ(less.requests, 2000);
  EXPECT_EQ(more.requests, 2030);
  EXPECT_DOUBLE_EQ(more.usd->low, less.usd->low);
  EXPECT_GT(more.usd->likely, less.usd->likely);
  EXPECT_GT(*more.usd_bound - *less.usd_bound, more.usd->high - less.usd->high);
}

TEST(PlannedCalls, ATraceWithoutReasoningIsNotAskedAbout) {
  Trace trace = trace_of(0);
  trace.reasoning.end = trace.reasoning.begin;
  EXPECT_TRUE(planned({}, trace).empty());
}

}  // namespace
}  // namespace drp::cli
