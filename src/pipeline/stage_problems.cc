// SPDX-License-Identifier: Apache-2.0
#include "base/error.h"
#include "base/fingerprint.h"
#include "base/text.h"
#include "pipeline/problem_source.h"
#include "pipeline/stage.h"
#include "problems/presets.h"

namespace drp::pipeline {
namespace {

// A benchmark of another size than published is another benchmark.
void warn_of_size(Progress& progress, const ProblemsRecipe& recipe, std::int64_t count) {
  if (recipe.source == "generated" || recipe.source == "file" || recipe.count > 0) return;
  const problems::Preset& preset = problems::find_preset(recipe.source);
  if (preset.problems == 0 || preset.problems == count || recipe.split == "train") return;
  progress.warn("'" + recipe.source + "' has " + format_count(preset.problems) +
                " test problems as published, '" + recipe.file + "' has " + format_count(count) +
                ": name which it is");
}

void record_set(Run& run, const std::string& set, const ProblemsRecipe& recipe,
                Fingerprint& output) {
  Progress& progress = run.services().progress;
  RecordLog& log = run.log("problems", "problems");
  std::int64_t count = 0;
  visit_problems(recipe, run.recipe(), [&](const Problem& problem) {
    run.services().stop.check();
    const std::string key = set + ":" + problem.id;
    if (log.contains(key)) {
      throw Error(ErrorKind::kData, set + " problems hold the id '" + problem.id + "' twice",
                  "make the ids unique, or leave the id column out");
    }
    const std::string line = to_json_line(problem);
    log.append(key, "problem", line);
    output.add(key).add(line);
    ++count;
  });
  log.sync();
  warn_of_size(progress, recipe, count);
  progress.info("problems: " + format_count(count) + " " + set);
}

void add_set_inputs(Run& run, const std::string& set, const ProblemsRecipe& recipe,
                    Inputs& inputs) {
  inputs.merge(recipe_inputs(run, "problems." + set));
  if (recipe.source != "generated" && !recipe.file.empty())
    inputs[set + ".file"] = run.file_hash(recipe.file);
}

}  // namespace

Inputs problems_inputs(Run& run) {
  const Recipe& recipe = run.recipe();
  Inputs inputs;
  add_set_inputs(run, "train", recipe.problems.train, inputs);
  add_set_inputs(run, "test", recipe.problems.test, inputs);
  inputs.merge(recipe_inputs(run, "problems.operations_max"));
  inputs["run.seed"] = std::to_string(recipe.run.seed);
  return inputs;
}

std::string problems_work(Run& run) {
  run.drop_log("problems");  // cheap to make, so always whole
  Fingerprint output;
  record_set(run, "train", run.recipe().problems.train, output);
  record_set(run, "test", run.recipe().problems.test, output);
  return output.hex();
}

}  // namespace drp::pipeline
