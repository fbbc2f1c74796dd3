// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>

#include "pipeline/recipe.h"
#include "problems/generator.h"
#include "problems/read_problems.h"
#include "records/problem.h"

namespace drp::pipeline {

// How the generator, or the reader of a file, makes the set.
problems::GeneratorOptions generator_options(const ProblemsRecipe& set, const Recipe& recipe);
problems::ReadOptions read_options(const ProblemsRecipe& set);

// Calls `visit` for each problem of the set that `set` describes, at most set.count (0: all).
// Generated problems come from run.seed. Throws Error{kData} or Error{kIo} naming the file.
void visit_problems(const ProblemsRecipe& set, const Recipe& recipe,
                    const std::function<void(const Problem&)>& visit);

}  // namespace drp::pipeline
