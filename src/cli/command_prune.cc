// SPDX-License-Identifier: Apache-2.0
#include <cstdio>
#include <filesystem>
#include <map>

#include "base/clock.h"
#include "base/error.h"
#include "base/pool.h"
#include "base/text.h"
#include "cli/arguments.h"
#include "cli/command_files.h"
#include "cli/read_arguments.h"
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

struct Options {
  std::string output;
  std::string tokenizer = "auto";
  ReadArguments read;
  std::vector<std::string> rules_off;
  std::string teacher = "rules";
  std::string judge;
  std::string endpoint;
  std::string api_key_env;
  std::int64_t concurrency = 64;
  std::string batch = "off";
  std::string extra_body;
  bool grammar = false;
  std::string protocol = "span";
  std::string split = "skill";
  std::string synthesis = "auto";
  std::string target = "trace";
  bool second_look = false;
  std::string explain;
  double keep_answer_prob = 0.95;
  std::string keep_checks = "mending";
  std::string answer_section = "statement";
  std::int64_t examples_max = 50000;
  bool without_gold = false;
};

void check_file_options(const Options& options, bool dry_run,
                        const std::vector<std::string>& files) {
  if (dry_run) {
    throw Error(ErrorKind::kUsage, "prune: --dry-run is for recipes, and -o says traces",
                "leave one of them out");
  }
  for (const std::string& file : files) {
    if (file.ends_with(".yaml") || file.ends_with(".yml")) {
      throw Error(ErrorKind::kUsage, "prune: '" + file + "' is a recipe, and -o is for traces",
                  "leave -o out, or set the folder with run.folder=" + options.output);
    }
    if (contains(file, "=") && !std::filesystem::exists(file)) {
      throw Error(ErrorKind::kUsage,
                  "prune: '" + file + "' sets a recipe's key, and -o is for traces",
                  "use the flag for it (`drp prune --help`), or a recipe without -o");
    }
  }
}

// Flags for traces; a recipe says the same by its keys.
std::vector<Flag> trace_flags(Options& options) {
  std::vector<Flag> flags = {
      {"--tokenizer", "MODEL", "counts tokens: a GGUF, a cached model's name, auto or none",
       &options.tokenizer},
      {"--without-gold", "", "also prune traces that have no reference answer",
       &options.without_gold},
      {"--rules-off", "PASS", "rule passes to leave out", &options.rules_off},
      {.name = "--teacher",
       .metavar = "KIND",
       .doc = "rules, student, local or openai, rules+one of these, first_answer, keywords, random "
              "or unpruned",
       .target = &options.teacher,
       .choices = {"rules", "student", "rules+student", "local", "rules+local", "openai",
                   "rules+openai", "first_answer", "keywords", "random", "unpruned"}},
      {"--endpoint", "URL", "service of the teacher openai; else OPENAI_BASE_URL, else OpenAI",
       &options.endpoint},
      {"--api-key-env", "NAME", "environment variable of its key; else OPENAI_API_KEY; none",
       &options.api_key_env},
      {"--concurrency", "N", "calls to it at once", &options.concurrency, false, 1},
      {"--batch", "HOW", "its Batch API (on), or request and result files alone (files)",
       &options.batch},
      {"--extra-body", "JSON", "object whose members are put into each request to it",
       &options.extra_body},
      {"--grammar", "", "send it the grammar of its replies (llama-server)", &options.grammar},
      {"--judge,--model", "MODEL",
       "who judges (student) or plans (local, openai): a GGUF, a cached or a service's model",
       &options.judge},
      {"--protocol", "NAME", "how a model that plans is asked: span or paper", &options.protocol},
      {"--split", "HOW", "steps by skill, default (paragraphs) or none", &options.split},
      {"--synthesis", "WHO", "joins what is left: auto, stitch (rules) or teacher",
       &options.synthesis},
      {"--target", "WHAT", "protocol paper: shorten the trace, or the model's own solution",
       &options.target},
      {"--second-look", "", "protocol span: the model sees its path and may mend it",
       &options.second_look},
      {"--keep-answer-prob", "P", "share of the answer's probability that a path must keep",
       &options.keep_answer_prob},
      {"--answer", "WHAT", "of the text after the reasoning stays: its statement or the whole",
       &options.answer_section},
      {"--keep-checks", "WHICH", "checks that stay: none, first or mending", &options.keep_checks},
      {"--examples", "N", "traces shown in the report", &options.examples_max, false, 0}};
  for (Flag& flag : read_flags(options.read)) flags.push_back(std::move(flag));
  return flags;
}

