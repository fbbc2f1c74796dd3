// SPDX-License-Identifier: Apache-2.0
#include "answers/thread_caches.h"
#include "base/fingerprint.h"
#include "base/ordered_work.h"
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

namespace {

// A trace whose path is missing or was made of something else.
struct Missing {
  std::string problem_id;
  std::string trace_id;
  std::string input;
};

struct Job {
  Problem problem;
  Trace trace;
  PlanOutcome outcome;
  std::string input;
};

}  // namespace

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
  const auto account = [&](bool yes) {
    accepted += yes ? 1 : 0;
    ++done;
    progress.update(
        done, format_count(accepted) + " accepted, " + format_count(done - accepted) + " rejected");
  };
  std::vector<Missing> missing;
  visit_training_traces(run, [&](const std::string& problem_id, const std::string& trace_id) {
    run.services().stop.check();
    const auto plan = plans.value(trace_id);
    if (!plan || !traces.contains(trace_id)) return;
    std::string input = item_input(options_print, *plan);
    if (paths.has(trace_id, input)) {
      account(paths.get<PrunedPath>(trace_id)->accepted());
    } else {
      missing.push_back({problem_id, trace_id, std::move(input)});
    }
  });
  const std::string teacher = run.teacher().identity();
  run.student();  // loaded before threads ask for its tokenizer
  OrderedWork<Job, PrunedPath> work(
      run.threads(),
      [&](Job& job) {
        return job.outcome.plan
                   ? prune::prune_trace(job.problem, job.trace, *job.outcome.plan, prune_options,
                                        count)
                   : prune::rejected_path(job.trace, *job.outcome.rejection, teacher, count);
      },
      [&](const Job& job, const PrunedPath& path) {
        account(path.accepted());
        paths.put(job.trace.id, job.input, path);
      },
      answers::free_thread_caches);
  for (const Missing& item : missing) {
    run.services().stop.check();
    work.submit({run.problem("train", item.problem_id), *traces.get<Trace>(item.trace_id),
                 *plans.get<PlanOutcome>(item.trace_id), item.input});
  }
  work.finish();
  Fingerprint output;
  visit_training_traces(run, [&](const std::string&, const std::string& trace_id) {
    if (plans.contains(trace_id) && traces.contains(trace_id)) {
      output.add(paths.value(trace_id).value_or(""));
    }
  });
  paths.sync();
  progress.end(format_count(accepted) + " accepted, " + format_count(done - accepted) +
               " rejected");
  return output.hex();
}

}  // namespace drp::pipeline
