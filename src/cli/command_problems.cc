// SPDX-License-Identifier: Apache-2.0
#include <cstdio>
#include <filesystem>
#include <nlohmann/json.hpp>
#include <optional>

#include "base/error.h"
#include "base/file.h"
#include "base/text.h"
#include "cli/command_files.h"
#include "cli/recipe_run.h"
#include "problems/generator.h"
#include "problems/worked_solution.h"
#include "records/json_line.h"

namespace drp::cli {
namespace {

struct Options {
  std::vector<std::string> inputs;
  std::string output;
  std::int64_t count = 300;
  std::int64_t seed = 1;
  std::string split = "train";
  std::int64_t operations_max = 4;
  std::vector<std::string> families;
  bool solutions = false;
  bool dry_run = false;
};

std::string solved_line(const problems::GeneratedProblem& item, std::uint64_t seed) {
  Random random(derive_seed(seed, item.problem.id));
  const problems::WorkedSolution solution = problems::worked_solution(item, random);
  nlohmann::ordered_json line = {{"id", item.problem.id},
                                 {"messages",
                                  {{{"role", "user"}, {"content", item.problem.question}},
                                   {{"role", "assistant"}, {"content", solution.text}}}},
                                 {"answer", item.problem.answer}};
  if (item.problem.domain != Problem{}.domain) line["domain"] = item.problem.domain;
  return dump_line(line);
}

int generate(const Context& context, const Options& options) {
  if (options.split != "train" && options.split != "test") {
    throw Error(ErrorKind::kUsage, "--split is '" + options.split + "', expected train or test");
  }
  problems::GeneratorOptions generator;
  generator.count = options.count;
  generator.seed = static_cast<std::uint64_t>(options.seed);
  generator.split =
      options.split == "test" ? problems::ProblemSplit::kTest : problems::ProblemSplit::kTrain;
  generator.operations_max = options.operations_max;
  generator.families = separate_words(options.families);
  const std::filesystem::path output = options.output;
  if (output.has_parent_path()) make_folder(output.parent_path());
  std::optional<AtomicFile> file;
  if (!output.empty()) file.emplace(output);
  for (const problems::GeneratedProblem& item : problems::generate_problems(generator)) {
    const std::string line =
        (options.solutions ? solved_line(item, generator.seed) : to_json_line(item.problem)) + "\n";
    if (file) {
      file->write(line);
    } else {
      std::fwrite(line.data(), 1, line.size(), stdout);
    }
  }
  if (!file) return 0;
  file->publish();
  context.progress.info("problems: " + format_count(options.count) + " written to " +
                        options.output);
  return 0;
}

std::vector<Flag> generator_flags(Options& options) {
  return {
      {"--count", "N", "how many", &options.count, false, 1, 10'000'000},
      {"--seed", "N", "seed of the generator", &options.seed},
      {"--split", "SPLIT", "train or test; they share no problem", &options.split},
      {"--operations-max", "N", "most operations a problem", &options.operations_max, false, 1, 4},
      {"--families", "NAME,NAME", "families or groups to draw from: math, logic, all",
       &options.families},
      {"--solutions", "", "with worked solutions, as messages", &options.solutions}};
}

}  // namespace

Command problems_command(Command stage) {
  const auto options = std::make_shared<Options>();
  Command command = std::move(stage);
  command.details =
      "`drp problems -o FILE` writes generated grade-school word problems as JSON Lines; with\n"
      "--solutions as chat messages with a verbose worked solution. Without -o, `drp problems\n"
      "--count N` writes them to standard output. With a recipe it runs that up to this stage.\n"
      "`--families logic` writes puzzles instead, whose answers are words and option letters;\n"
      "`all` writes half of each.\n\n"
      "Example:\n  drp problems -o train.jsonl --count 500 --seed 7\n  drp problems --count 3";
  command.flags = {{"inputs", "RECIPE", "recipe with KEY=VALUE overrides", &options->inputs},
                   {"-o,--output", "FILE", "write generated problems there, not to standard output",
                    &options->output},
                   {"--dry-run", "", "recipe only: say what would run and why", &options->dry_run}};
  for (Flag& flag : generator_flags(*options)) command.flags.push_back(std::move(flag));
  const auto for_generator = std::make_shared<FlagsOfOneForm>(
      generator_flags(*options),
      std::map<std::string, std::string>{{"--count", "problems.train.count"},
                                         {"--seed", "run.seed"},
                                         {"--operations-max", "problems.operations_max"},
                                         {"--families", "problems.train.families"}});
  command.run = [options, for_generator](const Context& context) {
    const bool no_recipe = options->inputs.empty();
    if (!options->output.empty() || (no_recipe && for_generator->any_given())) {
      if (!no_recipe || options->dry_run) {
        throw Error(ErrorKind::kUsage,
                    !no_recipe ? "problems: -o generates problems and takes no recipe"
                               : "problems: --dry-run is for recipes, and there is none",
                    "leave out one of them");
      }
      return generate(context, *options);
    }
    if (no_recipe) {
      throw Error(
          ErrorKind::kUsage, "problems: neither a recipe nor how many to generate",
          "write `drp problems RECIPE`, `drp problems --count 5` or `drp problems -o FILE`");
    }
    for_generator->refuse("problems", "generated problems");
    const std::vector<std::string>& inputs = options->inputs;
    return run_recipe(context,
                      {inputs.front(), {inputs.begin() + 1, inputs.end()}, options->dry_run},
                      "problems");
  };
  return command;
}

}  // namespace drp::cli
