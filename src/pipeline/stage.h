// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <span>
#include <string>

#include "pipeline/manifest.h"
#include "pipeline/run.h"

namespace drp::pipeline {

// One row of the stage table. A stage reads what inputs() lists and nothing else; work() makes what
// is missing and returns a fingerprint of the whole result. Record stages redo only records whose
// own input changed.
struct Stage {
  std::string name;
  std::string doc;  // one line: what it does
  Inputs (*inputs)(Run& run);
  std::string (*work)(Run& run);
};

// All stages in the order in which data flows.
std::span<const Stage> stage_table();

// The stages, each in its own stage_*.cc.
Inputs problems_inputs(Run& run);
std::string problems_work(Run& run);
Inputs sample_inputs(Run& run);
std::string sample_work(Run& run);
Inputs decompose_inputs(Run& run);
std::string decompose_work(Run& run);
Inputs prune_inputs(Run& run);
std::string prune_work(Run& run);
Inputs curate_inputs(Run& run);
std::string curate_work(Run& run);
Inputs train_inputs(Run& run);
std::string train_work(Run& run);
Inputs evaluate_inputs(Run& run);
std::string evaluate_work(Run& run);
Inputs report_inputs(Run& run);
std::string report_work(Run& run);

// The output of a train stage that had no row to train on: there is no adapter then, and what
// follows is about the base student alone.
inline constexpr std::string_view kNothingTrained = "nothing trained";

// Output fingerprint of an earlier stage; it must have finished.
std::string output_of(Run& run, const std::string& stage);
// A short fingerprint (24 hexadecimal digits) for one record: of its stage's options and its own
// content.
std::string item_input(const std::string& options, std::string_view content);
// Effective values of the recipe keys that start with `prefix`, by name; those left out that
// Fingerprinted says.
Inputs recipe_inputs(const Run& run, const std::string& prefix);

}  // namespace drp::pipeline
