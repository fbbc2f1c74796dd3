// SPDX-License-Identifier: Apache-2.0
#include <cstdio>

#include "base/error.h"
#include "base/text.h"
#include "cli/command_files.h"
#include "cli/missing_inputs.h"
#include "cli/recipe_run.h"
#include "pipeline/manifest.h"
#include "pipeline/report_inputs.h"
#include "pipeline/stage.h"

namespace drp::cli {
namespace {

struct Options {
  std::vector<std::string> inputs;
  std::string output;
  std::string title = "Pooled runs";
  std::int64_t examples_max = 50000;
  bool dry_run = false;
};

// A run that was stopped, or still goes on, has fewer records than it will have.
void warn_of_unfinished(const Context& context, const std::string& folder) {
  const std::filesystem::path file = std::filesystem::path(folder) / "manifest.json";
  if (!std::filesystem::exists(file)) return;
  const pipeline::Manifest manifest(file);
  std::vector<std::string> open;
  for (const pipeline::Stage& stage : pipeline::stage_table()) {
    const pipeline::Manifest::Entry* entry = manifest.find(std::string(stage.name));
    if (entry != nullptr && !entry->finished) open.emplace_back(stage.name);
  }
  if (open.empty()) return;
  context.progress.warn("run '" + folder + "' is unfinished (" + join(open, ", ") +
                        "): the report shows what it has so far");
}

// What lengths of a run count: "tokens", "tokens of FILE" or "characters", as its traces were
// pruned.
std::string lengths_of(const std::string& folder) {
  const pipeline::Manifest manifest(std::filesystem::path(folder) / "manifest.json");
  const pipeline::Manifest::Entry* prune = manifest.find("prune");
  if (prune == nullptr) return "tokens";
  const auto counted = prune->inputs.find("lengths in");
  return counted == prune->inputs.end() ? "tokens" : counted->second;
}

// The unit of all of them. Throws Error{kData} where they count different things.
std::string common_unit(const Context& context, const std::vector<std::string>& folders) {
  const std::string first = lengths_of(folders.front());
  const auto unit = [](const std::string& lengths) { return lengths.substr(0, lengths.find(' ')); };
  for (const std::string& folder : folders) {
    const std::string other = lengths_of(folder);
    const std::string both =
        "'" + folders.front() + "' counts " + first + ", '" + folder + "' counts " + other;
    if (unit(other) != unit(first)) {
      throw Error(ErrorKind::kData, "report: " + both, "prune them with one --tokenizer");
    }
    if (other != first) context.progress.warn("lengths are not comparable: " + both);
  }
  return unit(first);
}

int pool_runs(const Context& context, const Options& options) {
  for (const std::string& file : options.inputs) {
    refuse_recipe("report", file, "-o is for run folders", "leave -o out");
  }
  MissingInputs missing;
  missing.paths(options.inputs);
  missing.finish(context.progress);
  pipeline::ReportSource::Options report;
  report.title = options.title;
  report.facts = {{"runs", join(options.inputs, ", ")}, {"program", "drp " DRP_VERSION}};
  report.plotly_js = find_plotly();
  report.examples_max = options.examples_max;
  for (const std::string& folder : options.inputs) warn_of_unfinished(context, folder);
  pipeline::ReportSource source({options.inputs.begin(), options.inputs.end()}, report);
  report::ReportInputs inputs = source.inputs();
  inputs.length_unit = common_unit(context, options.inputs);
  const std::string text = report::write_report(inputs, options.output);
  std::fwrite(text.data(), 1, text.size(), stdout);
  context.progress.info("report: " + options.output + "/index.html");
  return 0;
}

}  // namespace

Command report_command(Command stage) {
  const auto options = std::make_shared<Options>();
  Command command = std::move(stage);
  command.details =
      "`drp report RUN... -o FOLDER` pools the held-out problems of several finished runs into "
      "one\n"
      "report and prints its tables. `drp report recipe.yaml` runs a recipe to its end.\n\n"
      "Example:\n  drp report runs/demo-1 runs/demo-2 runs/demo-3 -o runs/demo-report";
  command.flags = {{"inputs", "RUN", "run folders, or a recipe with KEY=VALUE overrides",
                    &options->inputs, true},
                   {"-o,--output", "FOLDER", "where the pooled report goes", &options->output},
                   {"--title", "TEXT", "heading of the pooled report", &options->title},
                   {"--examples", "N", "traces shown in it", &options->examples_max, false, 0},
                   {"--dry-run", "", "recipe only: say what would run and why", &options->dry_run}};
  const auto for_pool = std::make_shared<const FlagsOfOneForm>(
      flags_named(command.flags, {"--title", "--examples"}),
      std::map<std::string, std::string>{{"--title", "report.title"},
                                         {"--examples", "report.examples_max"}});
  command.run = [options, for_pool](const Context& context) {
    if (!options->output.empty() && options->dry_run) {
      throw Error(ErrorKind::kUsage, "report: --dry-run is for recipes, and -o says run folders",
                  "leave one of them out");
    }
    if (!options->output.empty()) return pool_runs(context, *options);
    const std::vector<std::string>& inputs = options->inputs;
    if (std::filesystem::is_directory(inputs.front())) {
      throw Error(ErrorKind::kUsage, "report: '" + inputs.front() + "' is a run folder",
                  "say where the report goes with -o FOLDER");
    }
    for_pool->refuse("report", "run folders with -o");
    return run_recipe(
        context, {inputs.front(), {inputs.begin() + 1, inputs.end()}, options->dry_run}, "report");
  };
  return command;
}

}  // namespace drp::cli
