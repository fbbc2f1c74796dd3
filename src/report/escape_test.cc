// SPDX-License-Identifier: Apache-2.0
#include "report/escape.h"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <string>

#include "base/text.h"

namespace drp::report {
namespace {

struct Row {
  std::string text;
  std::string expected;
};

TEST(Escape, HtmlShowsMarkupAsText) {
  const Row rows[] = {
      {"plain text", "plain text"},
      {"<script>alert(1)</script>", "&lt;script&gt;alert(1)&lt;/script&gt;"},
      {"a & b \"c\" 'd'", "a &amp; b &quot;c&quot; &#39;d&#39;"},
      {"tab\tand\nline", "tab\tand\nline"},
      {std::string("nul\0end", 7), "nul\uFFFDend"},
      {"bad \xFF byte", "bad \uFFFD byte"},
      {"cut \xE2\x80", "cut \uFFFD\uFFFD"},
      {"\u00e9 \u4e2d \U0001D465", "\u00e9 \u4e2d \U0001D465"},
      {"c1 \u0085", "c1 \uFFFD"},
      {"", ""},
  };
  for (const Row& row : rows) EXPECT_EQ(escape_html(row.text), row.expected);
}

TEST(Escape, MarkdownKeepsACellOnOneLine) {
  const Row rows[] = {
      {"a|b", "a\\|b"},
      {"two\nlines", "two lines"},
      {"*bold* _it_ `code`", "\\*bold\\* \\_it\\_ \\`code\\`"},
      {"<b>", "\\<b\\>"},
      {"[a](b)", "\\[a\\](b)"},
      {"5 % of 1,000", "5 % of 1,000"},
      {"bad \xFF", "bad \uFFFD"},
  };
  for (const Row& row : rows) EXPECT_EQ(escape_markdown(row.text), row.expected);
}

TEST(Escape, ScriptJsonMeansTheSameAndHoldsNoMarkup) {
  const std::string texts[] = {"</script><script>",
                               "<!-- <script",
                               "]]>",
                               "&lt;",
                               "line\u2028para\u2029next\u0085",
                               std::string("nul\0", 4),
                               "back\\slash \\u003c \"quoted\"",
                               "\u00e9\u4e2d"};
  for (const std::string& text : texts) {
    const std::string escaped = escape_script_json(nlohmann::json(text).dump());
    EXPECT_EQ(escaped.find_first_of("<>&"), std::string::npos) << escaped;
    for (const char* separator : {"\u2028", "\u2029", "\u0085"})
      EXPECT_FALSE(contains(escaped, separator)) << escaped;
    EXPECT_EQ(nlohmann::json::parse(escaped).get<std::string>(), text);
  }
}

TEST(Escape, LatexShowsTextAsWritten) {
  EXPECT_EQ(escape_latex("50 % & $5 #1 a_b {x} \\end{table}"),
            "50 \\% \\& \\$5 \\#1 a\\_b \\{x\\} \\textbackslash{}end\\{table\\}");
  EXPECT_EQ(escape_latex("base \u2192 tuned, \u22122.1\u00A0~^\n`<|>"),
            "base $\\to$ tuned, $-$2.1~\\textasciitilde{}\\textasciicircum{} "
            "\\textasciigrave{}$<$$|$$>$");
  EXPECT_EQ(escape_latex(std::string("a\0b", 3)), "a\uFFFDb");
}

}  // namespace
}  // namespace drp::report
