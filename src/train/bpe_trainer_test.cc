// SPDX-License-Identifier: Apache-2.0
#include "train/bpe_trainer.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/random.h"

namespace drp::train {
namespace {

using testing::ElementsAre;

TEST(CutWords, CutsAsThePreTokenizerDoes) {
  EXPECT_THAT(cut_words("He has 120 apples."),
              ElementsAre("He", " has", " ", "1", "2", "0", " apples", "."));
  EXPECT_THAT(cut_words("3 * 5 = 15"), ElementsAre("3", " *", " ", "5", " =", " ", "1", "5"));
  EXPECT_THAT(cut_words("it's we'll"), ElementsAre("it", "'s", " we", "'ll"));
  EXPECT_THAT(cut_words("<think>\nSo"), ElementsAre("<", "think", ">", "\n", "So"));
  EXPECT_THAT(cut_words("a\n\nB"), ElementsAre("a", "\n", "\n", "B"));
  EXPECT_THAT(cut_words("a   b"), ElementsAre("a", "  ", " b"));
  EXPECT_THAT(cut_words("end \n"), ElementsAre("end", " \n"));
  EXPECT_THAT(cut_words("\\boxed{7}."), ElementsAre("\\", "boxed", "{", "7", "}."));
  EXPECT_THAT(cut_words(""), ElementsAre());
}

TEST(CutWords, TilesAnyBytes) {
  Random random(3);
  for (int round = 0; round < 500; ++round) {
    std::string text;
    for (std::int64_t i = random.between(0, 30); i > 0; --i) {
      text += random.chance(0.5) ? static_cast<char>(random.between(0, 255))
                                 : " \n'a1x."[random.index(7)];
    }
    std::string joined;
    for (const std::string_view word : cut_words(text)) {
      EXPECT_FALSE(word.empty());
      joined += word;
    }
    EXPECT_EQ(joined, text);
  }
}

TEST(SpellBytes, IsGpt2s) {
  EXPECT_EQ(spell_bytes("a b"),
            "a\xC4\xA0"
            "b");
  EXPECT_EQ(spell_bytes("\n"), "\xC4\x8A");
  EXPECT_EQ(spell_bytes("\xC3\xA9"), "\xC3\x83\xC2\xA9");
  EXPECT_EQ(spell_bytes("\xAD"), "\xC5\x83");
}

// The example of Sennrich et al.: the most frequent pairs first.
TEST(BpeTrainer, MergesTheMostFrequentPair) {
  BpeTrainer trainer;
  for (int i = 0; i < 5; ++i) trainer.add("low");
  for (int i = 0; i < 2; ++i) trainer.add("lower");
  for (int i = 0; i < 6; ++i) trainer.add("newest");
  for (int i = 0; i < 3; ++i) trainer.add("widest");
  const BpeVocabulary vocabulary = trainer.train(256 + 4);
  EXPECT_THAT(vocabulary.merges, ElementsAre("e s", "es t", "l o", "lo w"));
  EXPECT_EQ(vocabulary.pieces.size(), 260U);
  EXPECT_EQ(vocabulary.pieces.back(), "low");
}

TEST(BpeTrainer, NeverJoinsDigitsAndStopsWhereNothingRepeats) {
  BpeTrainer trainer;
  for (int i = 0; i < 50; ++i) trainer.add("120 = 120");
  trainer.add("once");
  const BpeVocabulary vocabulary = trainer.train(1000);
  EXPECT_THAT(vocabulary.merges, ElementsAre("\xC4\xA0 ="));
}

TEST(BpeTrainer, RunsOfOneLetterAreMergedFromTheLeft) {
  BpeTrainer trainer;
  for (int i = 0; i < 4; ++i) trainer.add("aaa");
  const BpeVocabulary vocabulary = trainer.train(300);
  EXPECT_THAT(vocabulary.merges, ElementsAre("a a", "aa a"));
}

}  // namespace
}  // namespace drp::train
