// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <cstdio>
#include <filesystem>

#include "base/clock.h"
#include "base/error.h"
#include "base/text.h"
#include "base/text_layout.h"
#include "cli/command_files.h"
#include "cli/evaluate_inputs.h"
#include "cli/recipe_run.h"
#include "evaluate/evaluation_table.h"

namespace drp::cli {
namespace {

constexpr std::size_t kDisagreementsShown = 20;

struct Options {
  std::vector<std::string> inputs;
  std::vector<std::string> traces;
  std::string output;
  EvaluateArguments arguments;
  RecipeArguments recipe;  // but for its name and overrides, which are inputs
};

void print(const std::string& text) { std::fwrite(text.data(), 1, text.size(), stdout); }

std::string one_line(const std::string& text) {
  constexpr std::size_t kBytesMax = 60;
  const std::string line = replace_all(text, "\n", " ");
  std::size_t end = 0;
  while (end < std::min(line.size(), kBytesMax)) end += decode_utf8(line, end).size;
  return end < line.size() ? line.substr(0, end) + "..." : line;
}

// How far the verdicts agree with those that the files carry.
std::string agreement(const pipeline::FilesEvaluation& result) {
  if (result.source_verdicts == 0) return "";
  const double share =
      1 - static_cast<double>(result.disagreed) / static_cast<double>(result.source_verdicts);
  std::string text =
      "\n" + filled("The files carry " + format_count(result.source_verdicts) +
                    " verdicts of their own; " + format_fixed(100 * share, 2) +
                    " % agree with these, " + format_count(result.disagreed) + " do not.");
  const std::size_t shown = std::min(kDisagreementsShown, result.disagreements.size());
  for (std::size_t i = 0; i < shown; ++i) {
    const pipeline::Disagreement& row = result.disagreements[i];
    text += filled_entry(row.where + ": reference " + one_line(row.gold) + ", answer " +
                             (row.answer.empty() ? "none" : one_line(row.answer)) + ": " +
                             row.verdict + " here (" + row.reason + "), " +
                             (row.source_right ? "right" : "wrong") + " there",
                         2);
  }
  const std::int64_t more = result.disagreed - static_cast<std::int64_t>(shown);
  if (more > 0) text += "  and " + format_count(more) + " more; -o FOLDER lists all\n";
  return text;
}

// What is for recipes would say nothing about responses.
void check_trace_options(const Options& options) {
  const RecipeArguments& recipe = options.recipe;
  const std::pair<const char*, bool> flags[] = {{"--dry-run", recipe.dry_run},
                                                {"--max-usd", recipe.max_usd != 0},
                                                {"--max-tokens", recipe.max_tokens != 0},
                                                {"--prices", !recipe.prices.empty()}};
  for (const auto& [name, given] : flags) {
    if (!given) continue;
    throw Error(ErrorKind::kUsage,
                std::string("evaluate: ") + name + " is for recipes, and --traces says responses",
                "leave one of them out");
  }
  for (const std::string& file : options.traces) {
    refuse_recipe("evaluate", file, "--traces is for responses", "leave --traces out");
  }
}

int evaluate_traces(const Context& context, const Options& options) {
  check_trace_options(options);
  const SystemClock clock;
  const pipeline::Engines engines = make_engines();
  const pipeline::Services services{engines, context.progress, context.stop, clock, {}};
  EvaluateSetup setup = make_setup("evaluate", options.traces, options.arguments, context.progress);
  setup.options.folder = options.output;
  const pipeline::FilesEvaluation result = pipeline::evaluate_files(setup.options, services);
  print(length_line(setup) + evaluate::evaluation_table(result.evaluation, setup.unit) +
        agreement(result));
  warn_of_rows(context, result);
  if (!options.output.empty()) context.progress.info("results: " + options.output);
  return result.unreadable > 0 ? exit_code(ErrorKind::kFailedRows) : 0;
}

}  // namespace

Command evaluate_command(Command stage) {
  const auto options = std::make_shared<Options>();
  Command command = std::move(stage);
  command.doc = "score answers and tokens: of a recipe, or of stored responses with no model";
  command.details =
      "`drp evaluate --traces FILE...` grades responses that were sampled anywhere (JSONL, JSON "
      "or\n"
      "CSV with question, answer and response columns) and sums them up: accuracy strict and\n"
      "flexible and by extractor, pass@k and maj@k where problems have several samples, tokens of\n"
      "reasoning and answer, and each student paired with the first. A student is a file; "
      "NAME=FILE\n"
      "names it, and files of one name are pooled. -o FOLDER writes evaluation.json, "
      "scored.jsonl,\n"
      "disagreements.jsonl and lm_eval/ (the form of lm-evaluation-harness). docs/evaluation.md "
      "says\n"
      "what each number means. `drp evaluate recipe.yaml` runs a recipe up to this stage.\n\n"
      "Example:\n  drp evaluate --traces base=r1.jsonl tuned=r1-pruned.jsonl -o eval/";
  command.flags = {
      {"inputs", "RECIPE", "recipe with KEY=VALUE overrides", &options->inputs},
      {"--traces", "FILE", "stored responses: FILE, NAME=FILE, a folder of files or of results",
       &options->traces},
      {"-o,--output", "FOLDER", "where the results go", &options->output}};
  for (Flag& flag : evaluate_flags(options->arguments)) command.flags.push_back(std::move(flag));
  command.flags.push_back(
      {"--dry-run", "", "recipe only: say what would run and why", &options->recipe.dry_run});
  for (Flag& flag : money_flags(options->recipe)) command.flags.push_back(std::move(flag));
  std::vector<Flag> of_traces = evaluate_flags(options->arguments);
  of_traces.push_back({"-o,--output", "FOLDER", "", &options->output});
  const auto for_traces = std::make_shared<FlagsOfOneForm>(
      std::move(of_traces),
      std::map<std::string, std::string>{
          {"--count", "evaluate.count"}, {"--seed", "run.seed"}, {"--output", "run.folder"}});
  command.run = [options, for_traces](const Context& context) {
    if (!options->traces.empty()) {
      // What follows the first file of --traces without a flag is meant for it.
      options->traces.insert(options->traces.end(), options->inputs.begin(), options->inputs.end());
      return evaluate_traces(context, *options);
    }
    if (options->inputs.empty()) {
      throw Error(ErrorKind::kUsage, "evaluate: neither a recipe nor --traces FILE",
                  "write `drp evaluate --traces responses.jsonl`");
    }
    for_traces->refuse("evaluate", "responses with --traces");
    RecipeArguments recipe = options->recipe;
    recipe.recipe = options->inputs.front();
    recipe.overrides.assign(options->inputs.begin() + 1, options->inputs.end());
    return run_recipe(context, recipe, "evaluate");
  };
  return command;
}

}  // namespace drp::cli
