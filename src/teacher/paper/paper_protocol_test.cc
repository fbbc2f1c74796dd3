// SPDX-License-Identifier: Apache-2.0
// The paper's two calls from trace to plan, with replies from memory.
#include "teacher/paper/paper_protocol.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>

#include "base/error.h"
#include "llm/replay_model.h"
#include "path/import_trace.h"
#include "path/try_plan.h"
#include "teacher/model/model_teacher.h"

namespace drp::teacher {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

const Problem kProblem{
    "p",
    "Iva packs 4 crates with 6 jars each and then takes 5 jars out. How many are left?",
    "19",
    "math",
    {}};
constexpr std::string_view kReasoning =
    "Okay, let me see. 4 crates of 6 jars are there, and 4 * 6 = 24.\n\n"
    "## Step 2: checking\nIs it 4 crates? Yes, 4.\n\nNow 24 - 5 = 19. So 19 jars are left.";

constexpr std::string_view kSplit =
    "Step 1: Okay, let me see.\nSkill: filler\n"
    "Step 2: 4 crates of 6 jars are there, and 4 * 6 = 24.\nSkill: multiplication\n"
    "Step 3: ## Step 2: checking\nIs it 4 crates? Yes, 4.\nSkill: checking\n"
    "Step 4: Now 24 - 5 = 19.\nSkill: subtraction\n"
    "Step 5: So 19 jars are left.\nSkill: stating the answer\n";
constexpr std::string_view kActions =
    "Step 1: DELETE\nStep 2: SINGLE-STEP COMPRESS\nStep 3: DELETE\nStep 4: KEEP\nStep 5: KEEP\n";
constexpr std::string_view kSynthesis =
    "##\n4 crates of 6 jars make 4 * 6 = 24.\n\n## So\nNow 24 - 5 = 19. So 19 jars are left.";

Trace trace_of(std::string_view reasoning) {
  return path::make_trace({"p", 0, FinishReason::kStop, ""},
                          "<think>" + std::string(reasoning) + "</think>\n\n\\boxed{19}");
}

struct Asked {
  expected<Plan, Rejection> plan;
  std::vector<llm::ChatRequest> requests;
};

Asked ask(const PaperOptions& options, std::vector<std::string> replies,
          std::string_view reasoning = kReasoning) {
  auto model = std::make_unique<llm::ReplayModel>();
  llm::ReplayModel& replay = *model;
  std::size_t given = 0;
  model->fallback([&](const llm::ChatRequest&) -> std::optional<llm::ChatReply> {
    if (given == replies.size()) return std::nullopt;
    return llm::ReplayModel::reply(replies[given++]);
  });
  ModelTeacher teacher(std::move(model), std::make_unique<PaperProtocol>(options));
  Asked asked{teacher.plan(kProblem, trace_of(reasoning)), {}};
  asked.requests = replay.asked();
  return asked;
}

TEST(PaperProtocol, TwoCallsMakeAPlan) {
  const Asked asked =
      ask({}, {std::string(kSplit), std::string(kActions) + std::string(kSynthesis)});
  ASSERT_TRUE(asked.plan) << asked.plan.error().detail;
  const Plan& plan = *asked.plan;
  ASSERT_EQ(plan.steps.size(), 5U);
  EXPECT_EQ(plan.coverage, 1);
  EXPECT_EQ(slice(kReasoning, plan.steps[2].span),
            "## Step 2: checking\nIs it 4 crates? Yes, 4.\n\n");
  EXPECT_EQ(plan.steps[1].action, Action::kSingleStepCompress);
  EXPECT_EQ(plan.steps[1].skill, "computation");
  EXPECT_EQ(plan.steps[1].said, "multiplication");
  // What stands after ##, its own headings included; nothing of the actions.
  EXPECT_EQ(plan.synthesis,
            "4 crates of 6 jars make 4 * 6 = 24.\n\n## So\nNow 24 - 5 = 19. So 19 jars are left.");
  EXPECT_TRUE(path::try_plan(kProblem, trace_of(kReasoning), plan));
  ASSERT_EQ(asked.requests.size(), 2U);
  EXPECT_THAT(asked.requests[0].messages.back().content, HasSubstr(kReasoning));
  EXPECT_THAT(asked.requests[1].messages.back().content, HasSubstr(kProblem.question));
  EXPECT_THAT(asked.requests[1].messages.back().content,
              HasSubstr("Step 4: Now 24 - 5 = 19.\nSkill: subtraction\n"));
}

// Fault 2: another way to ask for the second call leaves the first one's replies in use.
TEST(PaperProtocol, AChangedSecondCallLeavesTheFirst) {
  const PaperPrompt one;
  PaperPrompt other;
  other.keep_checks = path::KeepChecks::kNone;
  EXPECT_EQ(one.split_version(), other.split_version());
  EXPECT_NE(one.prune_version(), other.prune_version());
  EXPECT_NE(one.whole_version(), PaperPrompt::own_version());
}

TEST(PaperProtocol, StitchTakesTextsFromTheLines) {
  const Asked asked =
      ask({.synthesis = Synthesis::kStitch},
          {std::string(kSplit),
           "**Step 1:** DELETE\n**Step 2:** SINGLE-STEP COMPRESS: There are 4 * 6 = 24.\n"
           "**Step 3:** Delete\n**Step 4:** multi-step compress\n"
           "**Step 5:** MULTI-STEP COMPRESS - 24 - 5 = 19 jars are left.\n"});
  ASSERT_TRUE(asked.plan) << asked.plan.error().detail;
  EXPECT_FALSE(asked.plan->synthesis);
  const auto applied = path::try_plan(kProblem, trace_of(kReasoning), *asked.plan);
  ASSERT_TRUE(applied) << applied.error().detail;
  EXPECT_EQ(applied->reasoning, "There are 4 * 6 = 24.\n\n24 - 5 = 19 jars are left.");
}

// A re-typed split that leaves text out is asked for again, then rejected.
TEST(PaperProtocol, TooLittleCoverageIsAFault) {
  const std::string lazy =
      "Step 1: Okay, let me see.\nSkill: filler\nStep 2: ... So 19 jars are left.\nSkill: answer\n";
  const Asked mended =
      ask({}, {lazy, std::string(kSplit), std::string(kActions) + std::string(kSynthesis)});
  ASSERT_TRUE(mended.plan) << mended.plan.error().detail;
  EXPECT_THAT(mended.plan->notes, ElementsAre(HasSubstr("% of the words of the reasoning")));
  EXPECT_THAT(mended.requests[1].messages.back().content, HasSubstr("the steps hold only"));
  const Asked lost = ask({}, {lazy, lazy});
  EXPECT_EQ(lost.plan.error().reason, Reason::kBadReply);
  EXPECT_EQ(lost.requests.size(), 2U);
}

TEST(PaperProtocol, EachCallMayBeMendedOnce) {
  const Asked asked = ask({}, {"no steps at all", std::string(kSplit), "Step 1: SKIP\n",
                               std::string(kActions) + std::string(kSynthesis)});
  ASSERT_TRUE(asked.plan) << asked.plan.error().detail;
  EXPECT_EQ(asked.plan->notes.size(), 2U);
  EXPECT_THAT(asked.requests[3].messages.back().content, HasSubstr("has the action \"SKIP\""));
}

TEST(PaperProtocol, OtherSplitsAndTargets) {
  const Asked paragraphs =
      ask({.split = SplitBy::kDefault},
          {"Step 1: Okay, let me see. 4 crates of 6 jars are there, and 4 * 6 = 24.\n"
           "Step 2: ## checking\nIs it 4 crates? Yes, 4.\nStep 3: Now 24 - 5 = 19. So 19 jars are "
           "left.",
           "Step 1: KEEP\nStep 2: DELETE\nStep 3: KEEP\n## 4 * 6 = 24. Now 24 - 5 = 19."},
          "Okay, let me see. 4 crates of 6 jars are there, and 4 * 6 = 24.\n\n"
          "## checking\nIs it 4 crates? Yes, 4.\n\nNow 24 - 5 = 19. So 19 jars are left.");
  ASSERT_TRUE(paragraphs.plan) << paragraphs.plan.error().detail;
  EXPECT_EQ(paragraphs.plan->steps.size(), 3U);
  EXPECT_EQ(paragraphs.plan->synthesis, "4 * 6 = 24. Now 24 - 5 = 19.");

  const Asked whole = ask({.split = SplitBy::kNone}, {"4 * 6 = 24 jars, 24 - 5 = 19 are left."});
  ASSERT_TRUE(whole.plan);
  EXPECT_EQ(whole.requests.size(), 1U);
  EXPECT_FALSE(whole.plan->own);
  EXPECT_TRUE(path::try_plan(kProblem, trace_of(kReasoning), *whole.plan));

  const Asked own = ask({.target = Target::kOwn}, {"Left: $4(6) - 5 = \\boxed{19}$."});
  ASSERT_TRUE(own.plan);
  EXPECT_TRUE(own.plan->own);
  EXPECT_EQ(own.requests[0].messages.size(), 1U);
  EXPECT_TRUE(path::try_plan(kProblem, trace_of(kReasoning), *own.plan));
}

TEST(PaperProtocol, TheAnswerEndsThePath) {
  const Asked asked =
      ask({}, {std::string(kSplit), std::string(kActions) + "##\n4 crates of 6 jars: 4 * 6 = 24."});
  ASSERT_TRUE(asked.plan);
  EXPECT_EQ(asked.plan->synthesis, "4 crates of 6 jars: 4 * 6 = 24. So 19 jars are left.");
}

// A path that comes to another answer is corrected in one further call, where that is asked for.
TEST(PaperProtocol, AWrongPathIsCorrected) {
  const std::string wrong = std::string(kActions) + "##\n4 * 6 = 24. Now 24 - 5 = 18.";
  const std::string right = "4 * 6 = 24. Now 24 - 5 = 19.";
  const Asked as_it_is = ask({}, {std::string(kSplit), wrong});
  ASSERT_TRUE(as_it_is.plan);
  EXPECT_FALSE(path::try_plan(kProblem, trace_of(kReasoning), *as_it_is.plan));

  const Asked asked = ask({.correction = Correction::kPath},
                          {std::string(kSplit), wrong, "```\n" + right + "\n```"});
  ASSERT_TRUE(asked.plan) << asked.plan.error().detail;
  ASSERT_EQ(asked.requests.size(), 3U);
  const std::string& message = asked.requests[2].messages.back().content;
  EXPECT_THAT(message, HasSubstr(kProblem.question));
  EXPECT_THAT(message, HasSubstr("Right answer:\n19\n"));
  EXPECT_THAT(message, HasSubstr("Now 24 - 5 = 18."));
  EXPECT_EQ(asked.plan->synthesis, right);
  EXPECT_EQ(asked.plan->corrected, Corrected::kPath);
  EXPECT_THAT(asked.plan->notes, ElementsAre("corrected by the teacher to come to 19"));
  EXPECT_TRUE(path::try_plan(kProblem, trace_of(kReasoning), *asked.plan));

  const Asked fine = ask({.correction = Correction::kPath},
                         {std::string(kSplit), std::string(kActions) + std::string(kSynthesis)});
  ASSERT_TRUE(fine.plan);
  EXPECT_EQ(fine.requests.size(), 2U) << "nothing to correct";
  EXPECT_FALSE(fine.plan->corrected);
  const Asked empty = ask({.correction = Correction::kPath}, {std::string(kSplit), wrong, " "});
  ASSERT_TRUE(empty.plan) << "the gates decide";
  EXPECT_FALSE(empty.plan->corrected);
  EXPECT_THAT(empty.plan->notes, ElementsAre("correction refused: the correction is empty"));
}

// A wrong trace is pruned like others; its path and its answer come to the reference.
TEST(PaperProtocol, AWrongTraceIsCorrectedUpToTheReference) {
  const std::string reasoning =
      "Okay, let me see. 4 crates of 6 jars are there, and 4 * 6 = 24. Now 24 - 5 = 18.";
  const std::string pruned = "Step 1: DELETE\nStep 2: KEEP\n##\n4 * 6 = 24. Now 24 - 5 = 18.";
  const std::string split =
      "Step 1: Okay, let me see.\nSkill: filler\nStep 2: 4 crates of 6 jars are there, and 4 * 6 = "
      "24. Now 24 - 5 = 18.\nSkill: computation\n";
  const auto plan_of = [&](const std::string& answer_section, std::vector<std::string> replies) {
    auto model = std::make_unique<llm::ReplayModel>();
    std::size_t given = 0;
    model->fallback([&](const llm::ChatRequest&) -> std::optional<llm::ChatReply> {
      if (given == replies.size()) return std::nullopt;
      return llm::ReplayModel::reply(replies[given++]);
    });
    const PaperOptions options{.correction = Correction::kAnswer};
    ModelTeacher teacher(std::move(model), std::make_unique<PaperProtocol>(options));
    return teacher.plan(kProblem,
                        path::make_trace({"p", 0, FinishReason::kStop, ""},
                                         "<think>" + reasoning + "</think>" + answer_section));
  };
  const auto plan = plan_of("\n\n\\boxed{18}", {split, pruned, "4 * 6 = 24. Now 24 - 5 = 19."});
  ASSERT_TRUE(plan) << plan.error().detail;
  EXPECT_EQ(plan->corrected, Corrected::kAnswer);
  EXPECT_EQ(plan->synthesis, "4 * 6 = 24. Now 24 - 5 = 19.");
  EXPECT_EQ(plan->notes.size(), 2U);
  // The teacher's first path came to the reference by itself.
  const auto by_itself = plan_of(
      "\n\n\\boxed{18}", {split, "Step 1: DELETE\nStep 2: KEEP\n##\n4 * 6 = 24. 24 - 5 = 19."});
  ASSERT_TRUE(by_itself) << by_itself.error().detail;
  EXPECT_EQ(by_itself->corrected, Corrected::kAnswer);
  EXPECT_EQ(plan_of("\n\n\\boxed{18}", {split, pruned, ""}).error().reason, Reason::kBadReply);
}

TEST(PaperProtocol, CorrectionIsPartOfTheIdentity) {
  std::set<std::string> identities;
  for (const Correction correction : {Correction::kNone, Correction::kPath, Correction::kAnswer}) {
    identities.insert(PaperProtocol({.correction = correction}).identity());
  }
  EXPECT_EQ(identities.size(), 3U);
  EXPECT_THROW(correction_from("all"), Error);
}

TEST(PaperProtocol, BytesSurvive) {
  const std::string odd =
      "Okay.\r\nWe have $\\frac{4}{2} \\neq 24$ \u2028 here.\r\n\r\n"
      "\u6240\u4ee5\u7b54\u6848\u662f 19\u3002 \U0001F600 \xed\xa0\x80 alone. So 19.";
  const Asked asked =
      ask({.synthesis = Synthesis::kStitch},
          {"Step 1: Okay.\nSkill: filler\nStep 2: We have $\\frac{4}{2} \\neq 24$ "
           "here.\n\u6240\u4ee5\u7b54\u6848\u662f 19\u3002 \U0001F600 alone. So 19.\nSkill: rest\n",
           "Step 1: DELETE\nStep 2: KEEP\n"},
          odd);
  ASSERT_TRUE(asked.plan) << asked.plan.error().detail;
  const auto applied = path::apply_plan(trace_of(odd).reasoning_text(), *asked.plan);
  ASSERT_TRUE(applied);
  EXPECT_EQ(applied->reasoning, odd.substr(7));
}

TEST(ReadSplit, NamesTheFault) {
  const auto fault = [](std::string_view reply, bool skills) {
    const auto read = read_split(reply, skills);
    return read ? std::string() : read.error().detail;
  };
  EXPECT_THAT(fault("nothing", true), HasSubstr("no line \"Step 1"));
  EXPECT_THAT(fault("Step 1: a\n", true), HasSubstr("Step 1 has no line \"Skill"));
  EXPECT_THAT(fault("Step 1: a\nSkill: x\nStep 3: b\nSkill: y\n", true),
              HasSubstr("after Step 1 comes Step 3"));
  EXPECT_THAT(fault("Step 1:\nSkill: x\n", true), HasSubstr("Step 1 has no text"));
  EXPECT_THAT(fault("Step 1: a\nSkill:\n", true), HasSubstr("empty skill"));
  EXPECT_EQ(fault("Here:\n\nStep 1: a\nmore\nStep 2: b", false), "");
}

TEST(ReadPruned, NamesTheFault) {
  const auto fault = [](std::string_view reply, bool synthesis) {
    const auto read = read_pruned(reply, 2, synthesis);
    return read ? std::string() : read.error().detail;
  };
  EXPECT_THAT(fault("Step 1: KEEP\n## text", true), HasSubstr("no line for Step 2"));
  EXPECT_THAT(fault("Step 2: KEEP\n", true), HasSubstr("Step 2 comes after Step 0"));
  EXPECT_THAT(fault("Step 1: KEEPING\n", true), HasSubstr("has the action \"KEEPING\""));
  EXPECT_THAT(fault("Step 1: KEEP\nStep 2: DELETE\n", true), HasSubstr("line that opens with ##"));
  EXPECT_THAT(fault("Step 1: KEEP\nStep 2: SINGLE-STEP COMPRESS\n", false),
              HasSubstr("Step 2 is to be compressed but has no new text"));
  EXPECT_THAT(fault("Step 1: MULTI-STEP COMPRESS\nStep 2: KEEP\n", false),
              HasSubstr("group that ends at Step 1"));
  // A heading over the actions opens no synthesis.
  EXPECT_EQ(fault("## Actions\nStep 1: KEEP\nStep 2: DELETE\n## text", true), "");
}

}  // namespace
}  // namespace drp::teacher
