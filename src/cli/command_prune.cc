// SPDX-License-Identifier: Apache-2.0
#include <cstdio>
#include <filesystem>

#include "base/clock.h"
#include "base/error.h"
#include "base/pool.h"
#include "base/text.h"
#include "cli/arguments.h"
#include "cli/command_files.h"
#include "cli/missing_inputs.h"
#include "cli/prune_arguments.h"
#include "cli/recipe_run.h"
#include "cli/token_counter.h"
#include "cli/wiring.h"
#include "pipeline/explain.h"
#include "pipeline/price_file.h"
#include "pipeline/prune_files.h"
#include "pipeline/recipe.h"
#include "problems/trace_files.h"

namespace drp::cli {
namespace {

struct All {
  std::vector<std::string> inputs;
  PruneArguments options;
  RecipeArguments recipe;  // but for its name and overrides, which are inputs
};

void check_file_options(const PruneArguments& options, bool dry_run,
                        const std::vector<std::string>& files) {
  if (dry_run) {
    throw Error(ErrorKind::kUsage, "prune: --dry-run is for recipes, and -o says traces",
                "leave one of them out");
  }
  for (const std::string& file : files) {
    refuse_recipe("prune", file, "-o is for traces",
                  "leave -o out, or set the folder with run.folder=" + options.output);
    if (contains(file, "=") && !std::filesystem::exists(file)) {
      throw Error(ErrorKind::kUsage,
                  "prune: '" + file + "' sets a recipe's key, and -o is for traces",
                  "use the flag for it (`drp prune --help`), or a recipe without -o");
    }
  }
}

// The recipe that the flags stand for; its fields know what is allowed.
pipeline::Recipe recipe_of(const PruneArguments& options,
                           const std::vector<std::string>& overrides) {
  pipeline::Recipe recipe = pipeline::load_recipe("", overrides).recipe;
  recipe.run.folder = options.output;
  const bool remote = options.teacher.ends_with("openai");
  if (options.judge.empty() && options.teacher.ends_with("local")) {
    throw Error(ErrorKind::kUsage, "prune: --teacher " + options.teacher + " needs a model to ask",
                "name it with --model FILE.gguf");
  }
  if (options.judge.empty() && !remote) recipe.teacher.model = std::string(kDefaultTokenizer);
  return recipe;
}

void print_summary(const pipeline::PruneSummary& summary, const std::filesystem::path& folder,
                   const std::string& unit) {
  const std::string text = pipeline::summary_table(summary, unit) + "training rows  " +
                           (folder / "dataset").string() + "\ndecisions      " +
                           (folder / "plans.0.log.jsonl").string() + "\nreport         " +
                           (folder / "report/index.html").string() + "\n";
  std::fwrite(text.data(), 1, text.size(), stdout);
}

// All that is not there at once, before anything is made.
void find_prune_inputs(const std::vector<std::string>& inputs, const PruneArguments& options,
                       const pipeline::Recipe& recipe, Progress& progress) {
  MissingInputs missing;
  missing.paths(inputs);
  const std::string& tokenizer = options.tokenizer;
  if (tokenizer != "auto" && tokenizer != "none") missing.model("--tokenizer", tokenizer);
  if (!options.teacher.ends_with("openai")) missing.model("--model", options.judge);
  missing.file("--prices", recipe.teacher.prices);
  missing.finish(progress);
}

int prune_file(const Context& context, const All& all, const TeacherFlags& teacher_flags,
               const std::vector<std::string>& overrides) {
  const PruneArguments& options = all.options;
  pipeline::PruneFilesOptions prune;
  prune.read = read_options(options.read);
  const pipeline::Recipe recipe = recipe_of(options, overrides);
  teacher_flags.refuse_unheard(options.teacher);
  find_prune_inputs(all.inputs, options, recipe, context.progress);
  prune.files = problems::trace_files(all.inputs);
  const TokenCounter counter = find_token_counter(options.tokenizer);
  const SystemClock clock;
  const pipeline::Engines engines = make_engines();
  const pipeline::Services services{engines, context.progress, context.stop, clock, find_plotly()};
  prune.folder = options.output;
  prune.admit_without_gold = options.without_gold;
  prune.prune.answer_section = prune::answer_section_from(recipe.path.answer_section);
  prune.length_unit = counter.name;
  prune.examples_max = options.examples_max;
  prune.threads = available_cores();
  prune.budget = pipeline::teacher_budget(recipe);
  if (counter.student) {
    const llm::Tokenizer& tokenizer = counter.student->tokenizer();
    prune.count = [&tokenizer](std::string_view text) {
      return static_cast<std::int64_t>(tokenizer.count(text));
    };
  }
  const auto teacher = engines.make_teacher(recipe, context.progress);
  const pipeline::PruneSummary summary = pipeline::prune_files(prune, *teacher, services);
  print_summary(summary, prune.folder, counter.name);
  if (summary.no_readable_gold()) {
    throw Error(ErrorKind::kData,
                "prune: no reference answer of the " + format_count(summary.rows) +
                    " traces can be read, so none was pruned",
                "name their column with --column answer=NAME, who grades with --domain, or prune "
                "without them by --without-gold");
  }
  if (summary.right == 0 && summary.rows > 0) {
    context.progress.warn("no trace is complete and right, so none was pruned: `drp prune -o " +
                          options.output + " --explain 1` shows the first and why");
  }
  if (summary.unplanned > 0) {
    context.progress.warn("the teacher gave up on " + format_count(summary.unplanned) +
                          " traces: run again to retry them");
  }
  const bool failed = summary.unreadable > 0 || summary.unplanned > 0;
  return failed ? exit_code(ErrorKind::kFailedRows) : 0;
}

// Of the folder that -o names, of the recipe's, or of the folder that stands in place of a file.
int explain(const std::vector<std::string>& inputs, const PruneArguments& options) {
  std::filesystem::path folder = options.output;
  if (folder.empty() && !inputs.empty() && std::filesystem::is_directory(inputs.front())) {
    folder = inputs.front();
  } else if (folder.empty() && !inputs.empty()) {
    folder = read_recipe(inputs.front(), {inputs.begin() + 1, inputs.end()}).recipe.run.folder;
  }
  if (folder.empty()) {
    throw Error(ErrorKind::kUsage, "prune: --explain needs the folder of a run",
                "write `drp prune -o out/ --explain " + options.explain + "`");
  }
  const std::string text = pipeline::explain_trace(folder, options.explain);
  std::fwrite(text.data(), 1, text.size(), stdout);
  return 0;
}

std::vector<Flag> prune_flags(All& all) {
  std::vector<Flag> flags = {
      {"inputs", "FILE", "traces, folders of them, or a recipe with KEY=VALUE overrides",
       &all.inputs},
      {"-o,--output", "FOLDER", "where the results go; says that inputs are traces",
       &all.options.output},
      {"--explain", "ID", "prune nothing: show what became of one trace of -o, or of the recipe",
       &all.options.explain}};
  for (Flag& flag : trace_flags(all.options)) flags.push_back(std::move(flag));
  for (Flag& flag : money_flags(all.recipe)) flags.push_back(std::move(flag));
  flags.push_back(
      {"--dry-run", "", "recipe only: say what would run and why", &all.recipe.dry_run});
  return flags;
}

// Flags that one form of the command hears and another does not.
struct Forms {
  explicit Forms(All& all)
      : for_traces(trace_flags(all.options), keys_of_trace_flags()),
        for_pruning(without(prune_flags(all), {"inputs", "--output", "--explain"})),
        of_teachers(prune_flags(all)) {}

