// SPDX-License-Identifier: Apache-2.0
#include "path/options.h"

#include <gtest/gtest.h>

namespace drp::path {
namespace {

TEST(Options, AreReadFromLinesAndRows) {
  struct Row {
    const char* question;
    std::vector<Option> options;
  };
  const std::vector<Option> two = {{'A', "a red fox"}, {'B', "a blue jay"}};
  const Row rows[] = {
      {"Which is it?\n\nA) a red fox\nB) a blue jay", two},
      {"Which is it?\n(A) a red fox\n(B) a blue jay\n", two},
      {"Which is it?\nA. a red fox\nB. a blue jay.", two},
      {"Which is it?\nA: a red fox\nB: a blue jay\n\nAnswer with a letter.", two},
      {"Which is it? A) a red fox, B) a blue jay", two},
      {"Which is it? Answer Choices: (A) a red fox (B) a blue jay", two},
      {"Which is it?\n- **A)** a red fox\n- **B)** a blue jay", two},
      {"A man has 3 hats. How many?", {}},
      {"A) only one option", {}},
      {"Let A and B be points. Is A. on B. there?", {}},
  };
  for (const Row& row : rows) EXPECT_EQ(read_options(row.question), row.options) << row.question;
}

TEST(Options, AreNamedByMarksOrWords) {
  for (const char* text : {"So (B) is out.", "B) says so.", "option B is wrong", "The answer is B.",
                           "\\boxed{B}", "**B**", "It must be B.", "I can eliminate B."}) {
    EXPECT_TRUE(names_option(text, 'B')) << text;
  }
  for (const char* text :
       {"Bob is here.", "the line AB", "vitamin B12", "point B moves", "Option C is out."}) {
    EXPECT_FALSE(names_option(text, 'B')) << text;
  }
  EXPECT_TRUE(names_option("The answer is A because it fits.", 'A'));
  EXPECT_TRUE(names_option("Option A is a fox.", 'A'));
  EXPECT_FALSE(names_option("This is A good fox.", 'A'));
  EXPECT_FALSE(names_option("A fox is red.", 'A'));
}

}  // namespace
}  // namespace drp::path
