// SPDX-License-Identifier: Apache-2.0
#include "base/text.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace drp {
namespace {

using ::testing::ElementsAre;

TEST(Utf8Test, DecodesTheLengthClassesAndRefusesTheRest) {
  const struct {
    std::string text;
    char32_t value;
    std::size_t size;
  } rows[] = {
      {"A", U'A', 1},
      {"\xC3\xA9", U'\u00E9', 2},
      {"\xE2\x89\xA0", U'\u2260', 3},
      {"\xF0\x9F\x98\x80", U'\U0001F600', 4},
      {"\xC0\xAF", U'\uFFFD', 1},          // overlong
      {"\xED\xA0\x80", U'\uFFFD', 1},      // surrogate
      {"\xF4\x90\x80\x80", U'\uFFFD', 1},  // above U+10FFFF
      {"\x80", U'\uFFFD', 1},              // lone continuation
      {"\xE2\x89", U'\uFFFD', 1},          // cut short
  };
  for (const auto& row : rows) {
    const CodePoint point = decode_utf8(row.text, 0);
    EXPECT_EQ(point.value, row.value) << ::testing::PrintToString(row.text);
    EXPECT_EQ(point.size, row.size) << ::testing::PrintToString(row.text);
  }
}

TEST(Utf8Test, AppendAndDecodeAreInverse) {
  for (const char32_t value : {U'\0', U'z', U'\u07FF', U'\u0800', U'\uFFFF', U'\U0010FFFF'}) {
    std::string text;
    append_utf8(text, value);
    EXPECT_EQ(decode_utf8(text, 0).value, value);
    EXPECT_EQ(decode_utf8(text, 0).size, text.size());
  }
}

TEST(Utf8Test, RepairReplacesOnlyInvalidBytes) {
  EXPECT_EQ(repair_utf8("a\xFF\xC3\xA9"), "a\xEF\xBF\xBD\xC3\xA9");
  EXPECT_TRUE(is_valid_utf8("\xEF\xBF\xBD")) << "U+FFFD itself is valid";
  EXPECT_FALSE(is_valid_utf8("\xC3"));
}

TEST(TextTest, SplitsTrimsAndReplaces) {
  EXPECT_THAT(split("a,b,", ','), ElementsAre("a", "b", ""));
  EXPECT_THAT(split("", ','), ElementsAre(""));
  EXPECT_EQ(trim(" \t x y\r\n"), "x y");
  EXPECT_EQ(trim(" \n "), "");
  EXPECT_EQ(replace_all("aXXbX", "X", "XY"), "aXYXYbXY");
  EXPECT_EQ(join({"a", "b"}, ", "), "a, b");
}

TEST(TextTest, ReadsWholeNumbersOnly) {
  EXPECT_EQ(parse_int("-17"), -17);
  EXPECT_EQ(parse_int("17 "), std::nullopt);
  EXPECT_EQ(parse_int(""), std::nullopt);
  EXPECT_EQ(parse_int("99999999999999999999"), std::nullopt);
  EXPECT_EQ(parse_double("0.25"), 0.25);
  EXPECT_EQ(parse_double("1,5"), std::nullopt);
}

TEST(TextTest, FormatsWithoutLocale) {
  EXPECT_EQ(format_fixed(2.345, 1), "2.3");
  EXPECT_EQ(format_count(1234567), "1,234,567");
  EXPECT_EQ(format_count(-1000), "-1,000");
  EXPECT_EQ(format_count(999), "999");
}

TEST(TextTest, FindsTheNearestNameOfATypo) {
  const std::vector<std::string> names = {"sample", "prune", "train"};
  EXPECT_EQ(nearest("sampel", names), "sample");
  EXPECT_EQ(nearest("prun", names), "prune");
  EXPECT_EQ(nearest("evaluate", names), std::nullopt);
  EXPECT_EQ(nearest("rnu", {"ask", "run"}), "run");
  EXPECT_EQ(edit_distance("kitten", "sitting"), 3U);
  EXPECT_EQ(edit_distance("ab", "ba"), 1U);
  EXPECT_EQ(edit_distance("", "abc"), 3U);
}

}  // namespace
}  // namespace drp