  FlagsOfOneForm for_traces;
  FlagsOfOneForm for_pruning;
  TeacherFlags of_teachers;
};

}  // namespace

Command prune_command(Command stage) {
  const auto all = std::make_shared<All>();
  Command command = std::move(stage);
  command.doc = "make traces shorter: of a recipe, or of plain files with no recipe or student";
  command.details =
      "`drp prune traces.jsonl -o out/` reads responses with question and answer columns (JSONL, "
      "JSON\n"
      "or CSV; any thinking markers), prunes the right ones by rules, checks each path and writes\n"
      "out/dataset/ (messages, ShareGPT, Alpaca), out/paths.0.log.jsonl with every decision and\n"
      "out/report/. `drp prune recipe.yaml` runs a recipe up to this stage.\n\n"
      "A folder stands for the .jsonl, .json, .csv and .tsv files in it.\n\n"
      "`--explain ID` shows one trace with every decision. Ids are those of the id column, else\n"
      "hashes of question and answer, as in out/traces.0.log.jsonl; a number N is the Nth "
      "trace.\n\n"
      "Example:\n  drp prune traces.jsonl -o out/ --column response=generation\n"
      "  drp prune -o out/ --explain 17";
  command.flags = prune_flags(*all);
  const auto forms = std::make_shared<const Forms>(*all);
  command.run = [all, forms](const Context& context) {
    if (!all->options.explain.empty()) {
      forms->for_pruning.refuse("prune", "pruning", "--explain prunes nothing");
      return explain(all->inputs, all->options);
    }
    if (all->inputs.empty()) {
      throw Error(ErrorKind::kUsage, "prune: no FILE is given",
                  "write `drp prune traces.jsonl -o out/` or `drp prune recipe.yaml`");
    }
    if (!all->options.output.empty()) {
      check_file_options(all->options, all->recipe.dry_run, all->inputs);
      std::vector<std::string> overrides = forms->for_traces.overrides();
      for (std::string& money : all_overrides(all->recipe)) overrides.push_back(std::move(money));
      return forms->for_traces.in_flags(
          "prune", [&] { return prune_file(context, *all, forms->of_teachers, overrides); });
    }
    const std::string& first = all->inputs.front();
    if (!std::filesystem::exists(first)) {
      throw Error(ErrorKind::kIo, "prune: no file '" + first + "'", "check the path");
    }
    if (!first.ends_with(".yaml") && !first.ends_with(".yml")) {
      throw Error(ErrorKind::kUsage, "'" + first + "' is no recipe, and there is no -o FOLDER",
                  "write `drp prune " + first + " -o out/`");
    }
    forms->for_traces.refuse("prune", "traces with -o");
    RecipeArguments recipe = all->recipe;
    recipe.recipe = first;
    recipe.overrides.assign(all->inputs.begin() + 1, all->inputs.end());
    return run_recipe(context, recipe, "prune");
  };
  return command;
}

}  // namespace drp::cli
