// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "pipeline/ablation_plan.h"
#include "pipeline/runner.h"
#include "records/ablation.h"

namespace drp::pipeline {

// Runs every cell of the plan and sums them up. Each cell is a run folder of its own, which `drp
// report` and `drp compare` open. Nothing is done twice: of each seed the run `base` samples the
// training traces and the base student's answers to the held-out problems, its logs are copied into
// every cell's folder, and the cells go on from there. All cells of a student and seed train on the
// same problems: those of which every cell has a row, one row each (problems.txt). A cell without
// any row is left out and noted. Stopped anywhere, the same call goes on where it stopped.
//
// teacher.max_usd and teacher.max_tokens hold for all cells together. Throws what run_stages()
// throws, naming the cell; Error{kData} where no problem has a row in every cell.
Ablation run_ablation(const AblationPlan& plan, const RecipeLoader& load, const Services& services);

// What run_ablation() would do, without doing anything.
struct PlannedCell {
  std::string name;  // "seed 1 skill"
  std::vector<StageDecision> decisions;
};
// Stage of a decision that stands for all stages of a cell.
inline constexpr const char* kWholeCell = "decompose to evaluate";
std::vector<PlannedCell> look_at_ablation(const AblationPlan& plan, const RecipeLoader& load,
                                          const Services& services);

}  // namespace drp::pipeline
