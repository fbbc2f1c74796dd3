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

TEST(PlannedCalls, ATraceWithoutReasoningIsNotAskedAbout) {
  Trace trace = trace_of(0);
  trace.reasoning.end = trace.reasoning.begin;
  EXPECT_TRUE(planned({}, trace).empty());
}

}  // namespace
}  // namespace drp::cli
