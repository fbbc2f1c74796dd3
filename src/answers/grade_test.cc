// SPDX-License-Identifier: Apache-2.0
#include "answers/grade.h"

#include <gtest/gtest.h>

#include <string>

namespace drp::answers {
namespace {

struct Row {
  const char* name;
  std::string text;
  std::string answer;
  Method method;
};

class Extract : public testing::TestWithParam<Row> {};

TEST_P(Extract, FindsTheAnswer) {
  const Row& row = GetParam();
  const Extracted extracted = extract(row.text);
  EXPECT_EQ(extracted.text, row.answer);
  EXPECT_EQ(extracted.method, row.method) << method_name(extracted.method);
  EXPECT_LE(extracted.span.end, row.text.size());
}

INSTANTIATE_TEST_SUITE_P(
    Rows, Extract,
    testing::Values(
        Row{"box", "So \\[ \\boxed{17} \\]", "17", Method::kBox},
        Row{"last_box", "\\boxed{3}, no: \\boxed{11}", "11", Method::kBox},
        Row{"nested_braces", "\\boxed{\\frac{1}{6}}", "\\frac{1}{6}", Method::kBox},
        Row{"escaped_braces", "\\boxed{\\{1, 2\\}}", "\\{1, 2\\}", Method::kBox},
        Row{"joined_boxes", "\\boxed{4} and \\boxed{9}", "4, 9", Method::kBox},
        Row{"mention", "I must use \\boxed . So \\boxed{8}", "8", Method::kBox},
        Row{"bare_box", "so $\\boxed 9$", "9", Method::kBox},
        Row{"broken_last_box", "\\boxed{7} then \\boxed{\\frac{14", "", Method::kNone},
        Row{"empty_last_box", "\\boxed{7} then \\boxed{}", "", Method::kNone},
        Row{"hash", "#### 64 \nand much more text 5", "64", Method::kHash},
        Row{"headline_is_no_hash", "#### Step one\nSo we get 5", "5", Method::kNumber},
        Row{"phrase", "Answer: 4 is tempting.\nAnswer: 20", "20", Method::kPhrase},
        Row{"bold_phrase", "3*58 = 174.\n**Final Answer: 61**", "61", Method::kPhrase},
        Row{"phrase_next_line", "**Final Answer**\n\n12 apples", "12 apples", Method::kPhrase},
        Row{"phrase_prose", "The answer is that she has 42 fish and some are red", "42",
            Method::kPhrase},
        Row{"formula", "hence $x = 5$.", "5", Method::kMath},
        Row{"display", "so \\[ 3\\sqrt{13} \\]", "3\\sqrt{13}", Method::kMath},
        Row{"number", "It costs $31.00.", "31.00", Method::kNumber},
        Row{"last_number", "$180 + $350 = $530", "530", Method::kNumber},
        Row{"no_lone_comma", "15 apples, overall.", "15", Method::kNumber},
        Row{"percent", "so it grew by 25%.", "25%", Method::kNumber},
        Row{"restated_result", "24 / 4 = 6 pages\n\nSo he reads 6 pages for the next 4 days.", "6",
            Method::kNumber},
        Row{"result_at_the_end", "100 / 2 = 50.\n\nSo Ali has 21 + 50 = 71.", "71",
            Method::kNumber},
        Row{"bold_number", "It comes to **$75** over the 8 years.", "75", Method::kNumber},
        Row{"nothing", "I do not know.", "", Method::kNone}),
    [](const auto& test) { return std::string(test.param.name); });

TEST(ExtractOptionsTest, RunOnIsCut) {
  const std::string text = "#### 24\nQuestion: and now?\n#### 90";
  EXPECT_EQ(extract(text, {.cut_at_run_on = true}).text, "24");
  EXPECT_EQ(extract(text).text, "90");
}

TEST(ExtractOptionsTest, Choices) {
  const ExtractOptions choice{.domain = "choice"};
  EXPECT_EQ(extract("The answer is B because I saw a car", choice).text, "B");
  EXPECT_EQ(extract("Not B; the option is (D)", choice).text, "D");
  EXPECT_FALSE(extract("ANSWER: Doubtful", choice).found());
  EXPECT_EQ(extract("C", choice).text, "C");
}

TEST(Grade, LooksBehindTheLastCloseMarker) {
  const std::string response = "<think>maybe \\boxed{3}</think>It is \\boxed{4}.";
  const Graded graded = grade({.gold = "4", .response = response});
  EXPECT_TRUE(graded.equal());
  EXPECT_TRUE(graded.strict());
  EXPECT_EQ(slice(response, graded.extracted.span), "\\boxed{4}");
}

TEST(Grade, EmptyAnswerPartFallsBackToTheWholeResponse) {
  EXPECT_TRUE(grade({.gold = "4", .response = "<think>so \\boxed{4}</think>\n"}).equal());
}

TEST(Grade, OpenReasoningHasNoAnswer) {
  const Graded graded = grade({.gold = "9", .response = "<think> suppose it is 9 and"});
  EXPECT_EQ(graded.verdict, Verdict::kUnequal);
  EXPECT_EQ(graded.extracted.method, Method::kNone);
  EXPECT_EQ(graded.reason, "the reasoning never closed");
}

TEST(Grade, CutResponsesNeedABox) {
  EXPECT_FALSE(grade({.gold = "9", .response = "so we have 9", .cut = true}).equal());
  EXPECT_TRUE(grade({.gold = "9", .response = "so \\boxed{9} and then", .cut = true}).equal());
}

TEST(Grade, GoldErrorsCountApart) {
  EXPECT_EQ(grade({.gold = "?", .response = "\\boxed{9}"}).verdict, Verdict::kGoldError);
  EXPECT_EQ(grade({.gold = "", .response = "nothing"}).verdict, Verdict::kGoldError);
}

TEST(Grade, FlexibleIsNotStrict) {
  const Graded graded = grade({.gold = "9", .response = "The answer is 9."});
  EXPECT_TRUE(graded.equal());
  EXPECT_FALSE(graded.strict());
}

TEST(GradeNames, CoverEveryValue) {
  EXPECT_EQ(method_name(Method::kHash), "hash");
  EXPECT_EQ(method_name(Method::kText), "text");
  EXPECT_EQ(verdict_name(Verdict::kGoldError), "gold_error");
}

}  // namespace
}  // namespace drp::answers
