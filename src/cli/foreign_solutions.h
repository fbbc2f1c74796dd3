// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "pipeline/recipe.h"
#include "teacher/baselines/foreign_teacher.h"

namespace drp::cli {

// Solutions of the recipe's training problems that no student wrote: of generated problems those of
// problems/concise_solution.h, of others those that their file carries. `count` and `like` are left
// empty. Reads the file or makes the problems once, at the first question.
teacher::ForeignOptions foreign_solutions(const pipeline::Recipe& recipe);

}  // namespace drp::cli
