// SPDX-License-Identifier: Apache-2.0
#include "path/reference_answer.h"

#include <gtest/gtest.h>

#include "base/text.h"
#include "path/answer_view.h"
#include "path/import_trace.h"

namespace drp::path {
namespace {

Problem problem_of(const std::string& answer, const std::string& domain = "math") {
  return {"p", "How many jars are left?", answer, domain, {}};
}

Trace trace_of(const std::string& answer_section) {
  return make_trace({"p", 0, FinishReason::kStop, ""},
                    "<think>4 * 6 = 24, and 24 - 4 = 20.</think>" + answer_section);
}

Trace silent_trace() {
  return make_trace({"p", 0, FinishReason::kStop, ""}, "<think>Well, well.</think>Who knows?");
}

TEST(MissesReference, OnlyWhereBothAreKnownAndDiffer) {
  const Trace twenty = trace_of("\n\nThe answer is \\boxed{20}.");
  EXPECT_TRUE(misses_reference(problem_of("19"), twenty));
  EXPECT_TRUE(misses_reference(problem_of("24 - 5 = 19\n#### 19"), twenty));
  EXPECT_FALSE(misses_reference(problem_of("20.0"), twenty));
  EXPECT_FALSE(misses_reference(problem_of(""), twenty)) << "no reference";
  EXPECT_FALSE(misses_reference(problem_of("19", "code"), twenty)) << "judged by a program";
  EXPECT_FALSE(misses_reference(problem_of("19"), silent_trace()));
}

struct Exchange {
  const char* section;
  const char* reference;
  const char* expected;  // empty: none
};

TEST(WithReference, TheStatementKeepsTheStudentsWords) {
  const Exchange rows[] = {
      {"\n\nThe answer is \\boxed{20}.", "19", "\n\nThe answer is \\boxed{19}."},
      {"\n\nSo 20 jars are left, \\boxed{20}.", "19", "\n\nSo 19 jars are left, \\boxed{19}."},
      // The second derivation of the section goes with its wrong numbers.
      {"\n\nFirst 4 * 6 = 24. Then 24 - 4 = 20.\n\n**Answer:** \\boxed{20}\n", "19",
       "\n\n**Answer:** \\boxed{19}\n"},
      {"\n\\[\\boxed{\\frac{1}{2}}\\]", "\\frac{2}{3}", "\n\\[\\boxed{\\frac{2}{3}}\\]"},
      // A number that only begins or ends like the answer stays.
      {"\n\nOf 120 jars and 20.5 kg, \\boxed{20} are left.", "19",
       "\n\nOf 120 jars and 20.5 kg, \\boxed{19} are left."},
      {"\n\n#### 20", "24 - 5 = 19\n#### 19", "\n\n#### 19"},
      {"\n\nIt cannot be told.", "19", ""},
  };
  for (const Exchange& row : rows) {
    const Trace before = trace_of(row.section);
    const auto after = with_reference(problem_of(row.reference), before);
    ASSERT_EQ(after.has_value(), *row.expected != '\0') << row.section;
    if (!after) continue;
    EXPECT_EQ(trim(after->answer_text()), trim(row.expected));
    EXPECT_EQ(after->reasoning_text(), before.reasoning_text());
    EXPECT_FALSE(misses_reference(problem_of(row.reference), *after));
  }
}

TEST(WithReference, AChoiceIsExchangedByItsLetter) {
  Problem problem = problem_of("B", "choice");
  problem.question = "Which one?\nA) one\nB) two";
  const auto after = with_reference(problem, trace_of("\n\nAnswer: A"));
  ASSERT_TRUE(after);
  EXPECT_EQ(final_answer(after->response, "choice"), "B");
}

TEST(ComesToAnswer, ByItsEnd) {
  const Problem problem = problem_of("19");
  const Trace trace = trace_of("\n\n\\boxed{19}");
  EXPECT_TRUE(comes_to_answer(problem, trace, "24 - 5 = 19. So 19 jars are left."));
  EXPECT_TRUE(comes_to_answer(problem, trace, "So 19 jars. That is all."));
  EXPECT_FALSE(comes_to_answer(problem, trace, "4 * 6 = 24, and 24 - 4 = 20."));
  EXPECT_FALSE(comes_to_answer(problem, trace, "It is not 19. So 20 jars are left."))
      << "mentioned on the way";
  EXPECT_TRUE(comes_to_answer(problem, silent_trace(), "anything"));
}

}  // namespace
}  // namespace drp::path
