// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <cstdio>
#include <filesystem>

#include "base/clock.h"
#include "base/error.h"
#include "base/file.h"
#include "base/text.h"
#include "base/text_layout.h"
#include "cli/commands.h"
#include "cli/evaluate_inputs.h"
#include "cli/recipe_run.h"
#include "evaluate/conclusion.h"
#include "evaluate/evaluation_table.h"
#include "pipeline/stored_scores.h"
#include "records/json_line.h"

namespace drp::cli {
namespace {

struct Options {
  std::vector<std::string> runs;
  std::string output;
  EvaluateArguments arguments;
};

bool all_folders(const std::vector<pipeline::EvaluatedInput>& inputs) {
  return std::all_of(inputs.begin(), inputs.end(), [](const pipeline::EvaluatedInput& input) {
    return std::filesystem::is_directory(input.path);
  });
}

// Settings of the two evaluations that a difference may come from.
std::vector<std::string> other_settings(const std::vector<pipeline::EvaluatedInput>& inputs) {
  if (!all_folders(inputs)) return {};
  const auto wanted = [](const std::map<std::string, std::string>& all) {
    std::map<std::string, std::string> kept;
    for (const auto& [name, value] : all) {
      const bool how = name.starts_with("evaluate.") || name.starts_with("student.") ||
                       name.starts_with("grade.") || name == "count" || name == "match" ||
                       name == "program";
      if (how) kept[name] = value;
    }
    return kept;
  };
  return pipeline::differences(wanted(pipeline::StoredScores(inputs[0].path).settings()),
                               wanted(pipeline::StoredScores(inputs[1].path).settings()));
}

void print_verdict(const Evaluation& evaluation, const EvaluateSetup& setup,
                   const EvaluateArguments& arguments) {
  const auto all = std::find_if(
      evaluation.comparisons.begin(), evaluation.comparisons.end(),
      [](const PairedComparison& pair) { return pair.group == "all" && pair.pairs > 0; });
  if (all == evaluation.comparisons.end()) {
    const std::string other = arguments.match == "id" ? "question" : "id";
    throw Error(ErrorKind::kData, "the two have no problem in common",
                all_folders(setup.options.inputs)
                    ? "compare results on the same held-out problems"
                    : "problems are matched by " + arguments.match + "; try --match=" + other);
  }
  const std::string verdict = filled(evaluate::verdict_sentence(*all, setup.unit)) + "\n";
  std::fwrite(verdict.data(), 1, verdict.size(), stdout);
}

int compare(const Context& context, const Options& options) {
  if (options.runs.size() != 2) {
    throw Error(ErrorKind::kUsage,
                "compare: " + std::to_string(options.runs.size()) + " given, two are compared",
                "write `drp compare runs/a runs/b` or `drp compare base.jsonl tuned.jsonl`");
  }
  for (const std::string& run : options.runs) {
    refuse_recipe("compare", run, "runs or responses are compared",
                  "name the folder that it runs in (run.folder)");
  }
  const SystemClock clock;
  const pipeline::Engines engines = make_engines();
  const pipeline::Services services{engines, context.progress, context.stop, clock, {}};
  EvaluateSetup setup = make_setup("compare", options.runs, options.arguments, context.progress);
  auto& inputs = setup.options.inputs;
  const std::size_t second = setup.sources[1];
  if (inputs.front().arm == inputs[second].arm) {
    for (std::size_t i = 0; i < inputs.size(); ++i) inputs[i].arm += i < second ? " (1)" : " (2)";
  }
  for (const std::string& difference : other_settings(inputs)) {
    context.progress.warn("made with other settings: " + difference);
  }
  const pipeline::FilesEvaluation result = pipeline::evaluate_files(setup.options, services);
  warn_of_rows(context, result);
  print_verdict(result.evaluation, setup, options.arguments);
  const std::string table =
      length_line(setup) + evaluate::evaluation_table(result.evaluation, setup.unit);
  std::fwrite(table.data(), 1, table.size(), stdout);
  if (!options.output.empty()) {
    write_file_atomic(options.output, to_json_line(result.evaluation) + "\n");
  }
  return result.unreadable > 0 ? exit_code(ErrorKind::kFailedRows) : 0;
}

}  // namespace

Command compare_command() {
  const auto options = std::make_shared<Options>();
  Command command;
  command.name = "compare";
  command.group = "Look";
  command.doc = "two runs or two files of responses, paired problem by problem";
  command.details =
      "Compares the students of two finished runs, of two folders that `drp evaluate --traces -o`\n"
      "made, or two files of responses, on the problems that both answered. RUN takes the trained\n"
      "student, RUN:STUDENT another one (base, control); NAME=FILE names a file's. Prints the "
      "verdict\n"
      "in one sentence, then the tables. Settings in which the two evaluations differ are warned "
      "of.\n\n"
      "Example:\n  drp compare runs/a runs/b\n  drp compare runs/a:base runs/a:tuned\n"
      "  drp compare base=r1.jsonl tuned=r1-pruned.jsonl";
  command.flags = {
      {"runs", "RUN", "the first is what the second is compared with", &options->runs, true},
      {"-o,--output", "FILE", "also write the figures as JSON", &options->output}};
  for (Flag& flag : evaluate_flags(options->arguments)) command.flags.push_back(std::move(flag));
  command.run = [options](const Context& context) { return compare(context, *options); };
  return command;
}

}  // namespace drp::cli
