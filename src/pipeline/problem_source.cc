// SPDX-License-Identifier: Apache-2.0
#include "pipeline/problem_source.h"

#include "problems/generator.h"

namespace drp::pipeline {

void visit_problems(const ProblemsRecipe& set, const Recipe& recipe,
                    const std::function<void(const Problem&)>& visit) {
  if (set.source == "generated") {
    problems::GeneratorOptions options;
    options.count = set.count;
    options.seed = static_cast<std::uint64_t>(recipe.run.seed);
    options.split =
        set.split == "test" ? problems::ProblemSplit::kTest : problems::ProblemSplit::kTrain;
    options.operations_max = recipe.problems.operations_max;
    for (const problems::GeneratedProblem& item : problems::generate_problems(options)) {
      visit(item.problem);
    }
  }
}

}  // namespace drp::pipeline
