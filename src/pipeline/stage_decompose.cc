// SPDX-License-Identifier: Apache-2.0
#include "base/fingerprint.h"
#include "base/text.h"
#include "decompose/decompose.h"
#include "pipeline/stage.h"
#include "pipeline/training_traces.h"

namespace drp::pipeline {

Inputs decompose_inputs(Run& run) {
  Inputs inputs = recipe_inputs(run, "teacher.");
  inputs.merge(recipe_inputs(run, "grade."));
  inputs["teacher"] = run.teacher().identity();
  inputs["sample"] = output_of(run, "sample");
  return inputs;
}

std::string decompose_work(Run& run) {
  RecordLog& traces = run.log("traces.0", "traces");
  RecordLog& plans = run.log("plans.0", "plans");
  Inputs options = recipe_inputs(run, "teacher.");
  options.merge(recipe_inputs(run, "grade."));
  options["teacher"] = run.teacher().identity();
  const std::string options_print = fingerprint(options);
  Progress& progress = run.services().progress;
  progress.begin("decompose", training_trace_count(run));
  std::int64_t planned = 0;
  std::int64_t done = 0;
  Fingerprint output;
  visit_training_traces(run, [&](const std::string& problem_id, const std::string& trace_id) {
    run.services().stop.check();
    const auto text = traces.value(trace_id);
    if (!text) return;  // a row that could not be sampled
    const Problem problem = run.problem("train", problem_id);
    const std::string input = item_input(options_print, *text + problem.answer + problem.domain);
    if (!plans.has(trace_id, input)) {
      const auto trace = from_json_line<Trace>(*text, trace_id);
      auto plan = decompose::decompose_trace(problem, trace, run.teacher(), {.judge = run.judge()});
      PlanOutcome outcome{.trace_id = trace_id};
      if (plan) {
        outcome.plan = *std::move(plan);
      } else {
        outcome.rejection = plan.error();
      }
      planned += outcome.plan ? 1 : 0;
      plans.put(trace_id, input, outcome);
    } else {
      planned += plans.get<PlanOutcome>(trace_id)->plan ? 1 : 0;
    }
    output.add(plans.value(trace_id).value_or(""));
    ++done;
    progress.update(
        done, format_count(planned) + " planned, " + format_count(done - planned) + " not usable");
  });
  plans.sync();
  progress.end(format_count(planned) + " planned, " + format_count(done - planned) + " not usable");
  return output.hex();
}

}  // namespace drp::pipeline
