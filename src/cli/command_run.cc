// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cstdio>

#include "base/clock.h"
#include "base/error.h"
#include "base/text.h"
#include "cli/commands.h"
#include "cli/find_inputs.h"
#include "cli/recipe_run.h"
#include "pipeline/runner.h"
#include "pipeline/stage.h"

namespace drp::cli {
namespace {

void print_decisions(const std::string& folder,
                     const std::vector<pipeline::StageDecision>& decisions) {
  std::printf("%-10s %s\n", "folder", folder.c_str());
  for (const pipeline::StageDecision& decision : decisions) {
    std::printf("%-10s %s\n", decision.stage.c_str(),
                decision.runs ? ("runs: " + join(decision.why, "; ")).c_str() : "up to date");
  }
  if (const auto note = pipeline::replacement_note(decisions, folder)) {
    std::printf("%-10s %s\n", "note", note->c_str());
  }
}

}  // namespace

pipeline::LoadedRecipe read_recipe(const std::string& file,
                                   const std::vector<std::string>& overrides) {
  constexpr std::array<std::string_view, 7> kData = {".jsonl", ".json", ".csv",    ".tsv",
                                                     ".gguf",  ".gz",   ".parquet"};
  const std::filesystem::path path = file;
  const std::string kind = to_lower(path.extension().string());
  if (std::find(kData.begin(), kData.end(), kind) != kData.end()) {
    throw Error(ErrorKind::kUsage, "'" + file + "' is no recipe",
                "a recipe is a YAML file; `drp prune` and `drp train` take data files with -o");
  }
  if (std::filesystem::is_directory(path)) {
    const std::filesystem::path inside = path / "recipe.yaml";
    throw Error(ErrorKind::kUsage, "'" + file + "' is a folder, and a recipe is a YAML file",
                std::filesystem::exists(inside) ? "its recipe is " + inside.string()
                                                : "name a YAML file in it");
  }
  return pipeline::load_recipe(file, overrides);
}

void refuse_recipe(const std::string& command, const std::string& file, const std::string& here,
                   const std::string& hint) {
  if (!file.ends_with(".yaml") && !file.ends_with(".yml")) return;
  throw Error(ErrorKind::kUsage, command + ": '" + file + "' is a recipe, and " + here, hint);
}

int run_recipe(const Context& context, const RecipeArguments& arguments, const std::string& last) {
  const pipeline::Engines engines = make_engines();
  const SystemClock clock;
  const pipeline::Services services{engines, context.progress, context.stop, clock, find_plotly()};
  pipeline::LoadedRecipe recipe = read_recipe(arguments.recipe, all_overrides(arguments));
  find_inputs(recipe, last, context.progress);
  pipeline::Run run(std::move(recipe), services,
                    arguments.dry_run ? pipeline::Access::kLook : pipeline::Access::kWrite);
  if (arguments.dry_run) {
    print_decisions(run.recipe().run.folder, pipeline::plan_stages(run, last));
    return 0;
  }
  pipeline::run_stages(run, last);
  return 0;
}

std::vector<Flag> money_flags(RecipeArguments& arguments) {
  return {{"--max-usd", "USD", "most that the teacher's calls of this run may cost; 0: no cap",
           &arguments.max_usd},
          {"--max-tokens", "N", "most tokens that they may use; 0: no cap", &arguments.max_tokens,
           false, 0},
          {"--prices", "FILE", "prices by model, needed for --max-usd", &arguments.prices}};
}

std::vector<std::string> all_overrides(const RecipeArguments& arguments) {
  std::vector<std::string> all = arguments.overrides;
  if (arguments.max_usd != 0) all.push_back(fmt::format("teacher.max_usd={}", arguments.max_usd));
  if (arguments.max_tokens != 0) {
    all.push_back("teacher.max_tokens=" + std::to_string(arguments.max_tokens));
  }
  if (!arguments.prices.empty()) all.push_back("teacher.prices=" + arguments.prices);
  return all;
}

std::vector<Flag> recipe_flags(RecipeArguments& arguments) {
  std::vector<Flag> flags = {
      {"recipe", "RECIPE", "YAML file", &arguments.recipe, true},
      {"overrides", "KEY=VALUE", "recipe keys to override, such as run.seed=2",
       &arguments.overrides},
      {"--dry-run", "", "say what would run and why, do nothing", &arguments.dry_run}};
  for (Flag& flag : money_flags(arguments)) flags.push_back(std::move(flag));
  return flags;
}

Command run_command() {
  struct Options {
    RecipeArguments recipe;
    std::string until;
  };
  const auto options = std::make_shared<Options>();
  Command command;
  command.name = "run";
  command.group = "Run a recipe";
  command.doc = "all stages of a recipe; continues where it stopped";
  command.details =
      "Runs what is not up to date and says why. Interrupted anywhere, the same command\n"
      "continues; finished records are kept.\n\n"
      "Example:\n  drp run examples/demo.yaml run.seed=2 run.folder=runs/demo-2";
  command.flags = recipe_flags(options->recipe);
  command.flags.push_back({"--until", "STAGE", "stop after this stage", &options->until});
  command.run = [options](const Context& context) {
    return run_recipe(context, options->recipe, options->until);
  };
  return command;
}

}  // namespace drp::cli
