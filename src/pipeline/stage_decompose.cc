// SPDX-License-Identifier: Apache-2.0
#include "base/fingerprint.h"
#include "base/text.h"
#include "decompose/decompose.h"
#include "pipeline/stage.h"
#include "pipeline/teacher_rows.h"
#include "pipeline/training_traces.h"

namespace drp::pipeline {

Inputs decompose_inputs(Run& run) {
  Inputs inputs = recipe_inputs(run, "teacher.");
  inputs.merge(recipe_inputs(run, "grade."));
  inputs["teacher"] = run.teacher().identity();
  inputs["sample"] = output_of(run, "sample");
  return inputs;
}

namespace {

// A trace whose plan is missing or was made of something else.
struct Missing {
  std::string problem_id;
  std::string trace_id;
  std::string input;
};

PlanOutcome outcome_of(const std::string& trace_id, expected<Plan, Rejection> plan) {
  PlanOutcome outcome{.trace_id = trace_id};
  if (plan) {
    outcome.plan = *std::move(plan);
  } else {
    outcome.rejection = plan.error();
  }
  return outcome;
}

class Decomposer {
 public:
  explicit Decomposer(Run& run)
      : run_(run), traces_(run.log("traces.0", "traces")), plans_(run.log("plans.0", "plans")) {}

  std::string work() {
    run_.services().progress.begin("decompose", training_trace_count(run_));
    const std::vector<Missing> missing = find_missing();
    std::size_t at = 0;
    const auto next = [&]() -> std::optional<teacher::PlanJob> {
      if (at == missing.size()) return std::nullopt;
      const Missing& item = missing[at];
      return teacher::PlanJob{run_.problem("train", item.problem_id),
                              from_json_line<Trace>(*traces_.value(item.trace_id), item.trace_id),
                              at++};
    };
    const auto done = [&](const teacher::PlanJob& job, expected<Plan, Rejection> plan) {
      const Missing& item = missing[job.ticket];
      if (!plan && decompose::gave_up(plan.error())) ++run_.failed_rows;
      count(plan.has_value());
      plans_.put(item.trace_id, item.input, outcome_of(item.trace_id, std::move(plan)));
    };
    const decompose::DecomposeOptions options{.admit = admitted_by(run_.recipe()),
                                              .judge = run_.judge()};
    decompose::decompose_traces(
        next, done, run_.teacher(), [&](const Problem&) { return options; }, run_.threads(),
        run_.services().stop);
    plans_.sync();
    run_.services().progress.end(summary());
    return output();
  }

 private:
  std::vector<Missing> find_missing() {
    Inputs options = recipe_inputs(run_, "teacher.");
    options.merge(recipe_inputs(run_, "grade."));
    options["teacher"] = run_.teacher().identity();
    const std::string options_print = fingerprint(options);
    std::vector<Missing> missing;
    visit_training_traces(run_, [&](const std::string& problem_id, const std::string& trace_id) {
      run_.services().stop.check();
      const auto text = traces_.value(trace_id);
      if (!text) return;  // a row that could not be sampled
      const Problem problem = run_.problem("train", problem_id);
      const std::string input = item_input(options_print, *text + problem.answer + problem.domain);
      std::optional<PlanOutcome> outcome;
      if (plans_.has(trace_id, input)) outcome = plans_.get<PlanOutcome>(trace_id);
      if (outcome && !decompose::gave_up(*outcome)) {
        count(outcome->plan.has_value());
      } else {
        missing.push_back({problem_id, trace_id, input});
      }
    });
    return missing;
  }

  // Of all plans, in the order of the traces, whatever order they came in.
  std::string output() {
    Fingerprint output;
    visit_training_traces(run_, [&](const std::string&, const std::string& trace_id) {
      if (traces_.value(trace_id)) output.add(plans_.value(trace_id).value_or(""));
    });
    return output.hex();
  }

  void count(bool planned) {
    planned_ += planned ? 1 : 0;
    ++done_;
    run_.services().progress.update(done_, summary());
  }

  std::string summary() const {
    return format_count(planned_) + " planned, " + format_count(done_ - planned_) + " not usable";
  }

  Run& run_;
  RecordLog& traces_;
  RecordLog& plans_;
  std::int64_t planned_ = 0;
  std::int64_t done_ = 0;
};

}  // namespace

std::string decompose_work(Run& run) { return Decomposer(run).work(); }

}  // namespace drp::pipeline
