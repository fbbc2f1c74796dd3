// SPDX-License-Identifier: Apache-2.0
#include "teacher/student/student_teacher.h"

#include <algorithm>
#include <cmath>
#include <unordered_map>
#include <utility>

#include "base/text.h"
#include "path/try_plan.h"

namespace drp::teacher {
namespace {

struct Option {
  Plan plan;
  path::AppliedPlan applied;
};

}  // namespace

StudentTeacher::StudentTeacher(std::vector<std::unique_ptr<Teacher>> candidates,
                               std::unique_ptr<llm::Student> student, StudentTeacherOptions options)
    : candidates_(std::move(candidates)),
      student_(std::move(student)),
      options_(std::move(options)),
      judge_(*student_, options_.adapters, options_.prompt) {}

std::string StudentTeacher::identity() const {
  std::vector<std::string> names;
  names.reserve(candidates_.size());
  for (const auto& candidate : candidates_) names.push_back(candidate->identity());
  std::string model = options_.model;
  for (const std::filesystem::path& adapter : options_.adapters) {
    model += "+" + adapter.filename().string();
  }
  return "student " + model + " " + judge_.identity() + " keep_answer_prob " +
         format_fixed(options_.keep_answer_prob, 3) + " over " + join(names, " | ");
}

expected<Plan, Rejection> StudentTeacher::plan(const Problem& problem, const Trace& trace) {
  if (trim(trace.reasoning_text()).empty()) {
    return unexpected<Rejection>({Reason::kNoReasoning, "the response has no reasoning to prune"});
  }
  std::vector<Option> options;
  for (const auto& candidate : candidates_) {
    auto plan = candidate->plan(problem, trace);
    if (!plan) continue;
    auto applied = path::try_plan(problem, trace, *plan);
    if (!applied) continue;
    const bool known = std::any_of(options.begin(), options.end(), [&](const Option& other) {
      return other.applied.reasoning == applied->reasoning;
    });
    if (!known) options.push_back({std::move(*plan), std::move(*applied)});
  }
  if (options.empty()) {
    return unexpected<Rejection>({Reason::kBadPlan, "no plan that the gates let through"});
  }
  std::sort(options.begin(), options.end(), [](const Option& a, const Option& b) {
    return a.applied.reasoning.size() < b.applied.reasoning.size();
  });
  std::vector<Candidate> texts = {{trace.reasoning_text(), {}}};
  for (const Option& option : options) texts.push_back({option.applied.reasoning, {}});
  const std::vector<Judgement> judged =
      judge_.judge(problem, trace, texts, Judge::What::kAnswer, StopFlag());
  if (judged.empty()) {
    return unexpected<Rejection>({Reason::kTooLong, "the trace does not fit the judge's context"});
  }
  const double floor = judged[0].answer_log_prob + std::log(options_.keep_answer_prob);
  for (std::size_t i = 0; i < options.size(); ++i) {
    if (judged[i + 1].answer_log_prob < floor) continue;
    Plan plan = std::move(options[i].plan);
    plan.teacher = identity();
    return plan;
  }
  const double best = std::max_element(judged.begin() + 1, judged.end(),
                                       [](const Judgement& a, const Judgement& b) {
                                         return a.answer_log_prob < b.answer_log_prob;
                                       })
                          ->answer_log_prob;
  return unexpected<Rejection>(
      {Reason::kAnswerLost, "the model finds the answer " +
                                format_fixed(std::exp(best - judged[0].answer_log_prob), 2) +
                                " times as likely after the best path as after the trace"});
}

MixedTeacher::MixedTeacher(std::unique_ptr<Teacher> first, std::unique_ptr<Teacher> second)
    : first_(std::move(first)), second_(std::move(second)) {}

std::string MixedTeacher::identity() const {
  return first_->identity() + " + " + second_->identity();
}

expected<Plan, Rejection> MixedTeacher::plan(const Problem& problem, const Trace& trace) {
  auto plan = first_->plan(problem, trace);
  if (plan && path::try_plan(problem, trace, *plan)) return plan;
  auto other = second_->plan(problem, trace);
  return other || !plan ? other : plan;
}

void MixedTeacher::run(const Source& next, const Sink& done, const RunOptions& options,
                       const StopFlag& stop) {
  if (threadsafe()) return Teacher::run(next, done, options, stop);
  // Jobs that are with `second`, by the ticket that it sees, with the plan they fall back on.
  struct Held {
    std::size_t ticket;
    std::optional<Plan> plan;
  };
  std::unordered_map<std::size_t, Held> held;
  std::size_t tickets = 0;
  const Source left_over = [&]() -> std::optional<PlanJob> {
    while (std::optional<PlanJob> job = next()) {
      stop.check();
      if (options.refuse) {
        if (std::optional<Rejection> refused = options.refuse(job->problem, job->trace)) {
          done(*std::move(job), unexpected<Rejection>(*std::move(refused)));
          continue;
        }
      }
      expected<Plan, Rejection> plan = first_->plan(job->problem, job->trace);
      if (plan && path::try_plan(job->problem, job->trace, *plan)) {
        done(*std::move(job), std::move(plan));
        continue;
      }
      Held entry{std::exchange(job->ticket, tickets), std::nullopt};
      if (plan) entry.plan = *std::move(plan);
      held.emplace(tickets++, std::move(entry));
      return job;
    }
    return std::nullopt;
  };
  const Sink take = [&](PlanJob job, expected<Plan, Rejection> plan) {
    auto entry = held.extract(job.ticket);
    job.ticket = entry.mapped().ticket;
    if (!plan && entry.mapped().plan) plan = *std::move(entry.mapped().plan);
    done(std::move(job), std::move(plan));
  };
  second_->run(left_over, take, {.threads = options.threads}, stop);
}

}  // namespace drp::teacher
