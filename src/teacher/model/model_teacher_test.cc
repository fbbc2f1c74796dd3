// SPDX-License-Identifier: Apache-2.0
#include "teacher/model/model_teacher.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>
#include <set>

#include "base/error.h"
#include "llm/replay_model.h"

namespace drp::teacher {
namespace {

using ::testing::HasSubstr;

// Asks `turns` questions, then keeps everything. The question's text is the trace's id and the
// turn.
class CountingProtocol final : public Protocol {
 public:
  explicit CountingProtocol(int turns) : turns_(turns) {}
  std::string identity() const override { return "counting"; }
  std::unique_ptr<Dialogue> open(const Problem&, const Trace& trace) const override {
    return std::make_unique<Talk>(trace, turns_);
  }

 private:
  class Talk final : public Dialogue {
   public:
    Talk(const Trace& trace, int turns) : trace_(trace), turns_(turns) {}
    std::optional<Question> next() override {
      if (turn_ == turns_) return std::nullopt;
      Question question;
      question.name = "turn " + std::to_string(turn_);
      question.prompt_version = "version of turn " + std::to_string(turn_);
      question.messages = {{"user", trace_.id + " " + std::to_string(turn_)}};
      question.tokens_max = 100;
      return question;
    }
    void answer(const llm::ChatReply& reply) override {
      EXPECT_EQ(reply.text, "re " + trace_.id + " " + std::to_string(turn_));
      ++turn_;
    }
    expected<Plan, Rejection> result() override {
      Plan plan;
      plan.steps = {Step{trace_.reasoning, "", Action::kKeep, {}, "", ""}};
      return plan;
    }

   private:
    const Trace& trace_;
    int turns_;
    int turn_ = 0;
  };

