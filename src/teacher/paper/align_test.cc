// SPDX-License-Identifier: Apache-2.0
#include "teacher/paper/align.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/random.h"

namespace drp::teacher {
namespace {

using ::testing::ElementsAre;

std::vector<std::string> texts(std::string_view text, const Alignment& alignment) {
  std::vector<std::string> out;
  for (const Span& span : alignment.spans) out.emplace_back(slice(text, span));
  return out;
}

// Non-empty spans tile the text in order.
void expect_tiles(std::string_view text, const Alignment& alignment) {
  std::size_t at = 0;
  for (const Span& span : alignment.spans) {
    if (span.empty()) continue;
    EXPECT_EQ(span.begin, at);
    at = span.end;
  }
  if (alignment.coverage > 0) {
    EXPECT_EQ(at, text.size());
  }
}

constexpr std::string_view kText =
    "Okay, 4 crates. Each has **6** jars,\nso $4 \\times 6 = 24$.\n\nNow 24 - 5 = 19 (jars).";

TEST(AlignPieces, VerbatimPieces) {
  const Alignment a =
      align_pieces(kText, {"Okay, 4 crates.", "Each has **6** jars,\nso $4 \\times 6 = 24$.",
                           "Now 24 - 5 = 19 (jars)."});
  EXPECT_EQ(a.coverage, 1);
  EXPECT_THAT(texts(kText, a),
              ElementsAre("Okay, 4 crates. ", "Each has **6** jars,\nso $4 \\times 6 = 24$.\n\n",
                          "Now 24 - 5 = 19 (jars)."));
}

// White space, case, bold signs and one slip do not move a boundary.
TEST(AlignPieces, TypedWithSlips) {
  const Alignment a = align_pieces(
      kText, {"okay 4 crates", "each has 6 jar, so \\(4 \\times 6 = 24\\)", "Now 24-5=19 jars"});
  EXPECT_GT(a.coverage, 0.9);
  EXPECT_LT(a.coverage, 1);
  EXPECT_THAT(texts(kText, a),
              ElementsAre("Okay, 4 crates. ", "Each has **6** jars,\nso $4 \\times 6 = 24$.\n\n",
                          "Now 24 - 5 = 19 (jars)."));
}

TEST(AlignPieces, OmissionsLowerTheCoverage) {
  const Alignment a = align_pieces(kText, {"Okay, 4 crates. ...", "Now 24 - 5 = 19 (jars)."});
  EXPECT_LT(a.coverage, 0.7);
  EXPECT_THAT(
      texts(kText, a),
      ElementsAre("Okay, 4 crates. ",
                  "Each has **6** jars,\nso $4 \\times 6 = 24$.\n\nNow 24 - 5 = 19 (jars)."));
}

TEST(AlignPieces, APieceFromNowhereIsEmpty) {
  const Alignment a =
      align_pieces(kText, {"Okay, 4 crates. Each has 6 jars, so 4 \\times 6 = 24.",
                           "Therefore everything is fine indeed", "Now 24 - 5 = 19 (jars)."});
  EXPECT_TRUE(a.spans[1].empty());
  EXPECT_EQ(a.spans[2].end, kText.size());
  expect_tiles(kText, a);
}

TEST(AlignPieces, CutsInsideASentence) {
  const std::string_view text = "First 2 + 3 = 5, then 5 + 4 = 9.";
  const Alignment a = align_pieces(text, {"First 2 + 3 = 5,", "then 5 + 4 = 9."});
  EXPECT_THAT(texts(text, a), ElementsAre("First 2 + 3 = 5, ", "then 5 + 4 = 9."));
}

TEST(AlignPieces, OddBytes) {
  const std::string_view text =
      "\u7b54\u6848\u662f 19\u3002\r\n\U0001F600 \u2028 so \xed\xa0\x80 19.";
  const Alignment a = align_pieces(text, {"\u7b54\u6848\u662f 19\u3002", "\U0001F600 so 19."});
  expect_tiles(text, a);
  EXPECT_EQ(std::string(slice(text, a.spans[0])), "\u7b54\u6848\u662f 19\u3002\r\n");
}

TEST(AlignPieces, NothingToFind) {
  EXPECT_EQ(align_pieces("some words", {"other", "text"}).coverage, 0);
  EXPECT_EQ(align_pieces("some words", {}).coverage, 0);
  EXPECT_EQ(align_pieces(" ... ", {"x"}).coverage, 1);
}

// A long text of a small vocabulary, where few words stand once, typed off with slips: the pieces
// still fall into place.
TEST(AlignPieces, LongRepetitiveText) {
  Random random(3);
  std::string text;
  std::vector<std::string> pieces;
  std::vector<std::size_t> begins;
  for (int i = 0; i < 2000; ++i) {
    begins.push_back(text.size());
    std::string sentence = "Then";
    for (int k = 0; k < 12; ++k) sentence += " w" + std::to_string(random.index(40));
    text += sentence + ". ";
    if (i % 10 == 3) sentence.replace(sentence.rfind(' '), std::string::npos, " slip");
    pieces.push_back(sentence);
  }
  const Alignment a = align_pieces(text, pieces);
  expect_tiles(text, a);
  EXPECT_GT(a.coverage, 0.98);
  std::size_t right = 0;
  for (std::size_t i = 0; i < pieces.size(); ++i) right += a.spans[i].begin == begins[i] ? 1 : 0;
  EXPECT_GT(right, pieces.size() * 98 / 100);
}

}  // namespace
}  // namespace drp::teacher
