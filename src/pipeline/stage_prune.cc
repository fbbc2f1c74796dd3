// SPDX-License-Identifier: Apache-2.0
#include "base/fingerprint.h"
#include "base/text.h"
#include "pipeline/stage.h"
#include "pipeline/training_traces.h"
#include "prune/prune.h"

namespace drp::pipeline {

Inputs prune_inputs(Run& run) {
  Inputs inputs = recipe_inputs(run, "path.");
  inputs["student.model"] = run.file_hash(run.model_file());  // its tokenizer counts
  inputs["decompose"] = output_of(run, "decompose");
  return inputs;
}

std::string prune_work(Run& run) {
  RecordLog& traces = run.log("traces.0", "traces");
  RecordLog& plans = run.log("plans.0", "plans");
  RecordLog& paths = run.log("paths.0", "paths");
  Inputs options = recipe_inputs(run, "path.");
  options["student.model"] = run.file_hash(run.model_file());
  const std::string options_print = fingerprint(options);
  prune::PruneOptions prune_options;
  prune_options.advisory = run.recipe().path.gates_off;
  prune_options.answer_section = prune::answer_section_from(run.recipe().path.answer_section);
  const auto count = [&run](std::string_view text) {
    return static_cast<std::int64_t>(run.student().tokenizer().count(text));
  };
  Progress& progress = run.services().progress;
  progress.begin("prune", training_trace_count(run));
  std::int64_t accepted = 0;
  std::int64_t done = 0;
  Fingerprint output;
  visit_training_traces(run, [&](const std::string& problem_id, const std::string& trace_id) {
    run.services().stop.check();
    const auto trace_text = traces.value(trace_id);
    const auto plan_text = plans.value(trace_id);
    if (!trace_text || !plan_text) return;
    const std::string input = item_input(options_print, *plan_text);
    if (!paths.has(trace_id, input)) {
      const Problem problem = run.problem("train", problem_id);
      const auto trace = from_json_line<Trace>(*trace_text, trace_id);
      const auto outcome = from_json_line<PlanOutcome>(*plan_text, trace_id);
      const PrunedPath path =
          outcome.plan
              ? prune::prune_trace(problem, trace, *outcome.plan, prune_options, count)
              : prune::rejected_path(trace, *outcome.rejection, run.teacher().identity(), count);
      paths.put(trace_id, input, path);
    }
    const auto path = paths.get<PrunedPath>(trace_id);
    accepted += path->accepted() ? 1 : 0;
    output.add(paths.value(trace_id).value_or(""));
    ++done;
    progress.update(
        done, format_count(accepted) + " accepted, " + format_count(done - accepted) + " rejected");
  });
  paths.sync();
  progress.end(format_count(accepted) + " accepted, " + format_count(done - accepted) +
               " rejected");
  return output.hex();
}

}  // namespace drp::pipeline
