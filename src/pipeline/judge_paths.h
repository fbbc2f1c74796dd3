// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "pipeline/manifest.h"
#include "pipeline/run.h"

namespace drp::pipeline {

// The part of evaluate that reads the training targets: the base student, with its adapters and the
// run's prompt, finds `evaluate.judged` of the accepted paths more or less likely than its own
// traces (records/likelihood.h). Which ones depends on run.seed and the traces' ids alone, so that
// a larger number keeps the smaller one's.

// What it reads; nothing where evaluate.judged is 0.
Inputs judged_inputs(Run& run);

// Judges what is missing in eval/likelihoods.log.jsonl and publishes eval/likelihoods.jsonl and
// eval/learnability.json, or removes them where nothing is to be judged. Returns the fingerprint of
// the former.
std::string judge_paths(Run& run);

}  // namespace drp::pipeline
