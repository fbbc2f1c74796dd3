// SPDX-License-Identifier: Apache-2.0
#include <gmock/gmock.h>

#include "browser/sample_likelihood.h"
#include "report/sections.h"

namespace drp::report {
namespace {

using testing::HasSubstr;

std::string first_paragraph(const Learnability& sum) {
  ReportInputs inputs;
  inputs.learnability = sum;
  const Section section = likelihood_section(inputs, {});
  return section.pieces.empty() ? "" : std::get<Paragraph>(section.pieces.front()).text;
}

TEST(LikelihoodSection, ConcludesNoMoreThanTheIntervalsAllow) {
  Learnability sum = sample_learnability(1);
  sum.within_limit = {0.99, 0.96, 1};
  EXPECT_THAT(
      first_paragraph(sum),
      HasSubstr("After 99.0 % of the paths (95 % interval 96.0 to 100.0 %) the answer is at "
                "most 0.1 nat a token less likely than after the whole trace: pruning "
                "leaves what the student needs"));
  sum.within_limit = {0.8, 0.7, 0.88};
  EXPECT_THAT(first_paragraph(sum), HasSubstr("lack something that the student relied on"));
  sum.within_limit = {0.93, 0.84, 0.97};
  EXPECT_THAT(first_paragraph(sum), HasSubstr("cannot be told from so few"));

  sum.reasoning_drop = {0.2, 0.1, 0.3};
  EXPECT_THAT(first_paragraph(sum), HasSubstr("0.200 nat less likely than one"));
  sum.reasoning_drop = {-0.2, -0.3, -0.1};
  EXPECT_THAT(first_paragraph(sum), HasSubstr("0.200 nat more likely than one"));
  sum.reasoning_drop = {0.2, -0.1, 0.5};
  EXPECT_THAT(first_paragraph(sum), HasSubstr("is as likely as one"));
}

TEST(LikelihoodSection, SaysHowManyOfHowMany) {
  ReportInputs inputs;
  inputs.learnability = sample_learnability(1);
  Summary summary;
  summary.pruning = PruningSummary{};
  summary.pruning->accepted.traces = 240;
  const auto said = [&] {
    return std::get<Paragraph>(likelihood_section(inputs, summary).pieces.at(1)).text;
  };
  EXPECT_THAT(said(), HasSubstr("a random sample of 61 of the 240 accepted paths"));
  EXPECT_THAT(said(), HasSubstr("1 of them could not be judged"));
  inputs.learnability->not_judged = 0;
  summary.pruning->accepted.traces = 60;
  EXPECT_THAT(said(), HasSubstr("all 60 accepted paths"));
}

TEST(LikelihoodSection, NothingJudgedIsNoSection) {
  EXPECT_TRUE(likelihood_section({}, {}).pieces.empty());
  ReportInputs inputs;
  inputs.learnability = Learnability{.judged = 0, .not_judged = 3};
  EXPECT_TRUE(likelihood_section(inputs, {}).pieces.empty());
}

}  // namespace
}  // namespace drp::report
