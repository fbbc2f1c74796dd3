// SPDX-License-Identifier: Apache-2.0
#include <gmock/gmock.h>

#include "report/sections.h"

namespace drp::report {
namespace {

using testing::HasSubstr;

// Traces of 100 tokens; accepted paths of `after`.
PruningSummary summary_of(std::int64_t traces, std::int64_t right, std::int64_t accepted,
                          std::int64_t after = 40) {
  PruningSummary pruning;
  pruning.traces = traces;
  pruning.length_unit = "tokens";
  pruning.right = {right, 100 * right, 100 * (right - accepted) + after * accepted};
  pruning.accepted = {accepted, 100 * accepted, after * accepted};
  return pruning;
}

TEST(PruningSentence, EveryOutcomeReadsWell) {
  EXPECT_EQ(pruning_sentence(summary_of(20, 12, 10)),
            "Of 20 traces 12 are right, and 10 of those (83.3 %) became accepted paths: on average "
            "100 tokens "
            "become 40.0 (\u221260 %). Over all right traces, rejected ones at full length, 100 "
            "become 50.0 (\u221250 %).");
  EXPECT_EQ(pruning_sentence(summary_of(20, 20, 20)),
            "Of 20 traces 20 are right, and 20 of those (100.0 %) became accepted paths: on "
            "average 100 tokens "
            "become 40.0 (\u221260 %).");
  EXPECT_EQ(
      pruning_sentence(summary_of(20, 12, 1, 120)),
      "Of 20 traces 12 are right, and 1 of those (8.3 %) became an accepted path: 100 tokens "
      "become 120 (+20 %). Over all right traces, rejected ones at full length, 100 become 102 "
      "(+2 %).");
  EXPECT_EQ(pruning_sentence(summary_of(20, 12, 0)),
            "Of 20 traces 12 are right, and none of those became an accepted path.");
  EXPECT_EQ(
      pruning_sentence(summary_of(20, 1, 1)),
      "Of 20 traces 1 is right, and it became an accepted path: 100 tokens become 40.0 (\u221260 "
      "%).");
  EXPECT_EQ(pruning_sentence(summary_of(20, 0, 0)),
            "Of 20 traces none is right, so none was pruned.");
  EXPECT_EQ(pruning_sentence(summary_of(1, 1, 1, 100)),
            "The one trace is right, and it became an accepted path: 100 tokens become 100 (0 %).");
  EXPECT_EQ(pruning_sentence(summary_of(1, 1, 0)),
            "The one trace is right, and it became no accepted path.");
  EXPECT_EQ(pruning_sentence(summary_of(1, 0, 0)),
            "The one trace is not right, so none was pruned.");
}

TEST(PruningSection, CountsStandAfterTheirNames) {
  Summary summary;
  summary.flow = {{"training problems", 3}, {"traces", 1}, {"accepted paths", 1}};
  const Section section = pruning_section(summary);
  EXPECT_EQ(std::get<Paragraph>(section.pieces.at(0)).text,
            "Training problems\u00A0"
            "3 \u2192 traces\u00A0"
            "1 \u2192 accepted paths\u00A0"
            "1");
}

TEST(PruningSection, WithoutARightTraceItSaysSo) {
  Summary summary;
  summary.pruning = summary_of(7, 0, 0);
  summary.verdict = Verdict{};
  const Section section = pruning_section(summary);
  ASSERT_EQ(section.pieces.size(), 1U);
  EXPECT_THAT(std::get<Paragraph>(section.pieces.at(0)).text, HasSubstr("none is right"));
}

TEST(PruningSection, CorrectionsAreTold) {
  Summary summary;
  summary.pruning = summary_of(20, 10, 9);
  summary.pruning->corrected_paths = {3, 2};
  summary.pruning->corrected_answers = {5, 4};
  summary.pruning->from_wrong = {4, 400, 200};
  const Section section = pruning_section(summary);
  EXPECT_THAT(std::get<Paragraph>(section.pieces.at(0)).text,
              testing::AllOf(HasSubstr("came to another answer: 2 of 3 accepted."),
                             HasSubstr("up to the reference: 4 of 5 accepted; these are counted "
                                       "apart")));
  EXPECT_THAT(to_markdown(std::get<Table>(section.pieces.at(1))),
              HasSubstr("| wrong traces with a corrected answer | 4 | 100 | 50.0 |"));
}

}  // namespace
}  // namespace drp::report