  int turns_;
};

std::unique_ptr<llm::ReplayModel> echo(std::size_t window = 1) {
  auto model = std::make_unique<llm::ReplayModel>();
  model->reorder(window);
  model->fallback([](const llm::ChatRequest& request) -> std::optional<llm::ChatReply> {
    const std::string& text = request.messages.back().content;
    if (text.starts_with("broken")) return std::nullopt;
    return llm::ReplayModel::reply("re " + text);
  });
  return model;
}

PlanJob job(const std::string& id, std::size_t ticket) {
  Trace trace;
  trace.id = id;
  trace.problem_id = id + " problem";
  trace.response = "text";
  trace.reasoning = {0, 4};
  return {Problem{trace.problem_id, "q", "1"}, trace, ticket};
}

// Replies out of order, dialogues of several turns, more jobs than any window: every job comes back
// once, with its own ticket and its own replies (the protocol checks those).
TEST(ModelTeacher, RunsManyDialoguesAtOnce) {
  constexpr std::size_t kJobs = 300;
  for (const std::size_t window : {1U, 7U, 64U, 1000U}) {
    ModelTeacher teacher(echo(window), std::make_unique<CountingProtocol>(3));
    std::size_t given = 0;
    std::map<std::size_t, std::string> done;
    teacher.run(
        [&]() -> std::optional<PlanJob> {
          if (given == kJobs) return std::nullopt;
          ++given;
          return job("t" + std::to_string(given), 1000 + given);
        },
        [&](const PlanJob& back, expected<Plan, Rejection> plan) {
          ASSERT_TRUE(plan);
          EXPECT_EQ(plan->trace_id, back.trace.id);
          EXPECT_EQ(plan->teacher, teacher.identity());
          EXPECT_TRUE(done.emplace(back.ticket, back.trace.id).second);
        },
        {}, StopFlag());
    ASSERT_EQ(done.size(), kJobs);
    EXPECT_EQ(done[1005], "t5");
  }
}

// Faults 2 and 4: a changed prompt asks anew only what it was part of.
TEST(ModelTeacher, EachCallNamesItsPrompt) {
  auto model = echo();
  llm::ReplayModel& replay = *model;
  ModelTeacher teacher(std::move(model), std::make_unique<CountingProtocol>(2));
  const PlanJob one = job("a", 0);
  ASSERT_TRUE(teacher.plan(one.problem, one.trace));
  ASSERT_EQ(replay.asked().size(), 2U);
  EXPECT_EQ(replay.asked()[0].prompt_version, "version of turn 0");
  EXPECT_EQ(replay.asked()[1].prompt_version, "version of turn 1");
}

TEST(ModelTeacher, AFailedRequestRejectsItsTraceAlone) {
  ModelTeacher teacher(echo(2), std::make_unique<CountingProtocol>(2));
  std::vector<PlanJob> jobs = {job("a", 0), job("broken", 1), job("c", 2)};
  std::size_t given = 0;
  std::map<std::string, bool> done;
  teacher.run(
      [&]() -> std::optional<PlanJob> {
        return given == jobs.size() ? std::nullopt : std::optional(jobs[given++]);
      },
      [&](const PlanJob& back, const expected<Plan, Rejection>& plan) {
        done[back.trace.id] = plan.has_value();
        if (!plan) {
          EXPECT_EQ(plan.error().reason, Reason::kTeacherFailed);
        }
      },
      {}, StopFlag());
  EXPECT_EQ(done, (std::map<std::string, bool>{{"a", true}, {"broken", false}, {"c", true}}));
}

TEST(ModelTeacher, RefusedTracesAreNotAskedAbout) {
  auto model = echo();
  const llm::ReplayModel& replay = *model;
  ModelTeacher teacher(std::move(model), std::make_unique<CountingProtocol>(1));
  std::size_t given = 0;
  std::set<Reason> reasons;
  RunOptions options;
  options.refuse = [](const Problem&, const Trace& trace) -> std::optional<Rejection> {
    if (trace.id == "t2") return std::nullopt;
    return Rejection{Reason::kWrongAnswer, "no"};
  };
  teacher.run(
      [&]() -> std::optional<PlanJob> {
        if (given == 3) return std::nullopt;
        ++given;
        return job("t" + std::to_string(given), given);
      },
      [&](const PlanJob&, const expected<Plan, Rejection>& plan) {
        if (!plan) reasons.insert(plan.error().reason);
      },
      options, StopFlag());
  EXPECT_EQ(reasons, std::set<Reason>{Reason::kWrongAnswer});
  EXPECT_EQ(replay.asked().size(), 1U);
}

TEST(ModelTeacher, TheCapOnTokensHolds) {
  auto model = echo();
  const llm::ReplayModel& replay = *model;
  ModelTeacher teacher(std::move(model), std::make_unique<CountingProtocol>(1), {.tokens_max = 60});
  const PlanJob one = job("a", 0);
  ASSERT_TRUE(teacher.plan(one.problem, one.trace));
  EXPECT_EQ(replay.asked()[0].sampling.tokens_max, 60);
  EXPECT_THAT(teacher.identity(), HasSubstr("tokens_max 60"));
}

// A model that drops a request must not hang the run.
TEST(ModelTeacher, ALostRequestIsAnError) {
  class Losing final : public llm::ChatModel {
   public:
    std::string identity() const override { return "losing"; }
    void run(const Source& next, const Sink&, const StopFlag&) override {
      while (next()) {
      }
    }
  };
  ModelTeacher teacher(std::make_unique<Losing>(), std::make_unique<CountingProtocol>(1));
  const PlanJob one = job("a", 0);
  EXPECT_THROW(teacher.plan(one.problem, one.trace), Error);
}

TEST(ModelTeacher, StopsBetweenReplies) {
  auto model = echo();
  ModelTeacher teacher(std::move(model), std::make_unique<CountingProtocol>(1));
  StopFlag stop;
  std::size_t given = 0;
  EXPECT_THROW(teacher.run(
                   [&]() -> std::optional<PlanJob> {
                     if (++given == 5) stop.request(2);
                     return job("t" + std::to_string(given), given);
                   },
                   [](const PlanJob&, const expected<Plan, Rejection>&) {}, {}, stop),
               Error);
  EXPECT_LE(given, 8U);
}

}  // namespace
}  // namespace drp::teacher
