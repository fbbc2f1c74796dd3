// SPDX-License-Identifier: Apache-2.0
#include "base/fingerprint.h"
#include "base/text.h"
#include "decompose/decompose.h"
#include "pipeline/stage.h"
#include "pipeline/training_traces.h"

namespace drp::pipeline {

Inputs decompose_inputs(Run& run) {
  Inputs inputs = recipe_inputs(run, "teacher.");
  inputs["teacher"] = run.teacher().identity();
  inputs["sample"] = output_of(run, "sample");
  return inputs;
}

std::string decompose_work(Run& run) {
  RecordLog& traces = run.log("traces.0", "traces");
  RecordLog& plans = run.log("plans.0", "plans");
  Inputs options = recipe_inputs(run, "teacher.");
  options["teacher"] = run.teacher().identity();
  const std::string options_print = fingerprint(options);
  const std::vector<TraceKey> keys = training_traces(run);
  Progress& progress = run.services().progress;
  progress.begin("decompose", static_cast<std::int64_t>(keys.size()));
  std::int64_t planned = 0;
  std::int64_t done = 0;
  Fingerprint output;
  for (const TraceKey& key : keys) {
    run.services().stop.check();
    const auto text = traces.value(key.trace_id);
    if (!text) continue;  // a row that could not be sampled
    const Problem problem = run.problem("train", key.problem_id);
    const std::string input = item_input(options_print, *text + problem.answer + problem.domain);
    if (!plans.has(key.trace_id, input)) {
      const auto trace = from_json_line<Trace>(*text, key.trace_id);
      auto plan = decompose::decompose_trace(problem, trace, run.teacher(), {});
      PlanOutcome outcome{.trace_id = key.trace_id};
      if (plan) {
        outcome.plan = *std::move(plan);
      } else {
        outcome.rejection = plan.error();
      }
      planned += outcome.plan ? 1 : 0;
      plans.put(key.trace_id, input, outcome);
    } else {
      planned += plans.get<PlanOutcome>(key.trace_id)->plan ? 1 : 0;
    }
    output.add(plans.value(key.trace_id).value_or(""));
    ++done;
    progress.update(
        done, format_count(planned) + " planned, " + format_count(done - planned) + " not usable");
  }
  plans.sync();
  progress.end(format_count(planned) + " planned, " + format_count(done - planned) + " not usable");
  return output.hex();
}

}  // namespace drp::pipeline
