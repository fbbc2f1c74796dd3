// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "pipeline/run.h"

namespace drp::pipeline {

// What the runner decided about one stage and why.
struct StageDecision {
  std::string stage;
  bool runs = false;
  std::vector<std::string> why;  // "sample.temperature: 0.6 -> 0.7"
  // What finished results that go were made of and are not any more: "run.seed=1".
  std::vector<std::string> replaced;
};

// One line about finished results in the folder that the first stage to redo its work replaces;
// nothing where none goes.
std::optional<std::string> replacement_note(const std::vector<StageDecision>& decisions,
                                            const std::filesystem::path& folder);

// Runs the stages up to and including `last` (empty: all) that are not up to date, telling why each
// of them runs. Throws Error{kFailedRows} after a stage that left more rows undone than
// run.failures_allowed. Returns the decisions.
std::vector<StageDecision> run_stages(Run& run, const std::string& last);

// The same decisions without doing anything; a stage after one that runs is said to run, too.
std::vector<StageDecision> plan_stages(Run& run, const std::string& last);

}  // namespace drp::pipeline
