// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "pipeline/manifest.h"
#include "pipeline/run.h"
#include "sample/sample.h"

namespace drp::pipeline {

// One student answering one problem set into one record log of traces.
struct SamplingJob {
  std::string title;     // for the status line
  std::string log_name;  // "traces.0", "eval/base", ...
  std::string set;       // "train" or "test"
  std::int64_t samples = 1;
  Answerer student;
  sample::SampleOptions options;
  Inputs inputs;  // everything but the problem that a trace depends on
};

// Draws what is missing and returns the fingerprint of all traces in problem order.
std::string sample_set(Run& run, const SamplingJob& job);

// The responses of the base student to the held-out problems, which the stage evaluate draws first:
// eval/base.log.jsonl. Those that are there stay.
void sample_base_responses(Run& run);

// What a trace depends on: the student, the sampling keys below `prefix` and the seed.
Inputs sampling_inputs(Run& run, const std::string& prefix, const Answerer& student);

// Options shared by all jobs of the run; the sampling parameters are the caller's to set.
sample::SampleOptions sampling_options(const Run& run, const std::string& student);

}  // namespace drp::pipeline
