// SPDX-License-Identifier: Apache-2.0
#include "base/phrase_finder.h"

#include <gtest/gtest.h>

#include <array>
#include <string>

#include "base/random.h"
#include "base/text.h"

namespace drp {
namespace {

TEST(PhraseFinder, FindsGroupsAnywhere) {
  constexpr std::array<std::string_view, 3> kFirst = {"check", "let me", "ch"};
  constexpr std::array<std::string_view, 2> kSecond = {"so far", "\u7b54\u6848"};
  const std::array<PhraseGroup, 2> groups = {{{1, kFirst}, {4, kSecond}}};
  const PhraseFinder finder(groups);
  EXPECT_EQ(finder.find(""), 0U);
  EXPECT_EQ(finder.find("c"), 0U);
  EXPECT_EQ(finder.find("recheck it"), 1U);
  EXPECT_EQ(finder.find("it is so far"), 4U);
  EXPECT_EQ(finder.find("so fa"), 0U);
  EXPECT_EQ(finder.find("let me say \u7b54\u6848"), 5U);
}

// Agrees with looking for one phrase after another, on random texts over few letters.
TEST(PhraseFinder, AgreesWithPlainSearch) {
  constexpr std::array<std::string_view, 5> kPhrases = {"aa", "ab", "aba", "bbb", "ccab"};
  std::array<PhraseGroup, 5> groups;
  for (std::size_t i = 0; i < 5; ++i) groups[i] = {1U << i, std::span(&kPhrases[i], 1)};
  const PhraseFinder finder(groups);
  Random random(7);
  for (int round = 0; round < 2000; ++round) {
    std::string text;
    for (std::size_t n = random.index(12); n > 0; --n)
      text += static_cast<char>('a' + random.index(3));
    std::uint32_t expected = 0;
    for (std::size_t i = 0; i < 5; ++i) expected |= contains(text, kPhrases[i]) ? 1U << i : 0U;
    EXPECT_EQ(finder.find(text), expected) << text;
  }
}

}  // namespace
}  // namespace drp
