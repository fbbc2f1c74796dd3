// SPDX-License-Identifier: Apache-2.0
#include "report/report.h"

#include <gmock/gmock.h>

#include <filesystem>
#include <nlohmann/json.hpp>
#include <set>
#include <string>

#include "base/error.h"
#include "base/file.h"
#include "base/text.h"
#include "base/text_layout.h"
#include "browser/sample_inputs.h"
#include "report/table.h"
#include "report/unpack_for_tests.h"

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

// What the page's script unpacks for a browser.
Json index_of(const std::string& html, const std::string& browser) {
  const Json header = Json::parse(data_of(html, browser + "-data"));
  return Json::parse(inflate(unbase64(header.at("index").get<std::string>())));
}

std::vector<Json> bodies_of(const std::string& html, const std::string& browser) {
  std::vector<Json> bodies;
  const std::size_t blocks = Json::parse(data_of(html, browser + "-data")).at("lines").size();
  for (std::size_t i = 0; i < blocks; ++i) {
    const std::string open =
        "<script type=\"text/plain\" id=\"" + browser + "-block-" + std::to_string(i) + "\">";
    const std::size_t begin = html.find(open) + open.size();
    const std::string text =
        inflate(unbase64(html.substr(begin, html.find("</script>", begin) - begin)));
    for (const std::string_view line : split(text, '\n')) bodies.push_back(Json::parse(line));
  }
  return bodies;
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
  EXPECT_EQ(verdict.at("accuracy_test"), "exact McNemar test");
  EXPECT_DOUBLE_EQ(verdict.at("accuracy_p").get<double>(), pair.accuracy_p);
  EXPECT_DOUBLE_EQ(verdict.at("token_ratio").at("low").get<double>(), pair.token_ratio.low);
  EXPECT_DOUBLE_EQ(verdict.at("efficiency_score").get<double>(), pair.efficiency_score);
  EXPECT_EQ(verdict.at("note"), pair.note);
  EXPECT_THAT(verdict.at("sentence").get<std::string>(), HasSubstr("On 300 held-out problems"));
  EXPECT_EQ(json.at("lengths").at("arms").size(), 3U);
  EXPECT_EQ(json.at("capture").size(), 3U);
  EXPECT_EQ(json.at("pruning").at("traces"), 60);
  EXPECT_EQ(json.at("training").size(), inputs.training.size());
  const Json& likelihood = json.at("likelihood");
  EXPECT_EQ(likelihood.at("judged"), 60);
  EXPECT_EQ(likelihood.at("thresholds").size(), 7U);
  EXPECT_EQ(likelihood.at("curve").size(), 101U);
  EXPECT_EQ(likelihood.at("densities").size(), 2U);
  const Json& steps = json.at("pruning").at("steps");
  double saved = 0;
  for (const Json& part : steps.at("tokens_saved_by_action")) saved += part.get<double>();
  const Json& accepted = json.at("pruning").at("accepted");
  EXPECT_NEAR(
      saved / accepted.at("traces").get<double>(),
      accepted.at("tokens_before").get<double>() - accepted.at("tokens_after").get<double>(), 1e-6);
  EXPECT_TRUE(json.at("sets").empty()) << "one set is all there is";
  EXPECT_DOUBLE_EQ(likelihood.at("thresholds")[5].at("kept").get<double>(),
                   inputs.learnability->thresholds[5].kept);
  EXPECT_EQ(json.at("evaluation").at("comparisons").size(), 10U);
  EXPECT_EQ(json.at("facts")[0].at("name"), "student");
  EXPECT_EQ(json.at("examples").at("traces").at("shown"), 60);
}

TEST_F(Report, GivesBackTheTablesForATerminal) {
  const ReportInputs inputs = sample_inputs({.traces = 60, .problems = 200, .sets = true});
  const std::string shown = write_report(inputs, folder_);
  for (const std::string_view line : split(shown, '\n')) {
    EXPECT_THAT(columns_of(line), ::testing::Le(kTextColumns)) << line;
  }
  EXPECT_TRUE(shown.starts_with(inputs.title + "\n\nOn 200 held-out problems"));
  EXPECT_THAT(shown, HasSubstr("\naime24   base "));
  EXPECT_THAT(shown, Not(HasSubstr("tabular")));
  EXPECT_THAT(shown, Not(HasSubstr("\\_"))) << "nothing is escaped";
}

TEST_F(Report, SeveralSetsHaveFiguresOfTheirOwn) {
  write_report(sample_inputs({.traces = 5, .problems = 200, .sets = true}), folder_);
  const Json json = Json::parse(text("report.json"));
  ASSERT_EQ(json.at("sets").size(), 4U);
  std::int64_t responses = 0;
  for (const Json& set : json.at("sets"))
    responses += set.at("lengths").at("arms")[0].at("responses").get<std::int64_t>();
  EXPECT_EQ(responses, json.at("lengths").at("arms")[0].at("responses"));
  EXPECT_EQ(count_of(text("index.html"), "data-chart=\"lengths\""), 4U);
  EXPECT_EQ(count_of(text("index.html"), "data-set=\"aime24\""), 2U);
  EXPECT_THAT(text("report.md"), HasSubstr("| aime24 | base |"));
  EXPECT_THAT(text("report.md"), HasSubstr("| all | base |"));
  EXPECT_THAT(text("report.md"), Not(HasSubstr("The axis is not cut"))) << "there is no axis";
}

