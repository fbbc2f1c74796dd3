// SPDX-License-Identifier: Apache-2.0
#include "report/table.h"

#include <gtest/gtest.h>

namespace drp::report {
namespace {

TEST(Table, MarkdownLeavesDrawnColumnsOut) {
  const Table table{"Caption",
                    {{"name", Align::kLeft}, {"n"}, {"", Align::kLeft}},
                    {{"a|b", "1", {"", "<i></i>"}}, {"c", "22", {"", "<i></i>"}}}};
  EXPECT_EQ(to_markdown(table), "Caption\n\n| name | n |\n|---|---:|\n| a\\|b | 1 |\n| c | 22 |\n");
}

TEST(Table, LatexIsBooktabs) {
  const Table table{"50 % less",
                    {{"name", Align::kLeft}, {"n_1"}, {"", Align::kLeft}},
                    {{"a & b", "1", {"", "<i></i>"}}, {"c", "22", {"", "<i></i>"}}}};
  EXPECT_EQ(to_latex(table),
            "\\begin{table}\n\\centering\n\\caption{50 \\% less}\n\\begin{tabular}{lr}\n\\toprule\n"
            "name & n\\_1 \\\\\n\\midrule\na \\& b & 1 \\\\\nc & 22 \\\\\n\\bottomrule\n"
            "\\end{tabular}\n\\end{table}\n");
}

TEST(Table, HtmlEscapesTextAndKeepsDrawings) {
  const Table table{"", {{"name", Align::kLeft}, {"n"}}, {{"<b>", {"3", "<i>drawn</i>"}}}};
  const std::string html = to_html(table);
  EXPECT_NE(html.find("<th scope=\"row\">&lt;b&gt;</th>"), std::string::npos) << html;
  EXPECT_NE(html.find("<td class=\"num\"><i>drawn</i></td>"), std::string::npos) << html;
}

TEST(Table, HtmlWithoutTitlesHasNoHead) {
  const Table table{"", {{"", Align::kLeft}, {"", Align::kLeft}}, {{"seed", "7"}}};
  EXPECT_EQ(to_html(table).find("<thead>"), std::string::npos);
}

TEST(Table, FiguresAsText) {
  EXPECT_EQ(percent(0.639), "63.9 %");
  EXPECT_EQ(percent(-0.021), "\u22122.1 %");
  EXPECT_EQ(percent(1, 0), "100 %");
  EXPECT_EQ(percent(-0.0001), "0.0 %");
  EXPECT_EQ(percent_interval({0.65, 0.617, 0.679}), "61.7 to 67.9 %");
  EXPECT_EQ(percent_interval({0, -0.02, 0.0}), "\u22122.0 to 0.0 %");
  EXPECT_EQ(cut_as_change(0.66), "\u221266.0 %");
  EXPECT_EQ(cut_as_change(-0.011), "+1.1 %");
  EXPECT_EQ(cut_as_change(0.0001), "0.0 %");
  EXPECT_EQ(cut_as_change_interval({0.01, -0.02, 0.04}), "\u22124.0 to +2.0 %");
  EXPECT_EQ(signed_number(0.808, 2), "+0.81");
  EXPECT_EQ(signed_number(-0.004, 2), "0.00");
  EXPECT_EQ(points(0.0042), "+0.4");
  EXPECT_EQ(points(-0.021), "\u22122.1");
  EXPECT_EQ(points(0.0001), "0.0");
  EXPECT_EQ(points_interval({0, -0.021, 0.03}), "\u22122.1 to +3.0");
  EXPECT_EQ(mean_count(31.44), "31.4");
  EXPECT_EQ(mean_count(1234.4), "1,234");
  EXPECT_EQ(duration(1.25), "1.2 s");
  EXPECT_EQ(duration(59), "59 s");
  EXPECT_EQ(duration(200), "3 min 20 s");
  EXPECT_EQ(duration(3900), "1 h 05 min");
  EXPECT_EQ(p_value(0.00001), "< 0.001");
  EXPECT_EQ(p_value(0.0042), "0.004");
  EXPECT_EQ(p_value(0.81), "0.81");
  EXPECT_EQ(change(148, 31), "\u221279 %");
  EXPECT_EQ(change(100, 120), "+20 %");
  EXPECT_EQ(change(0, 5), "-");
}

}  // namespace
}  // namespace drp::report
