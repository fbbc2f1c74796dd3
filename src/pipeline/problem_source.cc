// SPDX-License-Identifier: Apache-2.0
#include "pipeline/problem_source.h"

#include <algorithm>

#include "base/error.h"
#include "problems/columns.h"
#include "problems/generator.h"
#include "problems/presets.h"
#include "problems/read_problems.h"

namespace drp::pipeline {
namespace {

void visit_generated(const ProblemsRecipe& set, const Recipe& recipe,
                     const std::function<void(const Problem&)>& visit) {
  for (const problems::GeneratedProblem& item :
       problems::generate_problems(generator_options(set, recipe))) {
    visit(item.problem);
  }
}

}  // namespace

problems::GeneratorOptions generator_options(const ProblemsRecipe& set, const Recipe& recipe) {
  problems::GeneratorOptions options;
  options.count = set.count;
  options.seed = static_cast<std::uint64_t>(recipe.run.seed);
  options.split =
      set.split == "test" ? problems::ProblemSplit::kTest : problems::ProblemSplit::kTrain;
  options.operations_max = recipe.problems.operations_max;
  options.families = set.families;
  if (!set.operations.empty()) {
    options.operations_mix = {};
    std::copy(set.operations.begin(), set.operations.end(), options.operations_mix.begin());
  }
  return options;
}

problems::ReadOptions read_options(const ProblemsRecipe& set) {
  problems::ReadOptions options;
  if (set.source != "file") options = problems::find_preset(set.source).options;
  if (!set.columns.empty()) options.columns = problems::column_map(set.columns);
  options.rows_max = set.count;
  return options;
}

void visit_problems(const ProblemsRecipe& set, const Recipe& recipe,
                    const std::function<void(const Problem&)>& visit) {
  if (set.source == "generated") {
    visit_generated(set, recipe, visit);
    return;
  }
  if (set.file.empty()) {
    throw Error(
        ErrorKind::kConfig, "problems of source '" + set.source + "' need a file",
        "set problems.train.file and problems.test.file, or source: generated; the files of "
        "benchmarks are also looked for below DRP_DATA");
  }
  problems::visit_problems(set.file, read_options(set), [&](Problem&& problem) {
    visit(problem);
    return true;
  });
}

}  // namespace drp::pipeline
