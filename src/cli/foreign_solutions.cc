// SPDX-License-Identifier: Apache-2.0
#include "cli/foreign_solutions.h"

#include <map>
#include <mutex>

#include "base/random.h"
#include "pipeline/problem_source.h"
#include "problems/concise_solution.h"
#include "problems/read_solutions.h"

namespace drp::cli {
namespace {

using Solutions = std::map<std::string, std::vector<std::string>>;

Solutions solutions_by_id(const pipeline::Recipe& recipe) {
  const pipeline::ProblemsRecipe& set = recipe.problems.train;
  Solutions solutions;
  if (set.source == "generated") {
    for (const problems::GeneratedProblem& item :
         problems::generate_problems(pipeline::generator_options(set, recipe))) {
      Random random(derive_seed(static_cast<std::uint64_t>(recipe.run.seed),
                                "concise solution " + item.problem.id));
      solutions[item.problem.id] = problems::concise_solutions(item, random);
    }
    return solutions;
  }
  for (auto& [id, text] : problems::read_solutions(set.file, pipeline::read_options(set))) {
    solutions[id] = {text};
  }
  return solutions;
}

// Made when first asked for, by whichever thread.
class LazySolutions {
 public:
  explicit LazySolutions(pipeline::Recipe recipe) : recipe_(std::move(recipe)) {}

  std::vector<std::string> of(const Problem& problem) {
    std::call_once(made_, [this] { solutions_ = solutions_by_id(recipe_); });
    const auto found = solutions_.find(problem.id);
    return found == solutions_.end() ? std::vector<std::string>() : found->second;
  }

 private:
  pipeline::Recipe recipe_;
  std::once_flag made_;
  Solutions solutions_;
};

}  // namespace

teacher::ForeignOptions foreign_solutions(const pipeline::Recipe& recipe) {
  // Raised whenever the texts come out otherwise than before.
  constexpr const char* kVersion = "1";
  teacher::ForeignOptions options;
  options.source = recipe.problems.train.source == "generated" ? std::string("textbook/") + kVersion
                                                               : "solutions of the data set";
  const auto solutions = std::make_shared<LazySolutions>(recipe);
  options.solutions = [solutions](const Problem& problem) { return solutions->of(problem); };
  return options;
}

}  // namespace drp::cli
