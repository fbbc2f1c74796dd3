// SPDX-License-Identifier: Apache-2.0
#include "base/text_layout.h"

#include <gtest/gtest.h>

namespace drp {
namespace {

TEST(TextLayout, FillsParagraphsAndLeavesTheRest) {
  EXPECT_EQ(filled("a b\nc d e\n  kept as is\n\nf", 5), "a b c\nd e\n  kept as is\n\nf\n");
  EXPECT_EQ(filled("ab `c d e` f", 6), "ab\n`c d e`\nf\n");
  EXPECT_EQ(filled("\u27E6\u27E6 \u27E6\u27E6", 5), "\u27E6\u27E6 \u27E6\u27E6\n");
}

TEST(TextLayout, ANumberKeepsItsPercentSign) {
  EXPECT_EQ(filled("ab 95 % c", 5), "ab\n95 %\nc\n");
  EXPECT_EQ(filled("(9.5 %) of it", 8), "(9.5 %)\nof it\n");
  EXPECT_EQ(filled("ab no % c", 5), "ab no\n% c\n") << "of no number";
}

TEST(TextLayout, EntriesHangBelowTheirFirstLine) {
  const std::string word(30, 'x');
  const std::string entry = word + " " + word + " " + word;
  EXPECT_EQ(filled_entry(entry, 2), "  " + word + " " + word + "\n    " + word + "\n");
}

TEST(TextTable, AlignsNumbersToTheRightAndCountsCodePoints) {
  TextTable table({{"name"}, {"n"}, {"note", true}}, 1);
  table.add({"é", "1", "x"});
  table.add({"bb", "222", "yy"});
  EXPECT_EQ(table.text(),
            "name    n  note\n"
            "é       1  x\n"
            "bb    222  yy\n");
}

TEST(TextTable, WhatDoesNotFitGoesBelowWithTheKeys) {
  TextTable table({{"key"}, {"aaaa"}, {"bbbb"}, {"cccc"}}, 1, {2});
  table.add({"k", "1", "2", "3"});
  EXPECT_EQ(table.text(21), "key  aaaa  bbbb  cccc\nk       1     2     3\n") << "it just fits";
  EXPECT_EQ(table.text(20), "key  aaaa\nk       1\n\nkey  bbbb  cccc\nk       2     3\n")
      << "parted where it was told, though bbbb would fit";
  EXPECT_EQ(table.text(10),
            "key  aaaa\nk       1\n\nkey  bbbb\nk       2\n\nkey  cccc\nk       3\n");
}

TEST(TextTable, AnIntervalStaysBesideItsEstimate) {
  TextTable table({{"key"}, {"aaaa"}, {"bbbb"}, {"95 %", false, true}}, 1);
  table.add({"k", "1", "2", "3"});
  EXPECT_EQ(table.text(20), "key  aaaa\nk       1\n\nkey  bbbb  95 %\nk       2     3\n");
  EXPECT_EQ(table.text(10),
            "key  aaaa\nk       1\n\nkey  bbbb\nk       2\n\nkey  95 %\nk       3\n")
      << "where it can";
}

TEST(TextTable, LongTitlesAndCellsAreBrokenAtBlanks) {
  TextTable table({{"key"}, {"a title of words"}, {"told", true}}, 1);
  table.add({"k", "1", "some words that are told"});
  EXPECT_EQ(table.text(30),
            "     a title of\n"
            "key       words\n"
            "k             1\n"
            "\n"
            "key  told\n"
            "k    some words that are told\n");
  EXPECT_EQ(table.text(20),
            "     a title of\n"
            "key       words\n"
            "k             1\n"
            "\n"
            "key  told\n"
            "k    some words that\n"
            "     are told\n");
}

TEST(TextTable, WithoutTitlesOrRowsThereIsLittle) {
  TextTable untitled({{""}, {"", true}}, 1);
  untitled.add({"seed", "7"});
  EXPECT_EQ(untitled.text(), "seed  7\n");
  EXPECT_EQ(TextTable({{"a"}, {"b"}}, 1).text(), "a  b\n");
}

}  // namespace
}  // namespace drp
