// SPDX-License-Identifier: Apache-2.0
// The span protocol from trace to plan, with replies from memory.
#include "teacher/span/span_protocol.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/text.h"
#include "llm/replay_model.h"
#include "path/apply_plan.h"
#include "path/import_trace.h"
#include "teacher/model/model_teacher.h"

namespace drp::teacher {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;

const Problem kProblem{
    "p",
    "Iva packs 4 crates with 6 jars each and then takes 5 jars out. How many are left?",
    "19",
    "math",
    {}};
constexpr std::string_view kReasoning =
    "Okay, let me see. 4 crates of 6 jars are there, and 4 * 6 = 24.\n\n"
    "Wait, is it 4 crates? Yes, 4. Now 24 - 5 = 19.\n\nSo 19 jars are left.";

Trace trace_of(std::string_view reasoning, std::string_view answer = "The answer is \\boxed{19}.") {
  return path::make_trace(
      {"p", 0, FinishReason::kStop, ""},
      "<think>" + std::string(reasoning) + "</think>\n\n" + std::string(answer));
}

struct Asked {
  expected<Plan, Rejection> plan;
  std::vector<llm::ChatRequest> requests;
};

// Replies are given in turn, whatever is asked.
Asked ask(const Trace& trace, const SpanOptions& options, std::vector<llm::ChatReply> replies) {
  auto model = std::make_unique<llm::ReplayModel>();
  llm::ReplayModel& replay = *model;
  std::size_t given = 0;
  model->fallback([&](const llm::ChatRequest&) -> std::optional<llm::ChatReply> {
    if (given == replies.size()) return std::nullopt;
    return replies[given++];
  });
  ModelTeacher teacher(std::move(model), std::make_unique<SpanProtocol>(options));
  Asked asked{teacher.plan(kProblem, trace), {}};
  asked.requests = replay.asked();
  return asked;
}

Asked ask(const Trace& trace, const SpanOptions& options, std::vector<std::string> texts) {
  std::vector<llm::ChatReply> replies;
  for (std::string& text : texts) replies.push_back(llm::ReplayModel::reply(std::move(text)));
  return ask(trace, options, std::move(replies));
}

std::string path_of(const Trace& trace, const Plan& plan) {
  return path::apply_plan(trace.reasoning_text(), plan)->reasoning;
}

constexpr std::string_view kPlan =
    "1 D filler\n2 K multiplication\n4 D checking\n5 K subtraction\n6 K stating the answer\n";

TEST(SpanProtocol, ShowsUnitsAndReadsThePlan) {
  const Trace trace = trace_of(kReasoning);
  const Asked asked = ask(trace, {}, {std::string(kPlan)});
  ASSERT_TRUE(asked.plan) << asked.plan.error().detail;
  EXPECT_EQ(
      path_of(trace, *asked.plan),
      "4 crates of 6 jars are there, and 4 * 6 = 24.\n\nNow 24 - 5 = 19.\n\nSo 19 jars are left.");
  EXPECT_EQ(asked.plan->trace_id, "p/0");
  EXPECT_EQ(asked.plan->steps[1].said, "multiplication");
  EXPECT_EQ(asked.plan->steps[1].skill, "computation");
  EXPECT_EQ(asked.plan->steps[1].pass, "span");
  ASSERT_EQ(asked.requests.size(), 1U);
  const std::string& prompt = asked.requests[0].messages.back().content;
  EXPECT_THAT(prompt, HasSubstr(kProblem.question));
  EXPECT_THAT(prompt,
              HasSubstr("\n[2] 4 crates of 6 jars are there, and 4 * 6 = 24. \u00b6\n[3] Wait"));
  EXPECT_THAT(prompt, HasSubstr("the last line names unit 6"));
  EXPECT_EQ(asked.requests[0].sampling.temperature, 0);
  EXPECT_EQ(asked.requests[0].grammar, "");
}

// The second try holds the first prompt and the fault, not the talk so far.
TEST(SpanProtocol, AsksOnceMoreWithTheFault) {
  const Trace trace = trace_of(kReasoning);
  const Asked asked = ask(trace, {}, {"1 KD filler\n6 K x\n", std::string(kPlan)});
  ASSERT_TRUE(asked.plan) << asked.plan.error().detail;
  EXPECT_THAT(asked.plan->notes, ElementsAre(HasSubstr("asked again: line \"1 KD filler\"")));
  ASSERT_EQ(asked.requests.size(), 2U);
  EXPECT_EQ(asked.requests[1].messages.size(), asked.requests[0].messages.size());
  const std::string& first = asked.requests[0].messages.back().content;
  const std::string& second = asked.requests[1].messages.back().content;
  EXPECT_TRUE(second.starts_with(first));
  EXPECT_LT(second.size(), first.size() + 250);
  EXPECT_THAT(second, HasSubstr("has the action \"KD\"; it is exactly one of K, D, S, M"));
}

TEST(SpanProtocol, RejectsWhatIsBrokenTwice) {
  const Asked asked =
      ask(trace_of(kReasoning), {}, {"1 KD filler", "I am sorry", std::string(kPlan)});
  ASSERT_FALSE(asked.plan);
  EXPECT_EQ(asked.plan.error().reason, Reason::kBadReply);
  EXPECT_THAT(asked.plan.error().detail, HasSubstr("I am sorry"));
  EXPECT_EQ(asked.requests.size(), 2U);
}

TEST(SpanProtocol, ACutReplyIsNotAskedForAgain) {
  for (const FinishReason finish : {FinishReason::kLength, FinishReason::kLoop}) {
    llm::ChatReply reply = llm::ReplayModel::reply(std::string(kPlan));
    reply.finish = finish;
    const Asked asked = ask(trace_of(kReasoning), {}, std::vector{reply});
    ASSERT_FALSE(asked.plan);
    EXPECT_EQ(asked.plan.error().reason, Reason::kReplyCut);
    EXPECT_EQ(asked.requests.size(), 1U);
  }
}

TEST(SpanProtocol, ThinkingIsNoReply) {
  const Asked asked =
      ask(trace_of(kReasoning), {}, {"<think>1 K or 2 D?</think>\n" + std::string(kPlan)});
  ASSERT_TRUE(asked.plan) << asked.plan.error().detail;
  EXPECT_EQ(asked.plan->steps.size(), 5U);
}

// New text takes over the white space of its last unit, so the paragraph stays one.
TEST(SpanProtocol, NewTextKeepsTheParagraph) {
  const Trace trace = trace_of(kReasoning);
  const Asked asked =
      ask(trace, {},
          {"1 M filler\n2 M multiplication\tThere are 4 * 6 = 24 jars.\n4 D checking\n"
           "5 S subtraction\tTaken out:\u23ce24 - 5 = 19\n6 K answer\n"});
  ASSERT_TRUE(asked.plan) << asked.plan.error().detail;
  EXPECT_EQ(path_of(trace, *asked.plan),
            "There are 4 * 6 = 24 jars.\n\nTaken out:\n24 - 5 = 19\n\nSo 19 jars are left.");
}

TEST(SpanProtocol, SecondLookMayMend) {
  const Trace trace = trace_of(kReasoning);
  const SpanOptions options{.second_look = true};
  // The first plan deletes where 24 comes from; the gate's word goes along.
  const std::string bad =
      "1 D filler\n2 D multiplication\n4 D checking\n5 K subtraction\n6 K answer\n";
  const Asked asked = ask(trace, options, {bad, "2 S multiplication\t4 * 6 = 24.\n"});
  ASSERT_TRUE(asked.plan);
  EXPECT_EQ(path_of(trace, *asked.plan), "4 * 6 = 24.\n\nNow 24 - 5 = 19.\n\nSo 19 jars are left.");
  EXPECT_THAT(asked.plan->notes, ElementsAre("second look: mended"));
  ASSERT_EQ(asked.requests.size(), 2U);
  const std::string& prompt = asked.requests[1].messages.back().content;
  EXPECT_THAT(prompt, HasSubstr(bad));
  EXPECT_THAT(prompt, HasSubstr("uses the value 24"));
  EXPECT_THAT(prompt, HasSubstr("that it leaves:\n24 - 5 = 19.\n\nSo 19 jars are left.\n"));

  const Asked ok = ask(trace, options, {std::string(kPlan), "ok"});
  EXPECT_THAT(ok.plan->notes, ElementsAre("second look: ok"));
  EXPECT_THAT(ok.requests[1].messages.back().content, Not(HasSubstr("A check of it says")));
}

// A change that breaks a gate, or cannot be read, leaves the plan as it was.
TEST(SpanProtocol, SecondLookNeverMakesItWorse) {
  const Trace trace = trace_of(kReasoning);
  for (const std::string look : {"2 D multiplication\n", "2 S multiplication\t4 * 6 = 31.\n",
                                 "7 D nothing\n", "2 X multiplication\n"}) {
    const Asked asked = ask(trace, {.second_look = true}, {std::string(kPlan), look});
    ASSERT_TRUE(asked.plan) << look;
    EXPECT_THAT(asked.plan->notes, ElementsAre(HasSubstr("second look refused: "))) << look;
    EXPECT_THAT(path_of(trace, *asked.plan), HasSubstr("4 * 6 = 24")) << look;
  }
}

TEST(SpanProtocol, SynthesisByTheTeacherIsGated) {
  const Trace trace = trace_of(kReasoning);
  const SpanOptions options{.synthesis = Synthesis::kTeacher};
  const Asked good =
      ask(trace, options, {std::string(kPlan), "4 crates of 6 jars make 24, and 24 - 5 = 19."});
  ASSERT_TRUE(good.plan);
  EXPECT_EQ(good.plan->synthesis, "4 crates of 6 jars make 24, and 24 - 5 = 19.");
  // It forgot the answer: the student's own statement of it is put at its end.
  const Asked unsaid = ask(trace, options, {std::string(kPlan), "4 crates of 6 jars make 24."});
  EXPECT_EQ(unsaid.plan->synthesis, "4 crates of 6 jars make 24. So 19 jars are left.");
  // A wrong computation, a leaked instruction: the stitched path stays.
  for (const std::string text : {"4 * 6 = 25 jars, and 19 are left.",
                                 "Here is the shortened version: 4 * 6 = 24, 24 - 5 = 19."}) {
    const Asked refused = ask(trace, options, {std::string(kPlan), text});
    ASSERT_TRUE(refused.plan);
    EXPECT_FALSE(refused.plan->synthesis) << text;
    EXPECT_THAT(refused.plan->notes, ElementsAre(HasSubstr("synthesis refused: ")));
  }
}

TEST(SpanProtocol, SplitsByParagraphOrNotAtAll) {
  const Trace trace = trace_of(kReasoning);
  const Asked paragraphs =
      ask(trace, {.split = SplitBy::kDefault},
          {"1 S computation\t4 * 6 = 24 jars.\n2 K computation\n3 K answer\n"});
  ASSERT_TRUE(paragraphs.plan) << paragraphs.plan.error().detail;
  EXPECT_THAT(paragraphs.requests[0].messages.back().content, HasSubstr("3 numbered units"));
  const Asked whole = ask(trace, {.split = SplitBy::kNone},
                          {"1 S all of it\t4 * 6 = 24, and 24 - 5 = 19 jars are left.\n"});
  ASSERT_TRUE(whole.plan) << whole.plan.error().detail;
  EXPECT_EQ(path_of(trace, *whole.plan), "4 * 6 = 24, and 24 - 5 = 19 jars are left.");
}

// Kept bytes are the trace's own, whatever they are; new text comes through as it was written.
TEST(SpanProtocol, BytesSurvive) {
  const std::string odd =
      "Okay.\r\nWe have $\\frac{4}{2} = 2$ and \u2028 here.\r\n\r\n"
      "\u6240\u4ee5\u7b54\u6848\u662f 19\u3002 \U0001F600 \xed\xa0\x80 alone.\n"
      "\\[\\text{total} \\neq 24\\]\nSo 19.";
  const Trace trace = trace_of(odd);
  const std::size_t units = unit_ends(trace.reasoning_text(), SplitBy::kSkill).size();
  std::string reply = "1 D filler\n" + std::to_string(units) + " K all the rest\n";
  const Asked asked = ask(trace, {}, {reply});
  ASSERT_TRUE(asked.plan) << asked.plan.error().detail;
  EXPECT_EQ(path_of(trace, *asked.plan), odd.substr(7));
  EXPECT_THAT(asked.requests[0].messages.back().content,
              HasSubstr("\u6240\u4ee5\u7b54\u6848\u662f 19\u3002"));

  const std::string text = "$\\nu \\neq \\frac{1}{2}$, \u7b54\u6848 19 \U0001F600";
  reply = std::to_string(units) + " S everything\t" + text + "\n";
  const Asked rewritten = ask(trace, {}, {reply});
  ASSERT_TRUE(rewritten.plan);
  EXPECT_EQ(path_of(trace, *rewritten.plan), text);
}

TEST(SpanProtocol, AnEmptyReasoningIsNotAskedAbout) {
  const Asked asked = ask(trace_of("  "), {}, {std::string(kPlan)});
  EXPECT_EQ(asked.plan.error().reason, Reason::kNoReasoning);
  EXPECT_TRUE(asked.requests.empty());
}

TEST(SpanProtocol, TheGrammarGoesAlongWhereAsked) {
  const Asked asked = ask(trace_of(kReasoning), {.grammar = true}, {std::string(kPlan)});
  EXPECT_THAT(asked.requests[0].grammar, HasSubstr("root ::= f1\n"));
  EXPECT_THAT(asked.requests[0].grammar, HasSubstr("f6 ::= \"6 \""));
}

// Faults 2 and 4: calls name what their fixed texts are, whatever the trace.
TEST(SpanProtocol, CallsNameTheirPrompts) {
  SpanOptions options;
  options.second_look = true;
  const auto versions = [&](const Trace& trace) {
    std::vector<std::string> all;
    const Asked asked = ask(trace, options, {std::string(kPlan), "ok"});
    for (const auto& request : asked.requests) all.push_back(request.prompt_version);
    return all;
  };
  const auto both = versions(trace_of(kReasoning));
  ASSERT_EQ(both.size(), 2U);
  EXPECT_TRUE(both[0].starts_with("span plan ")) << both[0];
  EXPECT_TRUE(both[1].starts_with("span look ")) << both[1];
  EXPECT_EQ(versions(trace_of(std::string(kReasoning) + " ")).at(0), both[0]);
  options.keep_checks = path::KeepChecks::kNone;
  EXPECT_NE(versions(trace_of(kReasoning)).at(0), both[0]);
}

TEST(SpanProtocol, OptionsAreInTheIdentity) {
  const std::string base = SpanProtocol(SpanOptions{}).identity();
  EXPECT_NE(base, SpanProtocol({.split = SplitBy::kNone}).identity());
  EXPECT_NE(base, SpanProtocol({.keep_checks = path::KeepChecks::kNone}).identity());
  EXPECT_NE(base, SpanProtocol({.synthesis = Synthesis::kTeacher}).identity());
  EXPECT_NE(base, SpanProtocol({.second_look = true}).identity());
}

}  // namespace
}  // namespace drp::teacher
