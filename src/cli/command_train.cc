// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <array>
#include <cstdio>

#include "base/clock.h"
#include "base/error.h"
#include "base/file.h"
#include "base/text.h"
#include "cli/command_files.h"
#include "cli/missing_inputs.h"
#include "cli/ranks.h"
#include "cli/recipe_run.h"
#include "curate/curate.h"
#include "pipeline/train_job.h"
#include "problems/columns.h"
#include "problems/read_traces.h"
#include "records/json_line.h"
#include "train/show_masks.h"

namespace drp::cli {
namespace {

struct Options {
  std::vector<std::string> inputs;
  std::string output;
  std::vector<std::string> columns;
  bool full = false;
  bool dry_run = false;
  std::int64_t show_masks = 0;
};

// Every example of the file as a row; the split is that of curate.
void read_rows(const Options& from, const llm::Tokenizer& tokenizer, const pipeline::Recipe& recipe,
               train::TrainJob& job, Progress& progress) {
  problems::ReadOptions read;
  read.columns = problems::column_map(separate_words(from.columns));
  curate::CurateOptions options;
  options.near_duplicate = 1;
  options.tokens_max = recipe.curate.tokens_max;
  options.validation = recipe.curate.validation;
  options.seed = static_cast<std::uint64_t>(recipe.run.seed);
  options.system = recipe.student.system;
  options.prompt = recipe.student.prompt;
  options.response_prefix = recipe.student.response_prefix;
  curate::Curator curator(tokenizer, options);
  std::map<Reason, std::int64_t> left_out;
  problems::visit_traces(from.inputs.front(), read, [&](problems::TraceRow&& item) {
    PrunedPath path;
    path.trace_id = item.problem.id + "/" + std::to_string(item.sample);
    path.problem_id = item.problem.id;
    path.response = std::move(item.response);
    auto row = curator.make_row(item.problem, path);
    if (!row) {
      ++left_out[row.error().reason];
    } else if (row->split == Split::kTrain) {
      job.rows.push_back(*std::move(row));
    } else {
      job.validation.push_back(*std::move(row));
    }
    return true;
  });
  for (const auto& [reason, count] : left_out) {
    progress.warn(format_count(count) + " rows left out: " + std::string(enum_name(reason)));
  }
  progress.info("train: " + format_count(static_cast<std::int64_t>(job.rows.size())) + " rows, " +
                format_count(static_cast<std::int64_t>(job.validation.size())) + " for validation");
}

bool names_recipe(const std::string& file) {
  return file.ends_with(".yaml") || file.ends_with(".yml");
}

// The file of examples, where one is read, and what makes the student of a command without stages.
void find_student_and(const std::string& file, const pipeline::Recipe& recipe, Progress& progress) {
  MissingInputs missing;
  if (!file.empty()) missing.paths({file});
  missing.model("student.model", recipe.student.model);
  for (const std::string& adapter : recipe.student.adapters) {
    missing.file("student.adapters", adapter);
  }
  missing.finish(progress);
}

// The rows that a run's curation left in its folder.
std::vector<TrainingRow> run_rows(const pipeline::Recipe& recipe, std::int64_t count) {
  const std::filesystem::path path =
      std::filesystem::path(recipe.run.folder) / "dataset" / "rows.jsonl";
  if (!std::filesystem::exists(path)) {
    throw Error(ErrorKind::kData, "there are no rows at '" + path.string() + "' yet",
                "run `drp curate` with this recipe first");
  }
  std::vector<TrainingRow> rows;
  LineReader reader(path);
  while (std::ssize(rows) < count) {
    const auto line = reader.next();
    if (!line) break;
    rows.push_back(from_json_line<TrainingRow>(*line, reader.where()));
  }
  if (rows.empty()) {
    throw Error(ErrorKind::kData, path.string() + ": no rows in it",
                "more problems or samples give more right traces");
  }
  return rows;
}

int show_masks(const Context& context, const Options& options) {
  const std::string& file = options.inputs.front();
  const bool is_recipe = names_recipe(file);
  const std::vector<std::string> overrides(options.inputs.begin() + 1, options.inputs.end());
  const pipeline::Recipe recipe = pipeline::load_recipe(is_recipe ? file : "", overrides).recipe;
  const pipeline::Engines engines = make_engines();
  find_student_and(is_recipe ? "" : file, recipe, context.progress);
  const auto student = engines.load_student(engines.find_model(recipe.student.model), 1);
  const llm::Tokenizer& tokenizer = student->tokenizer();
  train::TrainJob job;
  if (is_recipe) {
    job.rows = run_rows(recipe, options.show_masks);
  } else {
    read_rows(options, tokenizer, recipe, job, context.progress);
    job.rows.insert(job.rows.end(), job.validation.begin(), job.validation.end());
  }
  const auto decode = [&](std::span<const std::int32_t> ids) { return tokenizer.detokenize(ids); };
  std::int64_t shown = 0;
  for (const TrainingRow& row : job.rows) {
    if (shown++ == options.show_masks) break;
    std::fputs((train::show_masks(row, decode) + "\n").c_str(), stdout);
  }
  return 0;
}

// Of a recipe's keys these alone say something to examples in a file.
void check_overrides(const std::vector<std::string>& overrides) {
  constexpr std::array<std::string_view, 4> kHeard = {"curate.tokens_max", "curate.validation",
                                                      "run.seed", "run.threads"};
  for (const std::string& override : overrides) {
    const std::string key = override.substr(0, override.find('='));
    const bool heard = key.starts_with("student.") || key.starts_with("train") ||
                       std::find(kHeard.begin(), kHeard.end(), key) != kHeard.end();
    if (heard || key == override) continue;
    throw Error(ErrorKind::kUsage,
                "train: " + key + " is for a recipe, and -o says that the file holds examples",
                "leave it out; keys of student and train, curate.tokens_max, curate.validation, "
                "run.seed and run.threads are heard");
  }
}

int train_file(const Context& context, const Options& options) {
  refuse_recipe("train", options.inputs.front(), "-o is for examples",
                "leave -o out, or set the folder with run.folder=" + options.output);
  std::vector<std::string> overrides(options.inputs.begin() + 1, options.inputs.end());
  if (options.full) overrides.emplace_back("train.kind=full");
  const pipeline::Recipe recipe = pipeline::load_recipe("", overrides).recipe;
  check_overrides(overrides);
  const pipeline::Engines engines = make_engines();
  const SystemClock clock;
  const std::unique_ptr<Communicator> ranks = join_ranks();
  NoProgress quiet;  // one process speaks for all
  Progress& progress =
      ranks == nullptr || ranks->rank() == 0 ? context.progress : static_cast<Progress&>(quiet);
  const pipeline::Services services{engines, progress, context.stop, clock, {}};
  if (recipe.train.kind == "external") {
    throw Error(ErrorKind::kUsage, "train: examples in a file are trained on here, not elsewhere",
                "leave out train.kind=external");
  }
  find_student_and(options.inputs.front(), recipe, progress);
  train::TrainJob job = pipeline::train_job(recipe);
  job.ranks = ranks.get();
  job.model = engines.find_model(recipe.student.model);
  job.frozen_adapters.assign(recipe.student.adapters.begin(), recipe.student.adapters.end());
  {
    const auto student = engines.load_student(job.model, 1);
    read_rows(options, student->tokenizer(), recipe, job, progress);
  }
  const std::filesystem::path folder = options.output;
  make_folder(folder);
  job.checkpoint_folder = folder / "checkpoints";
  pipeline::set_outputs(job, folder);
  pipeline::train_with_events(job, services, folder / "training.jsonl");
  return 0;
}

}  // namespace

Command train_command(Command stage) {
  const auto options = std::make_shared<Options>();
  Command command = std::move(stage);
  command.details =
      "`drp train data.jsonl -o out/ student.model=M.gguf train.rank=16` tunes a model on examples "
      "in\n"
      "messages, ShareGPT or question/response form and writes out/adapter.gguf and out/adapter/ "
      "(PEFT).\n"
      "With --full every weight is trained, and out/model.gguf is the result.\n"
      "`drp train recipe.yaml` runs a recipe up to this stage.\n"
      "`drp train data.jsonl --show-masks 3 student.model=M.gguf` prints rows with the supervised "
      "tokens\n"
      "between ⟦ and ⟧.\n"
      "`mpirun -np N drp train data.jsonl -o out/ ...` shares the rows of each step between N "
      "processes.\n\n"
      "Example:\n  drp train out/dataset/messages.jsonl -o tuned/ student.model=student.gguf";
  command.flags = {
      {"inputs", "FILE", "examples or a recipe, then KEY=VALUE overrides", &options->inputs, true},
      {"-o,--output", "FOLDER", "where the adapter goes; says that the file holds examples",
       &options->output},
      {"--column", "PART=NAME",
       "examples only: column of question or response; several with commas", &options->columns},
      {"--full", "",
       "train every weight instead of an adapter (train.kind=full): FOLDER/model.gguf",
       &options->full},
      {.name = "--show-masks",
       .metavar = "N",
       .doc = "print N rows with each supervised token marked, and train nothing",
       .target = &options->show_masks,
       .low = 0},
      {"--dry-run", "", "recipe only: say what would run and why", &options->dry_run}};
  const auto for_examples =
      std::make_shared<const FlagsOfOneForm>(flags_named(command.flags, {"--column"}));
  const auto for_training = std::make_shared<const FlagsOfOneForm>(
      flags_named(command.flags, {"--output", "--full", "--dry-run"}));
  command.run = [options, for_training, for_examples](const Context& context) {
    if (options->show_masks > 0) {
      for_training->refuse("train", "training", "--show-masks trains nothing");
      if (names_recipe(options->inputs.front())) {
        for_examples->refuse("train", "examples in a file");
      }
      return show_masks(context, *options);
    }
    if (!options->output.empty()) {
      if (options->dry_run) {
        throw Error(ErrorKind::kUsage, "train: --dry-run is for recipes, and -o says examples",
                    "leave one of them out");
      }
      return train_file(context, *options);
    }
    for_examples->refuse("train", "examples with -o");
    const std::vector<std::string>& inputs = options->inputs;
    std::vector<std::string> overrides(inputs.begin() + 1, inputs.end());
    if (options->full) overrides.emplace_back("train.kind=full");
    return run_recipe(context, {inputs.front(), std::move(overrides), options->dry_run}, "train");
  };
  return command;
}

}  // namespace drp::cli
