// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <cstdio>
#include <filesystem>
#include <optional>

#include "base/clock.h"
#include "base/error.h"
#include "base/text.h"
#include "cli/benchmark_files.h"
#include "cli/command_files.h"
#include "cli/commands.h"
#include "cli/find_inputs.h"
#include "cli/recipe_run.h"
#include "pipeline/ablation.h"
#include "report/ablation_report.h"

namespace drp::cli {
namespace {

struct Options {
  RecipeArguments recipe;
  std::vector<std::string> cells;
  std::vector<std::string> seeds;
  std::vector<std::string> teachers;
  std::vector<std::string> students;
  std::string folder;
};

// Flags in place of keys of the ablate section.
std::vector<std::string> overrides_of(const Options& options) {
  std::vector<std::string> all = all_overrides(options.recipe);
  const auto add = [&all](const std::string& key, const std::vector<std::string>& values) {
    if (!values.empty()) all.push_back(key + "=[" + join(values, ", ") + "]");
  };
  add("ablate.cells", separate_words(options.cells));
  add("ablate.seeds", separate_words(options.seeds));
  add("ablate.teachers", separate_words(options.teachers));
  add("ablate.students", separate_words(options.students));
  return all;
}

bool trains(const pipeline::PlannedCell& cell) {
  return std::any_of(cell.decisions.begin(), cell.decisions.end(), [](const auto& decision) {
    return decision.runs && (decision.stage == "train" || decision.stage == pipeline::kWholeCell);
  });
}

void print_plan(const pipeline::AblationPlan& plan,
                const std::vector<pipeline::PlannedCell>& cells) {
  std::size_t seeds = 0;
  for (const pipeline::StudentPlan& student : plan.students) seeds += student.seeds.size();
  std::printf("%-20s %s\n", "folder", plan.folder.c_str());
  const std::size_t of_each = plan.students.front().seeds.size();
  std::printf(
      "%-20s %zu of %zu left: %zu cells, %zu %s%s\n", "trainings",
      static_cast<std::size_t>(std::count_if(cells.begin(), cells.end(), trains)),
      plan.cells.size() * seeds, plan.cells.size(), of_each, of_each == 1 ? "seed" : "seeds",
      plan.students.size() > 1 ? (", " + std::to_string(plan.students.size()) + " students").c_str()
                               : "");
  for (const pipeline::PlannedCell& cell : cells) {
    std::vector<std::string> running;
    for (const pipeline::StageDecision& decision : cell.decisions) {
      if (decision.runs) running.push_back(decision.stage + " (" + join(decision.why, "; ") + ")");
    }
    std::printf("%-20s %s\n", cell.name.c_str(),
                running.empty() ? "up to date" : ("runs: " + join(running, ", ")).c_str());
  }
}

std::string held_out_problems(const pipeline::Recipe& recipe) {
  const auto& test = recipe.problems.test;
  return test.source == "generated" ? format_count(test.count) + " generated problems a seed"
                                    : test.source + " (" + test.file + ")";
}

// What any cell of any student begins with, all at once. Seeds differ in nothing of it.
void find_inputs_of_cells(const pipeline::AblationPlan& plan, const pipeline::RecipeLoader& load,
                          Progress& progress) {
  const pipeline::AblateRecipe ablate = load({}).recipe.ablate;
  RecipeGroup cells;
  cells.made_in = plan.folder;
  if (!ablate.students.empty()) {
    cells.named_by["student.model"] = cells.named_by["student.adapters"] = "ablate.students";
  }
  if (!ablate.teachers.empty()) cells.named_by["teacher.model"] = "ablate.teachers";
  for (const pipeline::StudentPlan& student : plan.students) {
    for (const pipeline::CellPlan& cell : plan.cells) {
      cells.recipes.push_back(pipeline::cell_recipe(load, student, student.seeds.front(), cell));
    }
  }
  find_inputs(cells, progress);
}

int ablate(const Context& context, const Options& options) {
  const std::vector<std::string> overrides = overrides_of(options);
  const pipeline::RecipeLoader read = [&](const std::vector<std::string>& more) {
    std::vector<std::string> all = overrides;
    all.insert(all.end(), more.begin(), more.end());
    return read_recipe(options.recipe.recipe, all);
  };
  const pipeline::RecipeLoader load = [&](const std::vector<std::string>& more) {
    pipeline::LoadedRecipe recipe = read(more);
    find_benchmark_files(recipe);
    return recipe;
  };
  const pipeline::AblationPlan plan = pipeline::plan_ablation(read({}).recipe, options.folder);
  find_inputs_of_cells(plan, read, context.progress);
  const pipeline::Recipe recipe = load({}).recipe;
  const pipeline::Engines engines = make_engines();
  const SystemClock clock;
  const pipeline::Services services{engines, context.progress, context.stop, clock, find_plotly()};
  for (const std::string& note : plan.notes) context.progress.info(note);
  if (options.recipe.dry_run) {
    print_plan(plan, pipeline::look_at_ablation(plan, load, services));
    return 0;
  }
  Ablation result = pipeline::run_ablation(plan, load, services);
  result.title = recipe.report.title + ", ablations";
  result.problems = held_out_problems(recipe);
  std::optional<std::filesystem::path> plotly;
  if (!services.plotly_js.empty()) plotly = services.plotly_js;
  report::write_ablation(result, plan.folder, plotly);
  const std::string text = report::ablation_text(result);
  std::fwrite(text.data(), 1, text.size(), stdout);
  context.progress.info("ablation: " + (plan.folder / "index.html").string());
  return 0;
}

}  // namespace

Command ablate_command() {
  const auto options = std::make_shared<Options>();
  Command command;
  command.name = "ablate";
  command.group = "Run a recipe";
  command.doc = "the paper's ablations of a recipe, its tables beside ours";
  command.details =
      "Trains the student once for each cell, on the same problems and as many rows, and compares\n"
      "all of them with the base student:\n"
      "  skill      its right traces pruned by steps of one skill, as `drp run` does\n"
      "  default    pruned by paragraphs, without skills\n"
      "  none       pruned without splitting\n"
      "  unpruned   its right traces as they are\n"
      "  random     pruned at random, to the length of skill\n"
      "  foreign    solutions by another hand, about as long as those of skill\n"
      "Problems, traces and the base student's answers are made once a seed. Interrupted "
      "anywhere,\n"
      "the same command continues. Each cell is a run folder, for `drp report` and `drp compare`.\n"
      "Prints the tables and writes ablation.json, ablation.md and index.html\n"
      "(docs/evaluation.md).\n\n"
      "Example:\n  drp ablate examples/tiny.yaml --seeds 1,2,3 -o runs/tiny-ablation";
  command.flags = recipe_flags(options->recipe);
  command.flags.push_back(
      {"--cells", "NAME,NAME", "some of the cells; else ablate.cells", &options->cells});
  command.flags.push_back(
      {"--seeds", "N,N", "run.seed of each repetition; else ablate.seeds", &options->seeds});
  command.flags.push_back(
      {"--teachers", "KIND:MODEL",
       "teachers for skill, default and none, with commas; else ablate.teachers",
       &options->teachers});
  command.flags.push_back(
      {"--students", "MODEL,MODEL", "students; else ablate.students", &options->students});
  command.flags.push_back({"-o,--output", "FOLDER",
                           "where the runs and tables go; else run.folder with -ablation",
                           &options->folder});
  command.run = [options](const Context& context) { return ablate(context, *options); };
  return command;
}

}  // namespace drp::cli
