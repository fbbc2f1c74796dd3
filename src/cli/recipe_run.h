// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "cli/command.h"
#include "cli/wiring.h"

namespace drp::cli {

struct RecipeArguments {
  std::string recipe;
  std::vector<std::string> overrides;
  bool dry_run = false;
};

// The arguments that every command on a recipe takes.
std::vector<Flag> recipe_flags(RecipeArguments& arguments);

// Runs the recipe up to and including stage `last` (empty: all).
int run_recipe(const Context& context, const RecipeArguments& arguments, const std::string& last);

}  // namespace drp::cli
