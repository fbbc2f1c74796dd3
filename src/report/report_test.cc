// SPDX-License-Identifier: Apache-2.0
#include "report/report.h"

#include <gmock/gmock.h>

#include <filesystem>
#include <nlohmann/json.hpp>
#include <string>

#include "base/error.h"
#include "base/file.h"
#include "base/text.h"
#include "browser/sample_inputs.h"

namespace drp::report {
namespace {

using Json = nlohmann::json;
using testing::HasSubstr;
using testing::Not;

// One folder a test, gone afterwards.
class Report : public testing::Test {
 protected:
  Report()
      : folder_(std::filesystem::path(testing::TempDir()) /
                testing::UnitTest::GetInstance()->current_test_info()->name()) {
    std::filesystem::remove_all(folder_);
  }
  void TearDown() override { std::filesystem::remove_all(folder_); }

  std::string text(const char* name) const { return read_file(folder_ / name); }

  std::filesystem::path folder_;
};

std::string data_of(const std::string& html, const std::string& id) {
  const std::string open = "<script type=\"application/json\" id=\"" + id + "\">";
  const std::size_t begin = html.find(open);
  EXPECT_NE(begin, std::string::npos) << id;
  const std::size_t start = begin + open.size();
  return html.substr(start, html.find("</script>", start) - start);
}

std::size_t count_of(const std::string& text, const std::string& part) {
  std::size_t count = 0;
  for (std::size_t at = text.find(part); at != std::string::npos; at = text.find(part, at + 1))
    ++count;
  return count;
}

TEST_F(Report, JsonHasTheVerdictAndTheSeries) {
  const ReportInputs inputs = sample_inputs({.traces = 60, .problems = 300});
  write_report(inputs, folder_);
  const Json json = Json::parse(text("report.json"));
  const Json& verdict = json.at("verdict");
  const PairedComparison& pair = inputs.evaluation->comparisons[0];
  EXPECT_EQ(verdict.at("n"), 300);
  EXPECT_DOUBLE_EQ(verdict.at("tokens_before").get<double>(), pair.tokens_before);
  EXPECT_DOUBLE_EQ(verdict.at("tokens_after").get<double>(), pair.tokens_after);
  EXPECT_DOUBLE_EQ(verdict.at("accuracy_before").get<double>(), pair.accuracy_before);
  EXPECT_DOUBLE_EQ(verdict.at("accuracy_after").get<double>(), pair.accuracy_after);
  EXPECT_DOUBLE_EQ(verdict.at("accuracy_difference").at("low").get<double>(),
                   pair.accuracy_difference.low);
  EXPECT_DOUBLE_EQ(verdict.at("mcnemar_p").get<double>(), pair.mcnemar_p);
  EXPECT_THAT(verdict.at("sentence").get<std::string>(), HasSubstr("On 300 held-out problems"));
  EXPECT_EQ(json.at("lengths").at("arms").size(), 3U);
  EXPECT_EQ(json.at("capture").size(), 3U);
  EXPECT_EQ(json.at("pruning").at("traces"), 60);
  EXPECT_EQ(json.at("training").size(), inputs.training.size());
  const Json& likelihood = json.at("likelihood");
  EXPECT_EQ(likelihood.at("judged"), 60);
  EXPECT_EQ(likelihood.at("thresholds").size(), 7U);
  EXPECT_EQ(likelihood.at("curve").size(), 101U);
  EXPECT_DOUBLE_EQ(likelihood.at("thresholds")[5].at("kept").get<double>(),
                   inputs.learnability->thresholds[5].kept);
  EXPECT_EQ(json.at("evaluation").at("comparisons").size(), 6U);
  EXPECT_EQ(json.at("facts")[0].at("name"), "student");
  EXPECT_EQ(json.at("examples").at("traces").at("shown"), 60);
}

TEST_F(Report, MarkdownHasEveryTable) {
  write_report(sample_inputs({.traces = 60, .problems = 300}), folder_);
  const std::string markdown = text("report.md");
  for (const char* part :
       {"# DRP on grade-school word problems", "**On 300 held-out problems", "## Result",
        "| base → tuned | 300 |", "| base → control | 300 |", "## By group", "By operations",
        "## Response length", "## Pruning", "| MULTI-STEP COMPRESS |", "## Rejections",
        "| prune | wrong\\_answer |", "| curate | duplicate | 9 |",
        "## Does the student find the paths likely?",
        "| the first words after a deletion | 57 | −0.520 | −1.400 | 0.880 | 0.700 to 1.060 |",
        "| 0.00 | 100.0 % | 62.0 | −59 % |", "## Training", "## How it was made",
        "| together | 10 min 11 s |"}) {
    EXPECT_THAT(markdown, HasSubstr(part));
  }
  EXPECT_THAT(markdown, Not(HasSubstr("<script")));
  EXPECT_THAT(markdown, Not(HasSubstr("## Traces")));
}

TEST_F(Report, PageHasEverySectionAndItsData) {
  write_report(sample_inputs({.traces = 60, .problems = 300}), folder_);
  const std::string html = text("index.html");
  for (const char* id : {"result", "groups", "lengths", "pruning", "rejections", "likelihood",
                         "training", "traces", "held_out", "provenance"}) {
    EXPECT_EQ(count_of(html, "<section id=\"" + std::string(id) + "\""), 1U) << id;
    EXPECT_EQ(count_of(html, "<a href=\"#" + std::string(id) + "\">"), 1U) << id;
  }
  for (const char* part : {"id=\"verdict\"", "data-chart=\"lengths\"", "data-chart=\"capture\"",
                           "data-chart=\"pareto\"", "data-chart=\"answer_drop\"",
                           "data-chart=\"threshold\"", "data-chart=\"loss\"", "id=\"warnings\"",
                           "data-browser=\"traces\"", "data-browser=\"held_out\""}) {
    EXPECT_THAT(html, HasSubstr(part));
  }
  EXPECT_THAT(html, Not(HasSubstr("{{")));
  EXPECT_THAT(html, HasSubstr("content=\"default-src 'none';")) << "nothing is fetched";
  EXPECT_EQ(Json::parse(data_of(html, "report-data")), Json::parse(text("report.json")));
  const std::string data = data_of(html, "traces-data");
  const auto lines = split(data, '\n');
  EXPECT_EQ(Json::parse(lines.at(0)).size(), 60U);
  EXPECT_EQ(lines.size(), 61U);
}

TEST_F(Report, HostileTextIsText) {
  ReportInputs inputs = sample_inputs({.traces = 3, .problems = 30});
  inputs.title = "</title><script>alert(1)</script>";
  inputs.facts.push_back({"<img src=x>", "</td><script>alert(2)</script>"});
  inputs.warnings.push_back("<script>alert(3)</script>\xFF");
  write_report(inputs, folder_);
  const std::string html = text("index.html");
  EXPECT_EQ(count_of(html, "<script"), 4U) << "three data elements and the page's own script";
  EXPECT_EQ(count_of(html, "</script"), 4U);
  EXPECT_THAT(html, Not(HasSubstr("<img src=x")));
  EXPECT_TRUE(is_valid_utf8(html));
  EXPECT_TRUE(is_valid_utf8(text("report.json")));
  EXPECT_TRUE(is_valid_utf8(text("report.md")));
  EXPECT_EQ(html.find('\0'), std::string::npos);
  const std::string data = data_of(html, "traces-data");
  const auto lines = split(data, '\n');
  EXPECT_THAT(Json::parse(lines.at(1)).dump(), HasSubstr("</script><img src=x"));
}

TEST_F(Report, EverythingIsOptional) {
  write_report(ReportInputs{}, folder_);
  EXPECT_TRUE(Json::parse(text("report.json")).at("verdict").is_null());
  EXPECT_EQ(text("report.md"), "# DRP report\n");
  EXPECT_EQ(count_of(text("index.html"), "<section"), 0U);
}

TEST_F(Report, ARunThatOnlyPrunedHasAReport) {
  write_report(sample_inputs({.traces = 200, .evaluation = false}), folder_);
  const Json json = Json::parse(text("report.json"));
  EXPECT_TRUE(json.at("verdict").is_null());
  EXPECT_GT(json.at("pruning").at("accepted").at("traces").get<int>(), 100);
  const std::string html = text("index.html");
  EXPECT_THAT(html, HasSubstr("Tokens of accepted paths"));
  const std::string sentence = json.at("pruning").at("sentence");
  EXPECT_THAT(sentence, HasSubstr("Of 200 traces "));
  EXPECT_THAT(text("report.md"), HasSubstr("**Of 200 traces "));
  EXPECT_THAT(html, HasSubstr("<p class=\"verdict\" id=\"verdict\">Of 200 traces "));
  EXPECT_THAT(html, Not(HasSubstr("<section id=\"result\"")));
}

TEST_F(Report, OverTheLimitASampleIsShownAndSaid) {
  ReportInputs inputs = sample_inputs({.traces = 500, .evaluation = false});
  inputs.options.examples_max = 50;
  write_report(inputs, folder_);
  const Json json = Json::parse(text("report.json"));
  EXPECT_EQ(json.at("examples").at("traces").at("total"), 500);
  const int shown = json.at("examples").at("traces").at("shown");
  EXPECT_GE(shown, 50);
  EXPECT_LE(shown, 85) << "50, and at most 5 of each outcome beyond";
  EXPECT_EQ(json.at("pruning").at("traces"), 500) << "counts cover everything";
  EXPECT_THAT(text("index.html"), HasSubstr("of 500 traces."));
}

TEST_F(Report, TheSameInputsGiveTheSameBytes) {
  const ReportInputs inputs = sample_inputs({.traces = 40, .problems = 50});
  write_report(inputs, folder_);
  const std::string page = text("index.html");
  const std::string json = text("report.json");
  write_report(inputs, folder_);
  EXPECT_EQ(text("index.html"), page);
  EXPECT_EQ(text("report.json"), json);
}

TEST_F(Report, PlotlyIsInlinedOrRefused) {
  make_folder(folder_);
  ReportInputs inputs = sample_inputs({.traces = 3, .problems = 30});
  inputs.options.plotly_js = folder_ / "plotly.min.js";
  EXPECT_THROW(write_report(inputs, folder_ / "out"), Error);
  write_file_atomic(*inputs.options.plotly_js, "window.Plotly = {marker: 1};");
  write_report(inputs, folder_ / "out");
  EXPECT_THAT(read_file(folder_ / "out/index.html"), HasSubstr("window.Plotly = {marker: 1};"));
  write_file_atomic(*inputs.options.plotly_js, "x = '</SCRIPT>'");
  EXPECT_THROW(write_report(inputs, folder_ / "out"), Error);
}

TEST_F(Report, AFailingStreamLeavesTheOldReport) {
  ReportInputs inputs = sample_inputs({.traces = 3, .problems = 30});
  write_report(inputs, folder_);
  const std::string before = text("report.json");
  inputs.title = "second";
  inputs.paths = [](const std::function<void(const PrunedExample&)>&) {
    throw Error(ErrorKind::kData, "line 3 cannot be read");
  };
  EXPECT_THROW(write_report(inputs, folder_), Error);
  EXPECT_EQ(text("report.json"), before);
  EXPECT_EQ(std::distance(std::filesystem::directory_iterator(folder_), {}), 3);
}

TEST_F(Report, AFolderThatCannotBeMadeIsAnIoError) {
  make_folder(folder_);
  write_file_atomic(folder_ / "file", "x");
  try {
    write_report(ReportInputs{}, folder_ / "file" / "report");
    FAIL() << "expected an error";
  } catch (const Error& error) {
    EXPECT_EQ(error.kind(), ErrorKind::kIo);
    EXPECT_THAT(error.message(), HasSubstr("file"));
  }
}

}  // namespace
}  // namespace drp::report
