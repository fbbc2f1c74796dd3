// SPDX-License-Identifier: Apache-2.0
#include "teacher/baselines/baseline_teachers.h"

#include <gtest/gtest.h>

#include <string>

#include "path/apply_plan.h"
#include "path/import_trace.h"
#include "teacher/baselines/foreign_teacher.h"

namespace drp::teacher {
namespace {

const Problem kProblem{"p", "Ann has 3 jars of 5 plums. How many plums?", "15", "math", {}};

Trace trace_of(const std::string& reasoning, const std::string& id = "p") {
  return path::make_trace({id, 0, FinishReason::kStop, ""},
                          "<think>\n" + reasoning + "\n</think>\n\nThe answer is 15.");
}

std::string path_of(Teacher& teacher, const Trace& trace) {
  const auto plan = teacher.plan(kProblem, trace);
  if (!plan) return "rejected: " + plan.error().detail;
  EXPECT_FALSE(path::check_plan(trace.reasoning_text(), *plan));
  return path::apply_plan(trace.reasoning_text(), *plan)->reasoning;
}

TEST(FirstAnswerTeacher, StopsAtTheFirstStatementOfTheAnswer) {
  const auto teacher = first_answer_teacher();
  EXPECT_EQ(path_of(*teacher, trace_of("Ann has 3 jars. 3 * 5 = 15. Let me check: 5 * 3 = 15.")),
            "Ann has 3 jars. 3 * 5 = 15.");
  EXPECT_EQ(path_of(*teacher, trace_of("Nothing is computed. I only plan.")),
            "Nothing is computed. I only plan.");
}

TEST(KeywordTeacher, DeletesByWordsAlone) {
  const auto teacher = keyword_teacher();
  EXPECT_EQ(path_of(*teacher, trace_of("Okay, 3 jars. 3 * 5 = 15. Let me check it. So 15 plums.")),
            "3 * 5 = 15. So 15 plums.");
  // The last statement of the answer stays, whatever its words.
  EXPECT_EQ(path_of(*teacher, trace_of("There are jars. Wait, 3 * 5 = 15.")),
            "There are jars. Wait, 3 * 5 = 15.");
}

TEST(RandomTeacher, DeletesAsMuchAsItsModelAndAlwaysTheSame) {
  std::string reasoning;
  for (int i = 0; i < 12; ++i) reasoning += "Jar number " + std::to_string(i) + " is blue. ";
  const Trace trace = trace_of(reasoning + "3 * 5 = 15. " + reasoning);
  const auto first = first_answer_teacher();
  const std::string model = path_of(*first, trace);
  const auto one = random_teacher(first_answer_teacher(), 1);
  const auto again = random_teacher(first_answer_teacher(), 1);
  const auto other = random_teacher(first_answer_teacher(), 2);
  const std::string path = path_of(*one, trace);
  EXPECT_NEAR(static_cast<double>(path.size()), static_cast<double>(model.size()), 60);
  EXPECT_EQ(path, path_of(*again, trace));
  EXPECT_NE(path, path_of(*other, trace));
  EXPECT_NE(path.find("3 * 5 = 15"), std::string::npos);
  EXPECT_NE(one->identity(), other->identity());
}

TEST(UnprunedTeacher, KeepsEveryByte) {
  const std::string reasoning = "Okay, 3 jars. 3 * 5 = 15. Let me check it. So 15 plums.";
  EXPECT_EQ(path_of(*unpruned_teacher(), trace_of(reasoning)), reasoning);
}

ForeignOptions foreign_options(std::vector<std::string> solutions) {
  ForeignOptions options;
  options.source = "of the test";
  options.solutions = [solutions](const Problem&) { return solutions; };
  options.count = [](std::string_view text) { return static_cast<std::int64_t>(text.size()); };
  return options;
}

TEST(ForeignTeacher, TakesTheSolutionNearestInLengthToItsModel) {
  const Trace trace = trace_of("Ann has 3 jars. 3 * 5 = 15. Let me check: 5 * 3 = 15.");
  ForeignOptions options =
      foreign_options({"3*5=15.", "Let a=3, b=5. x=a*b=15.", std::string(200, 'x') + " 15"});
  EXPECT_EQ(path_of(*foreign_teacher(std::move(options)), trace), "3*5=15.");
  options = foreign_options({"3*5=15.", "Let a=3, b=5. x=a*b=15.", std::string(200, 'x') + " 15"});
  options.like = first_answer_teacher();  // 27 bytes
  const auto teacher = foreign_teacher(std::move(options));
  EXPECT_EQ(path_of(*teacher, trace), "Let a=3, b=5. x=a*b=15.");
  const auto plan = teacher->plan(kProblem, trace);
  EXPECT_TRUE(plan->own);
  EXPECT_NE(teacher->identity().find("first_answer"), std::string::npos);
}

TEST(ForeignTeacher, RejectsWhatHasNoSolutionOrNoModel) {
  const Trace trace = trace_of("3 * 5 = 15.");
  EXPECT_TRUE(path_of(*foreign_teacher(foreign_options({})), trace).starts_with("rejected"));
  ForeignOptions options = foreign_options({"3*5=15."});
  options.like = first_answer_teacher();
  EXPECT_TRUE(path_of(*foreign_teacher(std::move(options)), trace_of("")).starts_with("rejected"));
}

TEST(Baselines, RefuseEmptyReasoning) {
  const Trace trace = trace_of("");
  EXPECT_TRUE(path_of(*first_answer_teacher(), trace).starts_with("rejected"));
  EXPECT_TRUE(path_of(*keyword_teacher(), trace).starts_with("rejected"));
  EXPECT_TRUE(path_of(*unpruned_teacher(), trace).starts_with("rejected"));
  EXPECT_TRUE(path_of(*random_teacher(keyword_teacher(), 1), trace).starts_with("rejected"));
}

}  // namespace
}  // namespace drp::teacher
