// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "base/progress.h"
#include "pipeline/recipe.h"

namespace drp::cli {

// Finds every file that the stages up to `last` (empty: all) of a recipe begin with: problems (as
// find_benchmark_files(), which this does), models, adapters, prices. What is not there is told all
// at once: one throws its Error; of several each is a warning and an Error{kIo} names the keys.
void find_inputs(pipeline::LoadedRecipe& recipe, const std::string& last, Progress& progress);

}  // namespace drp::cli
