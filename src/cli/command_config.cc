// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <cstdio>

#include "cli/commands.h"
#include "cli/recipe_run.h"
#include "pipeline/recipe.h"

namespace drp::cli {
namespace {

struct Options {
  std::string action;
  std::string recipe;
  std::vector<std::string> overrides;
};

int show(const Options& options) {
  std::string file = options.recipe;
  std::vector<std::string> overrides = options.overrides;
  if (file.find('=') != std::string::npos) {  // only overrides were given
    overrides.insert(overrides.begin(), file);
    file.clear();
  }
  const pipeline::LoadedRecipe loaded = read_recipe(file, overrides);
  std::size_t name_width = 0;
  std::size_t value_width = 0;
  for (const pipeline::RecipeKey& key : loaded.keys) {
    name_width = std::max(name_width, key.name.size());
    value_width = std::max(value_width, std::min<std::size_t>(key.value.size(), 40));
  }
  for (const pipeline::RecipeKey& key : loaded.keys) {
    std::printf("%-*s  %-*s  # %s\n", static_cast<int>(name_width), key.name.c_str(),
                static_cast<int>(value_width), key.value.c_str(), key.origin.c_str());
  }
  return 0;
}

}  // namespace

Command config_command() {
  const auto options = std::make_shared<Options>();
  Command command;
  command.name = "config";
  command.group = "Look";
  command.doc = "`config show`: every key of a recipe with its value and where that came from";
  command.details = "Example:\n  drp config show examples/demo.yaml run.seed=2";
  command.flags = {{.name = "action",
                    .metavar = "show",
                    .doc = "what to do",
                    .target = &options->action,
                    .required = true,
                    .choices = {"show"}},
                   {"recipe", "RECIPE", "YAML file; without one the defaults", &options->recipe},
                   {"overrides", "KEY=VALUE", "recipe keys to override", &options->overrides}};
  command.run = [options](const Context&) { return show(*options); };
  return command;
}

}  // namespace drp::cli