TEST_F(Report, SeveralSamplesHaveTheirScores) {
  const ReportInputs inputs =
      sample_inputs({.traces = 5, .problems = 200, .sets = true, .samples = 4});
  write_report(inputs, folder_);
  const std::string markdown = text("report.md");
  const ArmSummary& base = inputs.evaluation->arms[0];
  ASSERT_EQ(base.at_k.size(), 2U);
  for (const std::string& part :
       {std::string("Several samples a problem"), std::string("| student | k | pass@k |"),
        "| base | 4 | " + percent(base.at_k[1].pass.value) + " | ",
        "| " + percent(base.at_k[1].majority.value) + " | " +
            percent_interval(base.at_k[1].majority) + " |",
        std::string("p, paired permutation test"), std::string("| base | 200 | 800 |"),
        std::string("right more often before"),
        std::string("Here fewer tokens are shown (p \\< 0.001"),
        std::string("student & k & pass@k &"), std::string("p (Holm)")}) {
    EXPECT_THAT(markdown, HasSubstr(part));
  }
  EXPECT_THAT(markdown, Not(HasSubstr("McNemar"))) << "the test of single answers";
  EXPECT_THAT(Json::parse(text("report.json")).at("verdict").at("conclusion").get<std::string>(),
              HasSubstr("paired permutation test, p"));
}

TEST_F(Report, OneSampleHasNoTablesOfSeveral) {
  ReportInputs inputs = sample_inputs({.traces = 5, .problems = 200});
  const auto written = [&] {
    write_report(inputs, folder_);
    return text("report.md");
  };
  std::string markdown = written();
  EXPECT_THAT(markdown, Not(HasSubstr("pass@k")));
  EXPECT_THAT(markdown, Not(HasSubstr("more often")));
  EXPECT_THAT(markdown, HasSubstr("p, exact McNemar test"));
  EXPECT_THAT(markdown, HasSubstr("how the answer is looked for"));
  EXPECT_THAT(markdown,
              HasSubstr("| student | flexible | strict | box alone | \\#\\#\\#\\# alone |"));
  // Where all answers stand in a box there is nothing to see in the extractors.
  for (ArmSummary& arm : inputs.evaluation->arms) {
    arm.accuracy_strict = arm.accuracy;
    arm.extractors = {{"box", arm.accuracy.value}, {"number", arm.accuracy.value}};
  }
  markdown = written();
  EXPECT_THAT(markdown, Not(HasSubstr("how the answer is looked for")));
  inputs.evaluation->arms[1].extractors[0].accuracy = 0.1;
  EXPECT_THAT(written(), HasSubstr("how the answer is looked for"));
}

TEST_F(Report, GroupsSayWhatTheyShow) {
  ReportInputs inputs = sample_inputs({.traces = 5, .problems = 200});
  inputs.evaluation->comparisons.resize(2);
  const auto add = [&](const char* group, Estimate cut, double difference, double p) {
    PairedComparison pair = inputs.evaluation->comparisons[0];
    pair.group = group;
    pair.pairs = 30;
    pair.tokens_cut = cut;
    pair.tokens_p = 0.0001;
    pair.accuracy_difference = {difference, difference - 0.1, difference + 0.1};
    pair.accuracy_p = pair.accuracy_p_holm = p;
    inputs.evaluation->comparisons.push_back(pair);
  };
  add("set=aime24", {0.4, 0.3, 0.5}, -0.2, 0.01);
  add("set=amc23", {-0.1, -0.2, -0.05}, 0, 1);
  write_report(inputs, folder_);
  EXPECT_THAT(
      text("report.md"),
      HasSubstr(
          "Shorter responses are shown in 1 of the 2 groups (aime24), longer ones in 1 of the 2 "
          "groups (amc23); a loss of accuracy in 1 of the 2 groups (aime24), a gain in none of "
          "the 2 groups."));
  EXPECT_THAT(text("report.md"), HasSubstr("The smallest group has 30 problems, which tell large"));
  EXPECT_THAT(text("report.md"), HasSubstr("| +10.0 % | +5.0 to +20.0 % |"));
}

