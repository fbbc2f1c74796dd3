// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "pipeline/run.h"

namespace drp::pipeline {

struct TraceKey {
  std::string problem_id;
  std::string trace_id;
};

// The wanted traces of the training problems in problem order, samples in order.
std::vector<TraceKey> training_traces(Run& run);

}  // namespace drp::pipeline
