// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "cli/command.h"
#include "cli/wiring.h"

namespace drp::cli {

struct RecipeArguments {
  std::string recipe;
  std::vector<std::string> overrides;
  bool dry_run = false;
  double max_usd = 0;
  std::int64_t max_tokens = 0;
  std::string prices;
};

// Flags that stand for teacher.max_usd, teacher.max_tokens and teacher.prices, and the overrides
// that they mean, which come after those written out.
std::vector<Flag> money_flags(RecipeArguments& arguments);
std::vector<std::string> all_overrides(const RecipeArguments& arguments);

// The arguments that every command on a recipe takes.
std::vector<Flag> recipe_flags(RecipeArguments& arguments);

// The recipe that the user named; any file of data, and a folder, is refused with what to do with
// it. Throws what pipeline::load_recipe() throws.
pipeline::LoadedRecipe read_recipe(const std::string& file,
                                   const std::vector<std::string>& overrides);

// Throws Error{kUsage} where `file` is a recipe by its name: "COMMAND: 'FILE' is a recipe, and
// HERE".
void refuse_recipe(const std::string& command, const std::string& file, const std::string& here,
                   const std::string& hint);

// Runs the recipe up to and including stage `last` (empty: all).
int run_recipe(const Context& context, const RecipeArguments& arguments, const std::string& last);

}  // namespace drp::cli
