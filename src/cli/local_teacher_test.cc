// SPDX-License-Identifier: Apache-2.0
// A local teacher of 135 million parameters, which understands nothing of its task: held to the
// grammar, each of its replies is a whole plan all the same.
#include <gtest/gtest.h>

#include <vector>

#include "base/error.h"
#include "base/progress.h"
#include "cli/model_teachers.h"
#include "cli/wiring.h"
#include "path/apply_plan.h"
#include "path/import_trace.h"
#include "teacher/model/model_teacher.h"

namespace drp::cli {
namespace {

Problem problem_of(int i) {
  return {"p" + std::to_string(i),
          "Iva packs " + std::to_string(i + 3) +
              " crates with 6 jars each and takes 5 jars out. "
              "How many jars are left?",
          std::to_string((i + 3) * 6 - 5),
          "math",
          {}};
}

Trace trace_of(int i) {
  const std::string crates = std::to_string(i + 3);
  const std::string jars = std::to_string((i + 3) * 6);
  const std::string left = std::to_string((i + 3) * 6 - 5);
  std::string text = "<think>Okay, let me see. There are " + crates + " crates of 6 jars, so " +
                     crates + " * 6 = " + jars + " jars.\n\n";
  // Some have more units than one digit counts.
  for (int k = 0; k < i * 3; ++k) text += "Hmm, is that all? Yes, it is all of them. ";
  text += "Now " + jars + " - 5 = " + left + ".</think>\n\nThe answer is " + left + ".";
  return path::make_trace({"p" + std::to_string(i), 0, FinishReason::kStop, ""}, text);
}

TEST(LocalTeacher, EveryReplyOfASmallModelIsAPlan) {
#ifndef DRP_HAVE_LLAMA
  GTEST_SKIP() << "built without the local engine";
#else
  std::filesystem::path model;
  try {
    model = find_model("smollm2-135m-instruct");
  } catch (const Error& error) {
    GTEST_SKIP() << error.message();
  }
  pipeline::Recipe recipe;
  recipe.teacher.kind = "local";
  recipe.teacher.model = model.string();
  NoProgress silent;
  const auto teacher = make_engines().make_teacher(recipe, silent);
  const std::vector<int> traces = {0, 3};  // the shortest, and one of more than nine units
  std::size_t given = 0;
  std::size_t done = 0;
  teacher->run(
      [&]() -> std::optional<teacher::PlanJob> {
        if (given == traces.size()) return std::nullopt;
        const int trace = traces[given];
        return teacher::PlanJob{problem_of(trace), trace_of(trace), given++};
      },
      [&](const teacher::PlanJob& job, const expected<Plan, Rejection>& plan) {
        ++done;
        ASSERT_TRUE(plan) << enum_name(plan.error().reason) << ": " << plan.error().detail;
        EXPECT_TRUE(plan->notes.empty()) << plan->notes.front();  // at the first reply
        const auto fault = path::check_plan(job.trace.reasoning_text(), *plan);
        EXPECT_FALSE(fault) << fault->detail;
      },
      {}, StopFlag());
  EXPECT_EQ(done, traces.size());
#endif
}

TEST(MakeProtocol, OptionsThatDoNotGoTogetherAreRefused) {
  pipeline::Recipe recipe;
  recipe.teacher.protocol = "paper";
  recipe.teacher.second_look = true;
  EXPECT_THROW(make_protocol(recipe, Grammars::kUnknown), Error);
  recipe.teacher.second_look = false;
  EXPECT_NO_THROW(make_protocol(recipe, Grammars::kUnknown));
  recipe.teacher.protocol = "span";
  recipe.teacher.target = "own";
  EXPECT_THROW(make_protocol(recipe, Grammars::kUnknown), Error);
  recipe.teacher.target = "trace";
  EXPECT_NE(make_protocol(recipe, Grammars::kUsed)->identity(),
            make_protocol(recipe, Grammars::kUnknown)->identity());
  recipe.teacher.protocol = "spam";
  EXPECT_THROW(make_protocol(recipe, Grammars::kUsed), Error);
}

}  // namespace
}  // namespace drp::cli
