// SPDX-License-Identifier: Apache-2.0
#include "teacher/baselines/foreign_teacher.h"

#include <algorithm>
#include <cstdlib>
#include <utility>

#include "base/text.h"
#include "path/apply_plan.h"

namespace drp::teacher {
namespace {

class ForeignTeacher final : public Teacher {
 public:
  explicit ForeignTeacher(ForeignOptions options) : options_(std::move(options)) {}

  std::string identity() const override {
    std::string identity = "foreign " + options_.source;
    if (options_.like) identity += " at the length of " + options_.like->identity();
    return identity;
  }
  bool threadsafe() const override { return !options_.like || options_.like->threadsafe(); }

  expected<Plan, Rejection> plan(const Problem& problem, const Trace& trace) override {
    const std::vector<std::string> solutions = options_.solutions(problem);
    if (solutions.empty()) {
      return unexpected<Rejection>(
          {Reason::kNoReasoning, "the problem has no solution by another hand"});
    }
    std::string chosen = solutions.front();
    if (options_.like) {
      const auto model = options_.like->plan(problem, trace);
      if (!model) return unexpected<Rejection>(model.error());
      const auto applied = path::apply_plan(trace.reasoning_text(), *model);
      if (!applied) return unexpected<Rejection>(applied.error());
      chosen = nearest_in_length(solutions, options_.count(trim(applied->reasoning)));
    }
    Plan plan{trace.id, trace.problem_id, identity(), {}};
    Step step;
    step.span = {0, trace.reasoning_text().size()};
    step.action = Action::kSingleStepCompress;
    step.pass = "foreign";
    step.evidence = "a solution by another hand";
    plan.steps = {std::move(step)};
    plan.synthesis = std::move(chosen);
    plan.own = true;
    return plan;
  }

 private:
  std::string nearest_in_length(const std::vector<std::string>& solutions,
                                std::int64_t tokens) const {
    const auto distance = [&](const std::string& text) {
      return std::abs(options_.count(text) - tokens);
    };
    return *std::min_element(
        solutions.begin(), solutions.end(),
        [&](const std::string& a, const std::string& b) { return distance(a) < distance(b); });
  }

  ForeignOptions options_;
};

}  // namespace

std::unique_ptr<Teacher> foreign_teacher(ForeignOptions options) {
  return std::make_unique<ForeignTeacher>(std::move(options));
}

}  // namespace drp::teacher
