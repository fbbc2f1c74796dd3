// SPDX-License-Identifier: Apache-2.0
// Most behaviour is pinned by tests/golden/paths; here are the faults of plans and the properties.
#include "path/apply_plan.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "base/random.h"
#include "path/flow.h"
#include "path/gates.h"
#include "path/import_trace.h"
#include "path/unit.h"

namespace drp::path {
namespace {

Step step(std::size_t begin, std::size_t end, Action action,
          std::optional<std::string> text = std::nullopt) {
  return {{begin, end}, "", action, std::move(text), "", ""};
}

Plan plan_of(std::vector<Step> steps) { return {"t", "p", "test", std::move(steps)}; }

TEST(CheckPlan, NamesTheFault) {
  const std::string text = "One. Two.";
  const auto reason = [&](std::vector<Step> steps) {
    return check_plan(text, plan_of(std::move(steps)))->reason;
  };
  EXPECT_FALSE(check_plan(text, plan_of({step(0, 5, Action::kKeep), step(5, 9, Action::kDelete)})));
  EXPECT_EQ(reason({}), Reason::kBadPlan);
  EXPECT_EQ(reason({step(0, 5, Action::kKeep)}), Reason::kBadPlan);
  EXPECT_EQ(reason({step(5, 9, Action::kKeep), step(0, 5, Action::kKeep)}), Reason::kBadPlan);
  EXPECT_EQ(reason({step(0, 5, Action::kKeep), step(3, 9, Action::kKeep)}), Reason::kOrder);
  EXPECT_EQ(reason({step(0, 12, Action::kKeep)}), Reason::kBadPlan);
  EXPECT_EQ(reason({step(0, 0, Action::kKeep), step(0, 9, Action::kKeep)}), Reason::kBadPlan);
  EXPECT_EQ(reason({step(0, 9, Action::kSingleStepCompress)}), Reason::kBadPlan);
  EXPECT_EQ(reason({step(0, 9, Action::kSingleStepCompress, " ")}), Reason::kBadPlan);
  EXPECT_EQ(reason({step(0, 9, Action::kKeep, "text")}), Reason::kBadPlan);
  EXPECT_EQ(reason({step(0, 5, Action::kMultiStepCompress), step(5, 9, Action::kKeep)}),
            Reason::kFarMerge);
}

TEST(ApplyPlan, KeepingEverythingGivesTheSameBytes) {
  const std::string text = "\n So, wait. First, 3 + 4 = 7:\n\n- But a list.\n\nThen stop. \n";
  std::vector<Step> steps;
  for (const Unit& unit : cut_units(text)) {
    steps.push_back(step(unit.span.begin, unit.span.end, Action::kKeep));
  }
  EXPECT_EQ(apply_plan(text, plan_of(steps))->reasoning, text);
}

TEST(ApplyPlan, PiecesPointIntoTraceAndPath) {
  const std::string text = "Hmm, well. So 3 + 4 = 7. Bye.";
  const auto applied =
      apply_plan(text, plan_of({step(0, 11, Action::kDelete), step(11, 25, Action::kKeep),
                                step(25, 29, Action::kDelete)}));
  ASSERT_TRUE(applied);
  EXPECT_EQ(applied->reasoning, "3 + 4 = 7.");
  ASSERT_EQ(applied->pieces.size(), 1U);
  EXPECT_EQ(applied->pieces[0].source, (Span{11, 25}));
  EXPECT_EQ(slice(applied->reasoning, applied->pieces[0].path), "3 + 4 = 7.");
  EXPECT_TRUE(applied->pieces[0].mended);
}

TEST(ApplyPlan, ALineThatStandsForAGroupStaysALine) {
  const std::string text = "P = 24 cm\n\nSo it is 24 cm. Therefore, it fits.";
  const auto applied =
      apply_plan(text, plan_of({step(0, 11, Action::kMultiStepCompress),
                                step(11, 27, Action::kMultiStepCompress, "P = 24 cm"),
                                step(27, text.size(), Action::kKeep)}));
  ASSERT_TRUE(applied);
  EXPECT_EQ(applied->reasoning, "P = 24 cm\n\nTherefore, it fits.");
}

TEST(ApplyPlan, VerbatimSeamsChangeNoByte) {
  const std::string text = "Hmm. So 3 + 4 = 7.";
  const auto applied = apply_plan(
      text, plan_of({step(0, 5, Action::kDelete), step(5, 18, Action::kKeep)}), {Seams::kVerbatim});
  EXPECT_EQ(applied->reasoning, "So 3 + 4 = 7.");
}

TEST(ApplyPlan, AnyDeletionOfAnyTextHolds) {
  Random random(11);
  const std::vector<std::string> scraps = {"So ",     "But ", "First, ",     "x = 3. ",
                                           "$a. b$ ", "\n\n", "3 + 4 = 7. ", "Wait, ",
                                           "- ",      "1. ",  ":\n",         "\xff"};
  for (int round = 0; round < 2000; ++round) {
    std::string text;
    for (std::size_t i = random.index(30); i > 0; --i) {
      text += random.pick(scraps);
    }
    std::vector<Step> steps;
    for (const Unit& unit : cut_units(text)) {
      steps.push_back(step(unit.span.begin, unit.span.end,
                           random.chance(0.5) ? Action::kKeep : Action::kDelete));
    }
    if (steps.empty()) {
      continue;
    }
    const auto applied = apply_plan(text, plan_of(steps));
    ASSERT_TRUE(applied);
    std::size_t at = 0;
    for (const Piece& piece : applied->pieces) {
      ASSERT_GE(piece.path.begin, at);
      ASSERT_LE(piece.path.end, applied->reasoning.size());
      at = piece.path.end;
    }
    ASSERT_EQ(applied->reasoning.find("\n\n\n"), text.find("\n\n\n") == std::string::npos
                                                     ? std::string::npos
                                                     : applied->reasoning.find("\n\n\n"));
  }
}

TEST(RebuildResponse, KeepsMarkersAndAnswer) {
  const Trace trace =
      make_trace({"p", 2, FinishReason::kStop, "s"}, "<think>\nlong\n</think>\n\n**4**");
  EXPECT_EQ(trace.id, "p/2");
  const std::string rebuilt = rebuild_response(trace, trace.reasoning_text(), trace.answer_text());
  EXPECT_EQ(rebuilt, trace.response);
  EXPECT_TRUE(rebuild_response(trace, "short", trace.answer_text()).ends_with("**4**"));
}

TEST(FindMissing, TakesTheLastComputationAsIntroduction) {
  const std::string texts[] = {"14 + 9 = 24.", "14 + 9 = 23.", "23 - 5 = 18."};
  const Flow flows[] = {read_flow(texts[0]), read_flow(texts[1]), read_flow(texts[2])};
  const std::vector<FlowItem> items = {
      {&flows[0], texts[0], false}, {&flows[1], texts[1], false}, {&flows[2], texts[2], true}};
  const std::vector<Missing> missing =
      find_missing(read_given("She has 14, finds 9, gives 5."), items);
  ASSERT_EQ(missing.size(), 1U);
  EXPECT_EQ(missing[0].user, 2U);
  EXPECT_EQ(missing[0].introducer, 1U);
  EXPECT_EQ(missing[0].what, "23");
}

}  // namespace
}  // namespace drp::path
