// SPDX-License-Identifier: Apache-2.0
#include "report/plain_text.h"

#include <gtest/gtest.h>

#include "base/text.h"
#include "browser/sample_inputs.h"
#include "browser/sample_likelihood.h"
#include "report/sections.h"
#include "report/summary.h"

namespace drp::report {
namespace {

// As wide as a terminal does not hold: six numbers of 20 columns behind a key.
Table wide_table(const Column& fourth) {
  const std::string wide(20, '1');
  return {"",
          {{"key", Align::kLeft}, {"first"}, {"second"}, {"third"}, fourth, {"fifth"}},
          {{"a", wide, wide, wide, wide, wide}}};
}

// Titles of each block of lines.
std::vector<std::string> heads(const std::string& text) {
  std::vector<std::string> found;
  for (const std::string_view line : split(text, '\n')) {
    if (line.starts_with("key")) found.emplace_back(line);
  }
  return found;
}

TEST(PlainText, AJoinedColumnStaysBesideTheOneBeforeItWhateverItsTitle) {
  for (const char* title : {"95 %", "after", "interval", "±"}) {
    const std::vector<std::string> joined = heads(plain_text(wide_table(joined_column(title))));
    ASSERT_EQ(joined.size(), 2U);
    EXPECT_FALSE(contains(joined[0], "third")) << title;
    EXPECT_LT(joined[1].find("third"), joined[1].find(title)) << title;
    const std::vector<std::string> apart = heads(plain_text(wide_table({title})));
    ASSERT_EQ(apart.size(), 2U);
    EXPECT_TRUE(contains(apart[0], "third")) << title;
    EXPECT_TRUE(contains(apart[1], title)) << title;
  }
}

// Intervals and pairs say so of their columns; a percentile that is called "95 %" is neither.
TEST(PlainText, IntervalsOfAReportAreJoined) {
  const ReportInputs inputs = sample_inputs({.traces = 20, .problems = 200, .samples = 4});
  const std::vector<Section> sections =
      make_sections(inputs, summarise(inputs, testing::TempDir()));
  std::size_t joined = 0;
  for (const Section& section : sections) {
    for (const auto& piece : section.pieces) {
      const auto* table = std::get_if<Table>(&piece);
      if (table == nullptr) continue;
      for (const Column& column : table->columns) {
        EXPECT_EQ(column.joined, column.title == "after" || column.title.ends_with("interval"))
            << section.id << ": " << column.title;
        joined += column.joined ? 1 : 0;
      }
    }
  }
  EXPECT_GT(joined, 8U);
}

TEST(PlainText, PercentilesAreNotJoined) {
  ReportInputs inputs;
  inputs.learnability = sample_learnability(1);
  const Section section = likelihood_section(inputs, {});
  std::size_t seen = 0;
  for (const auto& piece : section.pieces) {
    const auto* table = std::get_if<Table>(&piece);
    if (table == nullptr) continue;
    for (const Column& column : table->columns) {
      if (column.title != "95 %") continue;
      ++seen;
      EXPECT_FALSE(column.joined);
    }
  }
  EXPECT_EQ(seen, 1U);
}

}  // namespace
}  // namespace drp::report