TEST_F(Report, MarkdownHasEveryTable) {
  write_report(sample_inputs({.traces = 60, .problems = 300}), folder_);
  const std::string markdown = text("report.md");
  for (const char* part :
       {"# DRP on grade-school word problems",
        "**On 300 held-out problems",
        "## Result",
        "| base → tuned | 300 |",
        "| base → control | 300 |",
        "## By group",
        "By operations",
        "## Response length",
        "## Pruning",
        "| MULTI-STEP COMPRESS |",
        "## Rejections",
        "| prune | wrong\\_answer |",
        "| curate | duplicate | 9 |",
        "## Does the student find the paths likely?",
        "| the first words after a deletion | 57 | −0.520 | −1.400 | 0.880 | 0.700 to 1.060 |",
        "| 0.00 | 100.0 % | 62.0 | −59 % |",
        "## Training",
        "## How it was made",
        "| together | 10 min 11 s |",
        "```latex\n% Result\n\\begin{table}\n",
        "base $\\to$ tuned & 300 &"}) {
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
  for (const char* part :
       {"id=\"verdict\"", "data-chart=\"lengths\"", "data-chart=\"capture\"",
        "data-chart=\"pareto\"", "data-chart=\"answer_drop\"", "data-chart=\"threshold\"",
        "data-chart=\"loss\"", "data-chart=\"actions\"", "data-chart=\"skills\"",
        "data-chart=\"rejections\"", "data-chart=\"likelihood\"", "id=\"warnings\"",
        "data-browser=\"traces\"", "data-browser=\"held_out\""}) {
    EXPECT_THAT(html, HasSubstr(part));
  }
  EXPECT_THAT(html, Not(HasSubstr("{{")));
  EXPECT_THAT(html, HasSubstr("content=\"default-src 'none';")) << "nothing is fetched";
  EXPECT_EQ(Json::parse(data_of(html, "report-data")), Json::parse(text("report.json")));
  EXPECT_THAT(html, HasSubstr("script-src 'unsafe-inline';")) << "no script beside the page";
  EXPECT_EQ(index_of(html, "traces").at("entries").size(), 60U);
  EXPECT_EQ(bodies_of(html, "traces").size(), 60U);
  EXPECT_EQ(bodies_of(html, "held_out").size(), 300U);
}

TEST_F(Report, HostileTextIsText) {
  ReportInputs inputs = sample_inputs({.traces = 3, .problems = 30});
  inputs.title = "</title><script>alert(1)</script>";
  inputs.facts.push_back({"<img src=x>", "</td><script>alert(2)</script>"});
  inputs.warnings.push_back("<script>alert(3)</script>\xFF");
  write_report(inputs, folder_);
  const std::string html = text("index.html");
  EXPECT_EQ(count_of(html, "<script"), 6U)
      << "three data elements, a block of each browser and the page's own script";
  EXPECT_EQ(count_of(html, "</script"), 6U);
  EXPECT_THAT(html, Not(HasSubstr("<img src=x")));
  EXPECT_TRUE(is_valid_utf8(html));
  EXPECT_TRUE(is_valid_utf8(text("report.json")));
  EXPECT_TRUE(is_valid_utf8(text("report.md")));
  EXPECT_EQ(html.find('\0'), std::string::npos);
  EXPECT_THAT(bodies_of(html, "traces").at(0).dump(), HasSubstr("</script><img src=x"));
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
  const std::string html = text("index.html");
  EXPECT_THAT(html, HasSubstr("of 500 traces."));
  const Json entries = index_of(html, "traces").at("entries");
  EXPECT_EQ(entries.size(), std::size_t(shown));
  EXPECT_EQ(bodies_of(html, "traces").size(), std::size_t(shown));
  std::set<std::string> reasons;
  for (const Json& entry : entries) reasons.insert(entry[1]);
  for (const Json& rejection : json.at("rejections")) {
    if (rejection.at("stage") == "prune") {
      EXPECT_TRUE(reasons.contains(rejection.at("reason"))) << rejection;
    }
  }
}

TEST_F(Report, OverTheLimitOfThePageTextsGoBesideIt) {
  ReportInputs inputs = sample_inputs({.traces = 300, .problems = 100, .reasoning_bytes = 9000});
  write_report(inputs, folder_);
  const auto whole = std::filesystem::file_size(folder_ / "index.html");
  EXPECT_FALSE(std::filesystem::exists(folder_ / "parts"));
  const std::string json = text("report.json");

  inputs.options.page_bytes_max = std::int64_t(whole) - 1000;
  write_report(inputs, folder_);
  const std::string html = text("index.html");
  EXPECT_LE(html.size(), whole - 1000);
  EXPECT_THAT(html, HasSubstr("script-src 'unsafe-inline' 'self' file:;"));
  const Json header = Json::parse(data_of(html, "traces-data"));
  ASSERT_EQ(header.at("parts").size(), 1U);
  const std::string file = header.at("parts")[0].at("file");
  EXPECT_TRUE(std::filesystem::exists(folder_ / file));
  EXPECT_EQ(bodies_of(html, "held_out").size(), 100U) << "the smaller browser stays";
  EXPECT_EQ(text("report.json"), json);

  // Another report of the folder leaves no part of this one.
  inputs = sample_inputs({.traces = 20, .problems = 30});
  write_report(inputs, folder_);
  EXPECT_FALSE(std::filesystem::exists(folder_ / "parts"));
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
