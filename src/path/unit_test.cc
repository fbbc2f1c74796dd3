// SPDX-License-Identifier: Apache-2.0
#include "path/unit.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "base/random.h"

namespace drp::path {
namespace {

using ::testing::ElementsAreArray;

std::vector<std::string> cut(std::string_view text) {
  std::vector<std::string> pieces;
  for (const Unit& unit : cut_units(text)) {
    pieces.emplace_back(trim(slice(text, unit.span)));
  }
  return pieces;
}

struct CutCase {
  const char* name;
  std::string text;
  std::vector<std::string> pieces;
};

class CutUnits : public ::testing::TestWithParam<CutCase> {};

TEST_P(CutUnits, GivesThesePieces) {
  EXPECT_THAT(cut(GetParam().text), ElementsAreArray(GetParam().pieces));
}

INSTANTIATE_TEST_SUITE_P(
    Cases, CutUnits,
    ::testing::Values(
        CutCase{"Sentences",
                "Ana has 3 pens. She buys 4 more! How many now?",
                {"Ana has 3 pens.", "She buys 4 more!", "How many now?"}},
        CutCase{"DecimalNumber",
                "Each costs 3.5 euros. That is .25 less.",
                {"Each costs 3.5 euros.", "That is .25 less."}},
        CutCase{"PriceAtTheEnd", "It costs $4. He pays $5.", {"It costs $4.", "He pays $5."}},
        CutCase{"Abbreviations",
                "Mr. Bell met Dr. Ash, i.e. the vet. They spoke.",
                {"Mr. Bell met Dr. Ash, i.e. the vet.", "They spoke."}},
        CutCase{"SoftAbbreviation",
                "The board is 6 ft. 2 in. wide. It fits.",
                {"The board is 6 ft. 2 in. wide.", "It fits."}},
        CutCase{"ListMarkers",
                "1. Add them.\n2. Halve the sum.\n",
                {"1. Add them.", "2. Halve the sum."}},
        CutCase{"MarkerOnItsOwnLine", "1.\nAdd them.\n", {"1.\nAdd them."}},
        CutCase{"StepHeading", "**Step 1. Add.** Then go on.", {"**Step 1. Add.**", "Then go on."}},
        CutCase{"Factorial",
                "Here 5! / 3! is 20. And n! ways remain.",
                {"Here 5! / 3! is 20.", "And n! ways remain."}},
        CutCase{
            "FactorialEndsSentence", "There are 5! Now divide.", {"There are 5!", "Now divide."}},
        CutCase{"InlineFormula",
                "Take $a. B$ and \\(c. D\\) here. Done.",
                {"Take $a. B$ and \\(c. D\\) here.", "Done."}},
        CutCase{"FormulaWithItsOwnStop", "So $x = 5.$ Then stop.", {"So $x = 5.$", "Then stop."}},
        CutCase{"DisplayFormula",
                "We get\n\\[\nx = 1. \\\\\nY = 2.\n\\]\nas wanted.\n",
                {"We get", "\\[\nx = 1. \\\\\nY = 2.\n\\]", "as wanted."}},
        CutCase{"Environment",
                "\\begin{align}\na &= 1. \\\\\nB &= 2\n\\end{align}\nDone.",
                {"\\begin{align}\na &= 1. \\\\\nB &= 2\n\\end{align}", "Done."}},
        CutCase{"UnclosedFormula",
                "An open \\[ stays text. It goes on.",
                {"An open \\[ stays text.", "It goes on."}},
        CutCase{"Quotation",
                "It says \"Go on... Then stop. Rest.\" and ends. Fine.",
                {"It says \"Go on... Then stop. Rest.\" and ends.", "Fine."}},
        CutCase{
            "Ellipsis", "Let me see... so 4 it is. Good.", {"Let me see... so 4 it is.", "Good."}},
        CutCase{"EllipsisBeforeCapital", "Hmm... The sum is 4.", {"Hmm...", "The sum is 4."}},
        CutCase{"LowerCaseStyle",
                "first we add. then we halve. done.",
                {"first we add.", "then we halve.", "done."}},
        CutCase{"Chinese",
                "小明有3.5元。他又得到2元！一共多少？",
                {"小明有3.5元。", "他又得到2元！", "一共多少？"}},
        CutCase{"ChineseQuote",
                "他说：\u201c好。\u201d然后走了。",
                {"他说：\u201c好。\u201d然后走了。"}},
        CutCase{"CodeFence",
                "Run:\n```\na = 1. B\n\nc = 2\n```\nDone.",
                {"Run:", "```\na = 1. B\n\nc = 2\n```", "Done."}},
        CutCase{"Heading", "## Plan\nAdd. Stop.", {"## Plan", "Add.", "Stop."}},
        CutCase{"Bold", "The sum is **12.** Next one.", {"The sum is **12.**", "Next one."}},
        CutCase{"MissingStop",
                "Ben packs 6 x 3 = 18 eggs Then he sells 18 - 4 = 14 of them",
                {"Ben packs 6 x 3 = 18 eggs", "Then he sells 18 - 4 = 14 of them"}},
        CutCase{"MissingStopBeforeName",
                "The hens lay 2 * 4 = 8 eggs Ruth's geese lay 8 + 1 = 9 eggs",
                {"The hens lay 2 * 4 = 8 eggs", "Ruth's geese lay 8 + 1 = 9 eggs"}},
        CutCase{"MissingStopBetweenTerms", "7x = 84 x = 12", {"7x = 84", "x = 12"}},
        CutCase{"MissingStopBeforeCount",
                "He has 4*3 = 12 cups 5 plates cost 5*2 = $10",
                {"He has 4*3 = 12 cups", "5 plates cost 5*2 = $10"}},
        CutCase{"NoStopBeforeNames",
                "So 3 + 4 = 7 apples go to Mary and 9 = 3 * 3 cups that Tom found stay.",
                {"So 3 + 4 = 7 apples go to Mary and 9 = 3 * 3 cups that Tom found stay."}},
        CutCase{"NoStopInsideAnEquation",
                "Ida's Friday plums = Leo's Friday plums + 4 = 13 plums Leo's plums = 9",
                {"Ida's Friday plums = Leo's Friday plums + 4 = 13 plums", "Leo's plums = 9"}},
        CutCase{"NoStopBeforeTheRestOfAName",
                "Box Height = Lid Height + 6 = 2 + 6 = 8 inches",
                {"Box Height = Lid Height + 6 = 2 + 6 = 8 inches"}},
        CutCase{"NoStopInMixedNumbersAndUnits",
                "It is 5/4 = 1 1/4 hours at 30 = 3 * 10 Mb a second, 400 000 = 4 * 100 000.",
                {"It is 5/4 = 1 1/4 hours at 30 = 3 * 10 Mb a second, 400 000 = 4 * 100 000."}},
        CutCase{"NoStopInsideABracket",
                "Here 0 = (x + 5)(3 x - 6 ), so x is 2.",
                {"Here 0 = (x + 5)(3 x - 6 ), so x is 2."}},
        CutCase{"DisplayEndsSentence",
                "We get \\[ x = 4. \\] Next we double it.",
                {"We get \\[ x = 4. \\]", "Next we double it."}},
        CutCase{"NothingAtAll", "", {}}),
    [](const auto& row) { return std::string(row.param.name); });

TEST(CutUnitsKind, NamesWhatAUnitIs) {
  const std::string text = "## Plan\n- add it\nx = 4\n\\[ y \\]\nAll done. ```\n";
  const std::vector<Unit> units = cut_units(text);
  ASSERT_EQ(units.size(), 6U);
  EXPECT_EQ(units[0].kind, UnitKind::kHeading);
  EXPECT_EQ(units[1].kind, UnitKind::kListItem);
  EXPECT_EQ(units[2].kind, UnitKind::kLine);
  EXPECT_EQ(units[3].kind, UnitKind::kFormula);
  EXPECT_EQ(units[4].kind, UnitKind::kSentence);
}

TEST(CutUnits, UnitOwnsTheWhiteSpaceAfterIt) {
  const std::string text = " \n One. \n\n Two.\n";
  const std::vector<Unit> units = cut_units(text);
  ASSERT_EQ(units.size(), 2U);
  EXPECT_EQ(units[0].span, (Span{0, 11}));
  EXPECT_EQ(units[1].span, (Span{11, text.size()}));
}

void expect_tiling(std::string_view text) {
  std::size_t at = 0;
  bool all_white = trim(text).empty();
  for (const Unit& unit : cut_units(text)) {
    ASSERT_EQ(unit.span.begin, at);
    ASSERT_GT(unit.span.end, unit.span.begin);
    ASSERT_TRUE(all_white || !trim(slice(text, unit.span)).empty())
        << "a unit of white space alone";
    at = unit.span.end;
  }
  ASSERT_EQ(at, text.size());
}

TEST(CutUnits, TilesAnyBytes) {
  Random random(7);
  const std::vector<std::string> scraps = {
      ".",    "!",    "?",  " ",      "\n",     "$",   "$$",      "\\[",        "\\]",
      "\\(",  "\\)",  "\"", "\u201c", "\u201d", "```", "\n```\n", "\\begin{a}", "\\end{a}",
      "1",    "3.5",  "x",  "A",      "word",   "**",  "- ",      "1. ",        "\u3002",
      "\xe3", "\xff", "\t", "(",      ")",      "#",   "e.g."};
  for (int round = 0; round < 3000; ++round) {
    std::string text;
    const std::size_t length = random.index(40);
    for (std::size_t i = 0; i < length; ++i) {
      text += random.chance(0.9) ? random.pick(scraps)
                                 : std::string(1, static_cast<char>(random.index(256)));
    }
    SCOPED_TRACE(text);
    ASSERT_NO_FATAL_FAILURE(expect_tiling(text));
  }
}

TEST(CutUnits, LongHostileTextsEndSoon) {
  for (const std::string piece :
       {".", "\\[", "$", "\"a ", "\\begin{x}", "(", "!.", "1. ", "\n", "```\n", "a. "}) {
    std::string text;
    while (text.size() < 400000) {
      text += piece;
    }
    ASSERT_NO_FATAL_FAILURE(expect_tiling(text));
  }
}

}  // namespace
}  // namespace drp::path
