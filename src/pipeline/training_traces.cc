// SPDX-License-Identifier: Apache-2.0
#include "pipeline/training_traces.h"

#include "sample/sample.h"

namespace drp::pipeline {

void visit_training_traces(Run& run, const TraceVisitor& visit) {
  run.visit_problem_ids("train", [&](const std::string& id) {
    for (std::int64_t sample = 0; sample < run.recipe().sample.samples; ++sample) {
      visit(id, sample::trace_id(id, sample));
    }
  });
}

std::int64_t training_trace_count(Run& run) {
  return run.problem_count("train") * run.recipe().sample.samples;
}

}  // namespace drp::pipeline