// Flags that are keys of a recipe.
const std::map<std::string, std::string>& keys_of_flags() {
  static const std::map<std::string, std::string> kKeys = {
      {"--rules-off", "teacher.rules_off"},
      {"--teacher", "teacher.kind"},
      {"--endpoint", "teacher.endpoint"},
      {"--api-key-env", "teacher.api_key_env"},
      {"--concurrency", "teacher.concurrency"},
      {"--batch", "teacher.batch"},
      {"--extra-body", "teacher.extra_body"},
      {"--grammar", "teacher.grammar"},
      {"--model", "teacher.model"},
      {"--protocol", "teacher.protocol"},
      {"--split", "teacher.split"},
      {"--synthesis", "teacher.synthesis"},
      {"--target", "teacher.target"},
      {"--second-look", "teacher.second_look"},
      {"--keep-answer-prob", "teacher.keep_answer_prob"},
      {"--keep-checks", "teacher.keep_checks"},
      {"--answer", "path.answer_section"},
      {"--max-usd", "teacher.max_usd"},
      {"--max-tokens", "teacher.max_tokens"},
      {"--prices", "teacher.prices"}};
  return kKeys;
}

// The recipe that the flags stand for; its fields know what is allowed.
pipeline::Recipe recipe_of(const Options& options, const std::vector<std::string>& overrides) {
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

int prune_file(const Context& context, const std::vector<std::string>& inputs,
               const Options& options, const std::vector<std::string>& overrides) {
  pipeline::PruneFilesOptions prune;
  prune.read = read_options(options.read);
  prune.files = problems::trace_files(inputs);
  const TokenCounter counter = find_token_counter(options.tokenizer);
  const pipeline::Recipe recipe = recipe_of(options, overrides);
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
int explain(const std::vector<std::string>& inputs, const Options& options) {
  std::filesystem::path folder = options.output;
  if (folder.empty() && !inputs.empty() && std::filesystem::is_directory(inputs.front())) {
    folder = inputs.front();
  } else if (folder.empty() && !inputs.empty()) {
    folder =
        pipeline::load_recipe(inputs.front(), {inputs.begin() + 1, inputs.end()}).recipe.run.folder;
  }
  if (folder.empty()) {
    throw Error(ErrorKind::kUsage, "prune: --explain needs the folder of a run",
                "write `drp prune -o out/ --explain " + options.explain + "`");
  }
  const std::string text = pipeline::explain_trace(folder, options.explain);
  std::fwrite(text.data(), 1, text.size(), stdout);
  return 0;
}

struct All {
  std::vector<std::string> inputs;
  Options options;
  RecipeArguments recipe;  // but for its name and overrides, which are inputs
};

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
  const auto for_traces =
      std::make_shared<FlagsOfOneForm>(trace_flags(all->options), keys_of_flags());
  command.run = [all, for_traces](const Context& context) {
    if (!all->options.explain.empty()) return explain(all->inputs, all->options);
    if (all->inputs.empty()) {
      throw Error(ErrorKind::kUsage, "prune: no FILE is given",
                  "write `drp prune traces.jsonl -o out/` or `drp prune recipe.yaml`");
    }
    if (!all->options.output.empty()) {
      check_file_options(all->options, all->recipe.dry_run, all->inputs);
      std::vector<std::string> overrides = for_traces->overrides();
      for (std::string& money : all_overrides(all->recipe)) overrides.push_back(std::move(money));
      return for_traces->in_flags(
          "prune", [&] { return prune_file(context, all->inputs, all->options, overrides); });
    }
    const std::string& first = all->inputs.front();
    if (!std::filesystem::exists(first)) {
      throw Error(ErrorKind::kIo, "prune: no file '" + first + "'", "check the path");
    }
    if (!first.ends_with(".yaml") && !first.ends_with(".yml")) {
      throw Error(ErrorKind::kUsage, "'" + first + "' is no recipe, and there is no -o FOLDER",
                  "write `drp prune " + first + " -o out/`");
    }
    for_traces->refuse("prune", "traces with -o");
    RecipeArguments recipe = all->recipe;
    recipe.recipe = first;
    recipe.overrides.assign(all->inputs.begin() + 1, all->inputs.end());
    return run_recipe(context, recipe, "prune");
  };
  return command;
}

}  // namespace drp::cli
