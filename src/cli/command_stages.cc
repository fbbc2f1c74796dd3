// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include "cli/command_files.h"
#include "cli/commands.h"
#include "cli/recipe_run.h"
#include "pipeline/stage.h"

namespace drp::cli {
namespace {

// Whether a run up to this stage asks the teacher.
bool teaches(const pipeline::Stage& stage) {
  const auto table = pipeline::stage_table();
  const auto decompose = std::find_if(table.begin(), table.end(), [](const pipeline::Stage& each) {
    return each.name == "decompose";
  });
  return std::none_of(table.begin(), decompose,
                      [&](const pipeline::Stage& each) { return each.name == stage.name; });
}

Command stage_command(const pipeline::Stage& stage) {
  const auto options = std::make_shared<RecipeArguments>();
  Command command;
  command.name = stage.name;
  command.group = "One stage";
  command.doc = stage.doc;
  command.details =
      "Runs the recipe up to this stage; what is up to date is left alone.\n\n"
      "Example:\n  drp " +
      stage.name + " examples/demo.yaml";
  command.flags = recipe_flags(*options);
  if (!teaches(stage)) {
    command.flags = without(command.flags, {"--max-usd", "--max-tokens", "--prices"});
  }
  command.run = [options, name = stage.name](const Context& context) {
    return run_recipe(context, *options, name);
  };
  return command;
}

}  // namespace

std::vector<Command> stage_commands() {
  std::vector<Command> commands;
  for (const pipeline::Stage& stage : pipeline::stage_table()) {
    commands.push_back(stage_command(stage));
  }
  extend_with_file_modes(commands);
  return commands;
}

}  // namespace drp::cli
