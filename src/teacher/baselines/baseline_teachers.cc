// SPDX-License-Identifier: Apache-2.0
#include "teacher/baselines/baseline_teachers.h"

#include <algorithm>
#include <array>
#include <functional>
#include <numeric>
#include <string>
#include <utility>
#include <vector>

#include "base/random.h"
#include "base/text.h"
#include "path/answer_view.h"
#include "path/flow.h"
#include "path/unit.h"

namespace drp::teacher {
namespace {

constexpr std::array<std::string_view, 16> kKeywords = {
    "wait",          "hmm",         "let me check", "double-check", "double check", "verify",
    "alternatively", "another way", "make sure",    "let me see",   "let me think", "hold on",
    "actually",      "okay",        "check if",     "just to be"};

struct Cut {
  std::vector<path::Unit> units;
  std::vector<bool> states_answer;
};

Cut cut(const Problem& problem, const Trace& trace) {
  Cut result;
  const std::string_view reasoning = trace.reasoning_text();
  result.units = path::cut_units(reasoning);
  const path::AnswerView answer =
      path::view_answer(path::final_answer(trace.response, problem.domain), problem);
  for (const path::Unit& unit : result.units) {
    const std::string_view text = slice(reasoning, unit.span);
    result.states_answer.push_back(answer.found() && path::mentions_answer(text, answer));
  }
  return result;
}

// The unit that must stay for the path to state its answer: the last that does.
std::size_t last_statement(const Cut& cut) {
  for (std::size_t i = cut.units.size(); i > 0; --i) {
    if (cut.states_answer[i - 1]) return i - 1;
  }
  return cut.units.size();
}

Plan plan_of(const Trace& trace, const std::string& teacher, const Cut& cut,
             const std::vector<bool>& deleted, std::string_view evidence) {
  Plan plan{trace.id, trace.problem_id, teacher, {}};
  for (std::size_t i = 0; i < cut.units.size(); ++i) {
    const Action action = deleted[i] ? Action::kDelete : Action::kKeep;
    if (!plan.steps.empty() && plan.steps.back().action == action) {
      plan.steps.back().span.end = cut.units[i].span.end;
      continue;
    }
    Step step;
    step.span = cut.units[i].span;
    step.action = action;
    if (deleted[i]) {
      step.pass = teacher.substr(0, teacher.find(' '));
      step.evidence = std::string(evidence);
    }
    plan.steps.push_back(std::move(step));
  }
  return plan;
}

Rejection no_reasoning() {
  return {Reason::kNoReasoning, "the response has no reasoning to prune"};
}

class FirstAnswerTeacher final : public Teacher {
 public:
  std::string identity() const override { return "first_answer"; }
  bool threadsafe() const override { return true; }
  expected<Plan, Rejection> plan(const Problem& problem, const Trace& trace) override {
    const Cut units = cut(problem, trace);
    if (units.units.empty()) return unexpected<Rejection>(no_reasoning());
    const auto first = std::find(units.states_answer.begin(), units.states_answer.end(), true);
    std::vector<bool> deleted(units.units.size(), false);
    const auto from = static_cast<std::size_t>(first - units.states_answer.begin());
    for (std::size_t i = from + 1; i < deleted.size(); ++i) deleted[i] = true;
    return plan_of(trace, identity(), units, deleted, "comes after the first right answer");
  }
};

class KeywordTeacher final : public Teacher {
 public:
  std::string identity() const override { return "keywords"; }
  bool threadsafe() const override { return true; }
  expected<Plan, Rejection> plan(const Problem& problem, const Trace& trace) override {
    const Cut units = cut(problem, trace);
    if (units.units.empty()) return unexpected<Rejection>(no_reasoning());
    const std::size_t kept = last_statement(units);
    std::vector<bool> deleted(units.units.size(), false);
    for (std::size_t i = 0; i < deleted.size(); ++i) {
      const std::string lower = to_lower(slice(trace.reasoning_text(), units.units[i].span));
      deleted[i] = i != kept && std::any_of(kKeywords.begin(), kKeywords.end(),
                                            [&](std::string_view k) { return contains(lower, k); });
    }
    return plan_of(trace, identity(), units, deleted, "holds a keyword");
  }
};

class UnprunedTeacher final : public Teacher {
 public:
  std::string identity() const override { return "unpruned"; }
  bool threadsafe() const override { return true; }
  expected<Plan, Rejection> plan(const Problem&, const Trace& trace) override {
    if (trim(trace.reasoning_text()).empty()) return unexpected<Rejection>(no_reasoning());
    Plan plan{trace.id, trace.problem_id, identity(), {}};
    Step step;
    step.span = {0, trace.reasoning_text().size()};
    plan.steps = {std::move(step)};
    return plan;
  }
};

class RandomTeacher final : public Teacher {
 public:
  RandomTeacher(std::unique_ptr<Teacher> like, std::uint64_t seed)
      : like_(std::move(like)), seed_(seed) {}

  std::string identity() const override {
    return "random seed " + std::to_string(seed_) + " at the length of " + like_->identity();
  }
  bool threadsafe() const override { return like_->threadsafe(); }

  expected<Plan, Rejection> plan(const Problem& problem, const Trace& trace) override {
    const auto model = like_->plan(problem, trace);
    if (!model) return unexpected<Rejection>(model.error());
    const Cut units = cut(problem, trace);
    if (units.units.empty()) return unexpected<Rejection>(no_reasoning());
    std::size_t saved = bytes_saved(*model);
    std::vector<std::size_t> order(units.units.size());
    std::iota(order.begin(), order.end(), std::size_t{0});
    Random(derive_seed(seed_, "random deletion " + trace.id)).shuffle(order);
    const std::size_t kept = last_statement(units);
    std::vector<bool> deleted(units.units.size(), false);
    for (const std::size_t i : order) {
      const std::size_t size = units.units[i].span.size();
      // The unit that would overshoot goes where it brings the sum nearer.
      if (i == kept || size > 2 * saved) continue;
      deleted[i] = true;
      saved -= std::min(saved, size);
      if (saved == 0) break;
    }
    return plan_of(trace, identity(), units, deleted, "drawn at random");
  }

 private:
  static std::size_t bytes_saved(const Plan& plan) {
    std::size_t saved = 0;
    std::size_t open = 0;  // bytes of a merge whose text comes with its last step
    for (const Step& step : plan.steps) {
      if (step.action == Action::kKeep) continue;
      open += step.span.size();
      if (step.action == Action::kMultiStepCompress && !step.text) continue;
      saved += open - std::min(open, step.text ? step.text->size() : 0);
      open = 0;
    }
    return saved;
  }

  std::unique_ptr<Teacher> like_;
  std::uint64_t seed_;
};

}  // namespace

std::unique_ptr<Teacher> first_answer_teacher() { return std::make_unique<FirstAnswerTeacher>(); }
std::unique_ptr<Teacher> keyword_teacher() { return std::make_unique<KeywordTeacher>(); }
std::unique_ptr<Teacher> unpruned_teacher() { return std::make_unique<UnprunedTeacher>(); }
std::unique_ptr<Teacher> random_teacher(std::unique_ptr<Teacher> like, std::uint64_t seed) {
  return std::make_unique<RandomTeacher>(std::move(like), seed);
}

}  // namespace drp::teacher
