// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <functional>
#include <string>

#include "pipeline/run.h"

namespace drp::pipeline {

// Calls `visit` for each wanted trace of the training problems: problems in order, samples in
// order.
using TraceVisitor =
    std::function<void(const std::string& problem_id, const std::string& trace_id)>;
void visit_training_traces(Run& run, const TraceVisitor& visit);
std::int64_t training_trace_count(Run& run);

}  // namespace drp::pipeline
