// SPDX-License-Identifier: Apache-2.0
#include "path/answer_statement.h"

#include <gtest/gtest.h>

namespace drp::path {
namespace {

TEST(AnswerStatement, IsTheStudentsOwnSentence) {
  EXPECT_EQ(answer_statement("\n\nMia has 6 bags of 4 nuts. That is 6 * 4 = 24 nuts. So Mia has "
                             "**24** nuts.",
                             "math"),
            "\n\nSo Mia has **24** nuts.");
  EXPECT_EQ(
      answer_statement("\n\n1. Add: \\(3+4=7\\)\n2. Double: \\(2 \\cdot 7=14\\)\n\nThe answer "
                       "is \\boxed{14}. I hope this helps!\n",
                       "math"),
      "\n\nThe answer is \\boxed{14}.\n");
}

TEST(AnswerStatement, KeepsHeadingAndColon) {
  EXPECT_EQ(answer_statement("Adding gives 5.\n\n**Answer:**\n\\[\n\\boxed{5}\n\\]", "math"),
            "**Answer:**\n\\[\n\\boxed{5}\n\\]");
  EXPECT_EQ(answer_statement("Adding gives 5. Therefore the sum is:\n\\[\n\\boxed{5}\n\\]", "math"),
            "Therefore the sum is:\n\\[\n\\boxed{5}\n\\]");
}

TEST(AnswerStatement, DoesNotSpeakOfChecksThatAreGone) {
  EXPECT_EQ(answer_statement("Both ways are done. Both methods confirm that the class has "
                             "\\boxed{60} students.",
                             "math"),
            "The class has \\boxed{60} students.");
  EXPECT_EQ(answer_statement("Done. After checking, I find 5 apples: \\boxed{5}.", "math"),
            "After checking, I find 5 apples: \\boxed{5}.");
}

TEST(AnswerStatement, LeavesWhatIsNoStatement) {
  EXPECT_EQ(answer_statement("Nothing to see. Nothing at all.", "math"),
            "Nothing to see. Nothing at all.");
  EXPECT_EQ(answer_statement("", "math"), "");
  EXPECT_EQ(answer_statement("\n\\boxed{5}", "math"), "\n\\boxed{5}");
  const std::string code = "Here it is.\n```python\ndef f(): return 5\n```";
  EXPECT_EQ(answer_statement(code, "code"), code);
  EXPECT_EQ(answer_statement("It is B. Not A.", "text"), "It is B. Not A.");
}

// Words have a statement like numbers, where the section says which of them are the answer.
TEST(AnswerStatement, OfWordsAndOptions) {
  EXPECT_EQ(answer_statement("\nBen is first. Ann is last.\n\nAnswer: Ben\n", "text"),
            "\nAnswer: Ben\n");
  EXPECT_EQ(answer_statement("A cow does not. So it is out. The answer is (B).", "choice"),
            "The answer is (B).");
}

// Two boxes are one list: no single unit gives it, so the section stays.
TEST(AnswerStatement, KeepsAnswersOfSeveralUnits) {
  const std::string two = "Either \\boxed{2}\nor\n\\boxed{5}";
  EXPECT_EQ(answer_statement(two, "math"), two);
}

}  // namespace
}  // namespace drp::path
