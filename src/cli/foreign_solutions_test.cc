// SPDX-License-Identifier: Apache-2.0
#include "cli/foreign_solutions.h"

#include <gtest/gtest.h>

#include "base/file.h"
#include "base/random.h"
#include "decompose/decompose.h"
#include "llm/scratch_folder.h"
#include "path/import_trace.h"
#include "pipeline/problem_source.h"
#include "problems/worked_solution.h"
#include "prune/prune.h"
#include "teacher/baselines/baseline_teachers.h"

namespace drp::cli {
namespace {

std::int64_t bytes(std::string_view text) { return static_cast<std::int64_t>(text.size()); }

// Each generated problem has one that the gates and the grader accept in place of the student's own
// reasoning, and that is about as long as was asked for.
TEST(ForeignSolutions, OfGeneratedProblemsAreRightAndMatchALength) {
  const pipeline::Recipe recipe =
      pipeline::load_recipe("", {"problems.train.count=200", "problems.train.families=[all]"})
          .recipe;
  teacher::ForeignOptions options = foreign_solutions(recipe);
  options.count = bytes;
  options.like = teacher::first_answer_teacher();
  const auto teacher = teacher::foreign_teacher(std::move(options));
  const auto like = teacher::first_answer_teacher();
  double wanted = 0;
  double reached = 0;
  for (const problems::GeneratedProblem& item :
       problems::generate_problems(pipeline::generator_options(recipe.problems.train, recipe))) {
    Random random(derive_seed(1, item.problem.id));
    Trace trace = path::make_trace({item.problem.id, 0, FinishReason::kStop, ""},
                                   problems::worked_solution(item, random).text);
    const auto plan = teacher->plan(item.problem, trace);
    ASSERT_TRUE(plan) << plan.error().detail;
    const PrunedPath path =
        prune::prune_trace(item.problem, trace, *plan, {.advisory = {"shorter"}}, bytes);
    ASSERT_TRUE(path.accepted()) << path.rejection->detail << "\n" << path.response;
    const Trace other =
        path::make_trace({item.problem.id, 0, FinishReason::kStop, ""}, path.response);
    EXPECT_FALSE(decompose::refuse_trace(item.problem, other)) << path.response;
    if (item.puzzle) continue;
    wanted += static_cast<double>(
        path::apply_plan(trace.reasoning_text(), *like->plan(item.problem, trace))
            ->reasoning.size());
    reached += static_cast<double>(path.reasoning.size());
  }
  EXPECT_GT(reached, 0.5 * wanted);
  EXPECT_LT(reached, 1.2 * wanted);
}

TEST(ForeignSolutions, OfADataSetAreTheOnesInItsFile) {
  const llm::ScratchFolder folder;
  const auto file = folder / "train.jsonl";
  write_file_atomic(file, R"({"question":"a?","answer":"6*7=<<6*7=42>>42\n#### 42"})"
                          "\n");
  const pipeline::Recipe recipe =
      pipeline::load_recipe("", {"problems.train.source=gsm8k",
                                 "problems.train.file=" + file.string(), "problems.train.count=0"})
          .recipe;
  const teacher::ForeignOptions options = foreign_solutions(recipe);
  pipeline::visit_problems(recipe.problems.train, recipe, [&](const Problem& problem) {
    EXPECT_EQ(options.solutions(problem), std::vector<std::string>{"6*7=42"});
  });
  EXPECT_TRUE(options.solutions({"unknown", "b?", "1", "math", {}}).empty());
}

}  // namespace
}  // namespace drp::cli
