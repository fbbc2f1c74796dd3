// SPDX-License-Identifier: Apache-2.0
#include "report/ablation_report.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/file.h"
#include "base/text.h"
#include "base/text_layout.h"
#include "records/json_line.h"
#include "report/ablation_claims.h"

namespace drp::report {
namespace {

using ::testing::Contains;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

PairedComparison pair(const std::string& before, const std::string& after, Estimate difference,
                      double p, Estimate cut) {
  PairedComparison pair;
  pair.before = before;
  pair.after = after;
  pair.group = "all";
  pair.pairs = 400;
  pair.accuracy_before = 0.8;
  pair.accuracy_after = 0.8 + difference.value;
  pair.accuracy_difference = difference;
  pair.accuracy_p = pair.accuracy_p_holm = p;
  pair.tokens_before = 100;
  pair.tokens_after = 100 * (1 - cut.value);
  pair.tokens_cut = cut;
  pair.tokens_p = 0.0001;
  return pair;
}

StudentAblation sample() {
  StudentAblation student;
  student.student = "tiny<b>.gguf";
  for (const char* name : {"base", "skill", "default", "foreign"}) {
    AblationCell cell;
    cell.name = cell.sort = name;
    cell.teacher = "rules";
    cell.rows = 200;
    cell.target_tokens = cell.name == "foreign" ? 45 : 50;
    cell.trace_tokens = 100;
    if (cell.name == "skill") cell.steps = 9.5;
    if (cell.name == "default") cell.steps = 6.25;
    cell.seeds = {{1, "runs/1", 100, 400, 0.8, 100}, {2, "runs/2", 100, 400, 0.81, 99}};
    student.cells.push_back(cell);
    ArmSummary arm;
    arm.arm = name;
    arm.accuracy = {0.8, 0.76, 0.84};
    arm.tokens_mean = 100;
    student.against_base.arms.push_back(arm);
  }
  student.against_base.comparisons = {
      pair("base", "skill", {0.01, -0.02, 0.04}, 0.5, {0.5, 0.45, 0.55}),
      pair("base", "default", {-0.1, -0.14, -0.06}, 0.001, {0.4, 0.35, 0.45}),
      pair("base", "foreign", {-0.2, -0.24, -0.16}, 0.0001, {0.3, 0.2, 0.4})};
  student.against_skill.comparisons = {
      pair("skill", "default", {-0.11, -0.15, -0.07}, 0.002, {-0.2, -0.25, -0.15}),
      pair("skill", "foreign", {0.05, 0.01, 0.09}, 0.2, {0.25, 0.2, 0.3}),
      pair("skill", "unpruned", {0.05, 0.01, 0.09}, 0.2, {0.25, 0.2, 0.3})};
  student.notes = {"The cell random is left out."};
  return student;
}

TEST(AblationClaims, SayWhatTheIntervalsAllow) {
  const auto sentences = claim_sentences(sample());
  EXPECT_THAT(sentences, Contains(HasSubstr("Table 1, base → skill, tokens fall (paper: GSM8K 917 "
                                            "→ 328): reproduced. Here 100 → 50.0 tokens, cut "
                                            "50.0 %, 95 % interval 45.0 % to 55.0 %")));
  EXPECT_THAT(sentences, Contains(HasSubstr("Table 1, base → skill, accuracy rises (paper: GSM8K "
                                            "91.7 → 94.1 %): not decided")));
  EXPECT_THAT(sentences,
              Contains(::testing::AllOf(
                  HasSubstr("default split → skill split, accuracy rises"),
                  HasSubstr(": reproduced. Here 69.0 % → 80.0 %, difference +11.0 points, 95 % "
                            "interval +7.0 to +15.0, p = 0.002 after Holm"))));
  // 1 / 1.2 of the tokens is a cut of 16.7 %; the ends turn likewise.
  EXPECT_THAT(sentences, Contains(::testing::AllOf(
                             HasSubstr("default split → skill split, tokens fall"),
                             HasSubstr("reproduced. Here 120 → 100 tokens, cut 16.7 %, 95 % "
                                       "interval 13.0 % to 20.0 %"))));
  EXPECT_THAT(sentences, Contains(::testing::AllOf(HasSubstr("unpruned → skill, tokens fall"),
                                                   HasSubstr(": the opposite is shown"))));
  EXPECT_THAT(sentences, Not(Contains(HasSubstr("foreign solution → skill, tokens fall"))))
      << "their lengths are matched";
  // The interval leaves zero out, the adjusted test does not.
  EXPECT_THAT(sentences,
              Contains(::testing::AllOf(HasSubstr("foreign solution → skill, accuracy rises"),
                                        HasSubstr("not decided"))));
  EXPECT_THAT(sentences, Contains(HasSubstr("here 9.5 and 6.2 a trace, as in the paper")));
  EXPECT_THAT(sentences, Not(Contains(HasSubstr("without splitting"))));
  EXPECT_THAT(claim_sentences({}), IsEmpty());
}

TEST(AblationClaims, TargetLengthsStandBesideSkill) {
  EXPECT_THAT(target_lengths(sample()), HasSubstr("skill 50.0, default 50.0 (0 %), foreign 45.0"));
}

TEST(AblationReport, WritesThreeFilesThatEscapeNames) {
  const auto folder = std::filesystem::path(::testing::TempDir()) / "drp_ablation_report";
  make_folder(folder);
  const Ablation ablation{"Title", "400 generated problems a seed", {sample()}};
  write_ablation(ablation, folder);
  const std::string page = read_file(folder / "index.html");
  EXPECT_THAT(page, HasSubstr("tiny&lt;b&gt;.gguf"));
  EXPECT_THAT(page, HasSubstr("data-chart=\"ablation\" data-set=\"tiny&lt;b&gt;.gguf\""));
  EXPECT_THAT(page, HasSubstr("data-chart=\"ablation_tokens\""));
  EXPECT_THAT(page, Not(HasSubstr("data-chart=\"ablation_close\"")))
      << "all cells are within 20 points";
  EXPECT_THAT(page, Not(HasSubstr("tiny<b>")));
  EXPECT_THAT(page, HasSubstr("content=\"default-src 'none';")) << "nothing is fetched";
  const std::string markdown = read_file(folder / "ablation.md");
  EXPECT_THAT(markdown, HasSubstr("\\begin{tabular}"));
  EXPECT_THAT(markdown, HasSubstr("| 94.1 / 328 | 93.0 / 1781 |"));
  const std::string text = ablation_text(ablation);
  EXPECT_THAT(text, HasSubstr("  94.1 / 328  93.0 / 1781  "));
  for (const std::string& shown : {markdown, text}) {
    EXPECT_THAT(shown, HasSubstr("80.0 (76.0 to 84.0) / 100"));
    EXPECT_THAT(shown, HasSubstr("The cell random is left out."));
    EXPECT_THAT(shown, Not(HasSubstr("log P")));
  }
  for (const std::string_view line : split(text, '\n')) {
    EXPECT_THAT(columns_of(line), ::testing::Le(kTextColumns)) << line;
  }
  EXPECT_EQ(from_json_line<Ablation>(read_file(folder / "ablation.json"), "test"), ablation);
  std::filesystem::remove_all(folder);
}

TEST(AblationReport, ACloserChartWhereSomeCellsAreFarOff) {
  const auto folder = std::filesystem::path(::testing::TempDir()) / "drp_ablation_close";
  make_folder(folder);
  Ablation ablation{"Title", "400 problems", {sample()}};
  ablation.students[0].against_base.arms.back().accuracy = {0.1, 0.08, 0.12};
  write_ablation(ablation, folder);
  EXPECT_THAT(read_file(folder / "index.html"), HasSubstr("data-chart=\"ablation_close\""));
  // Of two students each has its own ids, whatever their names are.
  ablation.students.push_back(ablation.students[0]);
  ablation.students[1].student = "a \"b\".gguf";
  write_ablation(ablation, folder);
  EXPECT_THAT(read_file(folder / "index.html"), HasSubstr("<section id=\"cells-2\""));
  EXPECT_THAT(read_file(folder / "index.html"), HasSubstr("data-set=\"a &quot;b&quot;.gguf\""));
  std::filesystem::remove_all(folder);
}

TEST(AblationReport, PlotlyIsCopiedIntoThePage) {
  const auto folder = std::filesystem::path(::testing::TempDir()) / "drp_ablation_plotly";
  make_folder(folder);
  write_file_atomic(folder / "plotly.min.js", "window.Plotly = {marker: 1};");
  write_ablation({"Title", "400 problems", {sample()}}, folder, folder / "plotly.min.js");
  EXPECT_THAT(read_file(folder / "index.html"), HasSubstr("window.Plotly = {marker: 1};"));
  std::filesystem::remove_all(folder);
}

}  // namespace
}  // namespace drp::report
