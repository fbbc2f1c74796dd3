// SPDX-License-Identifier: Apache-2.0
#include "decompose/decompose.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>
#include <string>
#include <vector>

#include "base/error.h"
#include "path/import_trace.h"

namespace drp::decompose {
namespace {

// Answers with the plan it was given.
class FixedTeacher : public teacher::Teacher {
 public:
  explicit FixedTeacher(expected<Plan, Rejection> reply) : reply_(std::move(reply)) {}
  std::string identity() const override { return "fixed"; }
  bool threadsafe() const override { return true; }
  expected<Plan, Rejection> plan(const Problem&, const Trace&) override { return reply_; }

 private:
  expected<Plan, Rejection> reply_;
};

const Problem kProblem{"p", "What is 6 times 7?", "42", "math", {}};

Trace trace_of(std::string response, FinishReason finish = FinishReason::kStop) {
  return path::make_trace({"p", 0, finish, ""}, std::move(response));
}

struct RefuseCase {
  const char* name;
  std::string response;
  FinishReason finish;
  std::optional<Reason> reason;
};

class RefuseTrace : public ::testing::TestWithParam<RefuseCase> {};

TEST_P(RefuseTrace, SaysWhy) {
  const auto refused = refuse_trace(kProblem, trace_of(GetParam().response, GetParam().finish));
  ASSERT_EQ(refused.has_value(), GetParam().reason.has_value()) << (refused ? refused->detail : "");
  if (refused) {
    EXPECT_EQ(refused->reason, *GetParam().reason) << refused->detail;
    EXPECT_FALSE(refused->detail.empty());
  }
}

// What a wrong trace needs to be admitted, and what its plan needs.
TEST(RefuseTrace, AWrongOneIsTakenForCorrectionAlone) {
  const Trace wrong = trace_of("<think>6 * 7 = 41.</think>\\boxed{41}");
  const DecomposeOptions options{.admit = Admit::kCorrected};
  EXPECT_EQ(refuse_trace(kProblem, wrong)->reason, Reason::kWrongAnswer);
  EXPECT_FALSE(refuse_trace(kProblem, wrong, options));
  EXPECT_EQ(refuse_trace(kProblem, trace_of("<think>6 * 7.</think>Who knows?"), options)->reason,
            Reason::kNoAnswer);
  EXPECT_EQ(refuse_trace(kProblem,
                         trace_of("<think>6 * 7 = 41.</think>\\boxed{41}", FinishReason::kLength),
                         options)
                ->reason,
            Reason::kCutOff);
  Problem code = kProblem;
  code.domain = "code";
  EXPECT_TRUE(refuse_trace(code, wrong, options));

  Plan plan;
  plan.steps = {{.span = {0, wrong.reasoning_text().size()}}};
  FixedTeacher careless(plan);
  EXPECT_EQ(decompose_trace(kProblem, wrong, careless, options).error().reason,
            Reason::kWrongAnswer);
  plan.corrected = Corrected::kPath;
  FixedTeacher half(plan);
  EXPECT_EQ(decompose_trace(kProblem, wrong, half, options).error().reason, Reason::kWrongAnswer);
  plan.corrected = Corrected::kAnswer;
  FixedTeacher whole(plan);
  EXPECT_TRUE(decompose_trace(kProblem, wrong, whole, options));
}

std::string looping() {
  std::string text = "<think>6 * 7 = 42.";
  for (int i = 0; i < 60; ++i) {
    text += " Let me check it once more.";
  }
  return text + "</think>42";
}

INSTANTIATE_TEST_SUITE_P(
    Rows, RefuseTrace,
    ::testing::Values(RefuseCase{"Right", "<think>6 * 7 = 42.</think>The answer is 42.",
                                 FinishReason::kStop, std::nullopt},
                      RefuseCase{"Unknown", "<think>6 * 7 = 42.</think>The answer is 42.",
                                 FinishReason::kUnknown, std::nullopt},
                      RefuseCase{"Wrong", "<think>6 * 7 = 48.</think>The answer is 48.",
                                 FinishReason::kStop, Reason::kWrongAnswer},
                      RefuseCase{"NoReasoning", "<think>\n\n</think>The answer is 42.",
                                 FinishReason::kStop, Reason::kNoReasoning},
                      RefuseCase{"Limit", "<think>6 * 7 = 42.</think>The answer is 42",
                                 FinishReason::kLength, Reason::kCutOff},
                      RefuseCase{"NeverClosed", "<think>6 * 7 = 42. And then",
                                 FinishReason::kUnknown, Reason::kCutOff},
                      RefuseCase{"LoopReported", "<think>6 * 7 = 42.</think>42",
                                 FinishReason::kLoop, Reason::kLoop},
                      RefuseCase{"LoopSeen", looping(), FinishReason::kUnknown, Reason::kLoop}),
    [](const auto& row) { return std::string(row.param.name); });

TEST(RefuseTrace, NeedsAReferenceUnlessToldOtherwise) {
  const Problem problem{"p", "What is 6 times 7?", "", "math", {}};
  const Trace trace = trace_of("<think>6 * 7 = 42.</think>The answer is 42.");
  EXPECT_EQ(refuse_trace(problem, trace)->reason, Reason::kGoldError);
  EXPECT_FALSE(refuse_trace(problem, trace, {Admit::kAnswered}));
}

TEST(DecomposeTrace, ChecksThatStepsTile) {
  const Trace trace = trace_of("<think>6 * 7 = 42.</think>42");
  FixedTeacher good(Plan{"", "", "", {Step{{0, 11}, "multiplication", Action::kKeep, {}, "", ""}}});
  const auto plan = decompose_trace(kProblem, trace, good);
  ASSERT_TRUE(plan);
  EXPECT_EQ(plan->trace_id, "p/0");
  EXPECT_EQ(plan->problem_id, "p");
  EXPECT_EQ(plan->teacher, "fixed");

  FixedTeacher gap(Plan{"", "", "", {Step{{0, 5}, "", Action::kKeep, {}, "", ""}}});
  EXPECT_EQ(decompose_trace(kProblem, trace, gap).error().reason, Reason::kBadPlan);

  FixedTeacher refuses{unexpected<Rejection>({Reason::kBadPlan, "unreadable reply"})};
  EXPECT_EQ(decompose_trace(kProblem, trace, refuses).error().detail, "unreadable reply");
}

// Keeps everything, and notes by how many threads it is asked.
class KeepingTeacher final : public teacher::Teacher {
 public:
  std::string identity() const override { return "keeps"; }
  bool threadsafe() const override { return true; }
  expected<Plan, Rejection> plan(const Problem&, const Trace& trace) override {
    ++asked;
    Plan plan;
    Step step;
    step.span = {0, trace.reasoning_text().size()};
    plan.steps.push_back(step);
    return plan;
  }
  std::atomic<int> asked = 0;
};

TEST(DecomposeTraces, EveryTraceComesBackOnceInOrderAndOnlyRightOnesAreAsked) {
  for (const int threads : {1, 3}) {
    KeepingTeacher teacher;
    std::size_t given = 0;
    std::vector<std::size_t> back;
    int planned = 0;
    decompose_traces(
        [&]() -> std::optional<teacher::PlanJob> {
          if (given == 200) return std::nullopt;
          const bool right = given % 4 != 0;
          return teacher::PlanJob{
              kProblem, trace_of(right ? "<think>6 * 7 = 42.</think>42" : "<think>6+7</think>13"),
              given++};
        },
        [&](const teacher::PlanJob& job, const expected<Plan, Rejection>& plan) {
          back.push_back(job.ticket);
          EXPECT_EQ(plan.has_value(), job.ticket % 4 != 0);
          if (!plan) {
            EXPECT_EQ(plan.error().reason, Reason::kWrongAnswer);
            return;
          }
          EXPECT_EQ(plan->teacher, "keeps");
          EXPECT_EQ(plan->trace_id, job.trace.id);
          ++planned;
        },
        teacher, [](const Problem&) { return DecomposeOptions{}; }, threads, StopFlag());
    EXPECT_EQ(planned, 150);
    EXPECT_EQ(teacher.asked, 150);
    ASSERT_EQ(back.size(), 200u);
    EXPECT_TRUE(std::is_sorted(back.begin(), back.end()));
  }
}

TEST(DecomposeTraces, StopsWhenAsked) {
  KeepingTeacher teacher;
  StopFlag stop;
  int done = 0;
  EXPECT_THROW(decompose_traces(
                   [&]() -> std::optional<teacher::PlanJob> {
                     return teacher::PlanJob{kProblem, trace_of("<think>6 * 7 = 42.</think>42"), 0};
                   },
                   [&](const teacher::PlanJob&, const expected<Plan, Rejection>&) {
                     if (++done == 5) stop.request(2);
                   },
                   teacher, [](const Problem&) { return DecomposeOptions{}; }, 2, stop),
               Error);
  EXPECT_GE(done, 5);
}

}  // namespace
}  // namespace drp::decompose
