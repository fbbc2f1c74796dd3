// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <map>
#include <string>
#include <vector>

#include "base/progress.h"
#include "pipeline/recipe.h"

namespace drp::cli {

// Finds every file that the stages up to `last` (empty: all) of a recipe begin with: problems (as
// find_benchmark_files(), which this does), models, adapters, prices. What is not there is told all
// at once (cli/missing_inputs.h). Throws Error{kIo}, Error{kConfig}.
void find_inputs(pipeline::LoadedRecipe& recipe, const std::string& last, Progress& progress);

// Recipes that one command runs, as the cells of an ablation.
struct RecipeGroup {
  std::vector<pipeline::LoadedRecipe> recipes;
  std::filesystem::path made_in;                // what lies there they make themselves
  std::map<std::string, std::string> named_by;  // keys, and what the user set to set them
};

// The same for all of them together.
void find_inputs(RecipeGroup& group, Progress& progress);

}  // namespace drp::cli
