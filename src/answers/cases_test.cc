// SPDX-License-Identifier: Apache-2.0
// Runs the rows of tests/golden/grading/*.cases: gold ¦ prediction or response ¦ verdict [¦
// method].
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

#include "answers/grade.h"
#include "base/text.h"

namespace drp::answers {
namespace {

constexpr std::string_view kBar = "\xc2\xa6";           // the bar between the columns
constexpr std::string_view kLineFeed = "\xe2\x90\xa4";  // stands for a line feed

struct Heading {
  std::string name;
  bool response = false;
  std::string domain = "math";
};

std::vector<std::string> columns(std::string_view line) {
  std::vector<std::string> parts;
  while (true) {
    const std::size_t bar = line.find(kBar);
    parts.emplace_back(trim(line.substr(0, bar)));
    if (bar == std::string_view::npos) return parts;
    line = line.substr(bar + kBar.size());
  }
}

std::string with_line_feeds(std::string text) {
  for (std::size_t at = 0; (at = text.find(kLineFeed, at)) != std::string::npos;) {
    text.replace(at, kLineFeed.size(), "\n");
  }
  return text;
}

Heading read_heading(std::string_view line) {
  Heading heading;
  const std::size_t close = line.find(']');
  heading.name = line.substr(1, close - 1);
  for (std::string_view word : split(line.substr(close + 1), ' ')) {
    if (word.empty()) continue;
    if (word == "response") {
      heading.response = true;
    } else if (word.starts_with("domain=")) {
      heading.domain = word.substr(7);
    } else {
      ADD_FAILURE() << "unknown word in a heading: " << line;
    }
  }
  return heading;
}

void check_row(const Heading& heading, const std::vector<std::string>& row,
               const std::string& where) {
  ASSERT_GE(row.size(), 3u) << where << ": too few columns";
  const std::string gold = with_line_feeds(row[0]);
  const std::string given = with_line_feeds(row[1]);
  Verdict verdict;
  std::string reason;
  std::string_view method;
  if (heading.response) {
    const Graded graded = grade({.gold = gold, .response = given, .domain = heading.domain});
    verdict = graded.verdict;
    reason = graded.reason;
    method = method_name(graded.extracted.method);
  } else {
    const Comparison comparison = compare(gold, given, {.domain = heading.domain});
    verdict = comparison.verdict;
    reason = comparison.reason;
  }
  EXPECT_EQ(verdict_name(verdict), row[2])
      << where << " [" << heading.name << "] " << gold << " | " << given << ": " << reason;
  if (row.size() > 3) {
    EXPECT_EQ(method, row[3]) << where << " " << given;
  }
}

class GradingCases : public testing::TestWithParam<std::string> {};

TEST_P(GradingCases, HaveTheirVerdict) {
  const auto path =
      std::filesystem::path(DRP_SOURCE_DIR) / "tests/golden/grading" / (GetParam() + ".cases");
  std::ifstream file(path);
  ASSERT_TRUE(file) << path;
  Heading heading;
  int number = 0;
  int rows = 0;
  for (std::string line; std::getline(file, line);) {
    ++number;
    if (line.empty() || line.starts_with("# ")) continue;
    if (line.starts_with("[") && !contains(line, kBar)) {
      heading = read_heading(line);
      continue;
    }
    ++rows;
    check_row(heading, columns(line), GetParam() + ".cases:" + std::to_string(number));
  }
  EXPECT_GT(rows, 10);
}

INSTANTIATE_TEST_SUITE_P(Files, GradingCases,
                         testing::Values("reported", "numbers", "units", "expressions",
                                         "collections", "relations", "words", "everyday"),
                         [](const auto& test) { return test.param; });

}  // namespace
}  // namespace drp::answers
