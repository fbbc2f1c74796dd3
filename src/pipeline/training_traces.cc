// SPDX-License-Identifier: Apache-2.0
#include "pipeline/training_traces.h"

#include "sample/sample.h"

namespace drp::pipeline {

std::vector<TraceKey> training_traces(Run& run) {
  std::vector<TraceKey> keys;
  for (const std::string& id : run.problem_ids("train")) {
    for (std::int64_t sample = 0; sample < run.recipe().sample.samples; ++sample) {
      keys.push_back({id, sample::trace_id(id, sample)});
    }
  }
  return keys;
}

}  // namespace drp::pipeline
