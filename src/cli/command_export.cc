// SPDX-License-Identifier: Apache-2.0
#include <filesystem>
#include <optional>

#include "base/clock.h"
#include "base/error.h"
#include "base/file.h"
#include "base/text.h"
#include "cli/command_files.h"
#include "cli/commands.h"
#include "cli/machine.h"
#include "cli/missing_inputs.h"
#include "cli/run_of_folder.h"
#include "cli/wiring.h"
#include "model_files/huggingface/export_folder.h"
#include "model_files/merge.h"
#include "pipeline/adoption.h"
#include "pipeline/external_training.h"
#include "pipeline/train_job.h"

namespace drp::cli {
namespace {

struct Options {
  std::string run;
  std::string model;
  std::vector<std::string> adapters;
  std::string merged;
  std::string merged_folder;
  std::string peft;
  std::string gguf;
  std::string type;
  std::string tokenizer;
  std::string tool;
  std::string output;
  std::string base;
};

// A base and what lies on it.
struct Tuned {
  std::filesystem::path model;
  std::vector<std::filesystem::path> adapters;
  std::string base_name;
};

// The student must be the one that the run's adapter was trained on.
void check_base(pipeline::Run& run) {
  const pipeline::Manifest::Entry* train = run.manifest().find("train");
  if (train == nullptr || !train->finished) return;
  for (const auto& [name, hash] : run.file_inputs(run.base_adapters())) {
    const auto trained = train->inputs.find(name);
    if (trained == train->inputs.end() || trained->second == hash) continue;
    throw Error(ErrorKind::kModel,
                "the run's adapter was trained on another " + name + " than the recipe names now",
                "run it again, or bring the old file back");
  }
}

Tuned tuned_of_run(pipeline::Run& run) {
  const pipeline::Recipe& recipe = run.recipe();
  check_base(run);
  const std::filesystem::path trained = pipeline::trained_file(recipe, run.folder().root());
  if (!std::filesystem::exists(trained)) {
    if (const auto adopted = pipeline::read_adopted(run.folder().root())) {
      throw Error(ErrorKind::kConfig,
                  "the run's tuned student is served as '" + adopted->model +
                      "', and its adapter is not in the run",
                  "adopt the adapter itself to export it");
    }
    throw Error(ErrorKind::kConfig, "the run has no '" + trained.string() + "' yet",
                "run it first: drp train " + run.folder().file("recipe.yaml").string());
  }
  if (recipe.train.kind == "full") return {trained, {}, recipe.student.model};
  Tuned tuned{run.model_file(), run.base_adapters(), recipe.student.model};
  tuned.adapters.push_back(trained);
  return tuned;
}

const model_files::WeightType* weight_type(const Options& options) {
  if (options.type.empty() || options.type == "keep") return nullptr;
  const model_files::WeightType* type = model_files::find_weight_type(options.type);
  if (type == nullptr) {
    throw Error(ErrorKind::kUsage, "export: --type is '" + options.type + "', expected keep, " +
                                       model_files::weight_type_names());
  }
  return type;
}

void write_adapter_files(const Options& options, const Tuned& tuned,
                         const std::vector<model_files::LoraAdapter>& adapters,
                         const model_files::ModelShape& shape, Progress& progress) {
  if (options.peft.empty() && options.gguf.empty()) return;
  if (adapters.empty()) {
    throw Error(ErrorKind::kUsage, "export: there is no adapter to write",
                "give a run or --adapters");
  }
  if (adapters.size() > 1) {
    progress.warn("the last of " + std::to_string(adapters.size()) +
                  " adapters is written; it belongs on top of the others");
  }
  if (!options.peft.empty()) {
    make_folder(options.peft);
    model_files::PeftOptions peft;
    peft.base_model = options.base.empty() ? tuned.base_name : options.base;
    model_files::write_peft_folder(options.peft, adapters.back(), shape, peft);
    progress.info("export: PEFT adapter written to " + options.peft);
  }
  if (!options.gguf.empty()) {
    model_files::write_gguf_lora(options.gguf, adapters.back(), tuned.base_name);
    progress.info("export: GGUF adapter written to " + options.gguf);
  }
}

void export_files(const Options& options, const Tuned& tuned, Progress& progress) {
  const model_files::GgufFile base(tuned.model);
  const model_files::ModelShape shape = model_files::read_model_shape(base);
  std::vector<model_files::LoraAdapter> adapters;
  for (const std::filesystem::path& path : tuned.adapters) {
    adapters.push_back(model_files::read_adapter(path, shape));
  }
  const model_files::WeightType* type = weight_type(options);
  write_adapter_files(options, tuned, adapters, shape, progress);
  if (!options.merged.empty()) {
    const std::vector<std::string> others =
        model_files::write_merged_gguf(options.merged, base, adapters, type);
    if (!others.empty()) {
      progress.info("export: " + format_count(static_cast<std::int64_t>(others.size())) +
                    " matrices are in another type, such as " + others.front());
    }
    progress.info("export: " + show_bytes(std::filesystem::file_size(options.merged)) +
                  " written to " + options.merged);
  }
  if (!options.merged_folder.empty()) {
    model_files::ExportFolderOptions folder;
    folder.type = type;
    folder.tokenizer_folder = options.tokenizer;
    for (const std::string& note :
         model_files::export_folder(options.merged_folder, base, adapters, folder)) {
      progress.warn(note);
    }
    progress.info("export: Hugging Face model written to " + options.merged_folder);
  }
}

// The base that another program trains on: the one named, or this run's own as a folder.
std::string external_base(const Options& options, pipeline::Run& run, Progress& progress) {
  if (!options.base.empty()) {
    if (!run.base_adapters().empty()) {
      throw Error(ErrorKind::kUsage,
                  "export: --base names the student without the recipe's student.adapters",
                  "leave out --base: the merged student is then written, too");
    }
    return options.base;
  }
  if (!run.has_weights()) {
    throw Error(
        ErrorKind::kUsage,
        "export: the student's weights are not on this machine, so the base cannot be written",
        "say --base NAME, as the program that trains finds it");
  }
  Options files;
  files.merged_folder = (std::filesystem::path(options.output) / "base").string();
  files.tokenizer = options.tokenizer;
  export_files(files, {run.model_file(), run.base_adapters(), run.recipe().student.model},
               progress);
  return "base";
}

int export_for_tool(const Options& options, pipeline::Run& run, Progress& progress) {
  train::ExternalTool tool{};
  if (!train::enum_parse(options.tool, tool)) {
    throw Error(ErrorKind::kUsage,
                "export: --for is '" + options.tool + "', expected llamafactory, trl or axolotl");
  }
  if (options.output.empty()) {
    throw Error(ErrorKind::kUsage, "export: --for needs a folder", "say -o FOLDER");
  }
  make_folder(options.output);
  const pipeline::ExternalExportResult result = pipeline::export_training(
      run, {tool, options.output, options.base.empty() ? "base" : options.base});
  external_base(options, run, progress);
  if (result.left_out > 0) {
    progress.warn(format_count(result.left_out) +
                  " rows left out: their text holds a control token's name");
  }
  if (run.recipe().train.kind != "external") {
    progress.warn(
        "export: the run trains by itself; `drp adopt` takes a training back once its "
        "recipe says `train: external`");
  }
  const std::string folder = options.output;
  progress.info("export: " + format_count(result.rows) + " rows, " +
                format_count(result.validation_rows) + " for validation, written to " + folder);
  progress.info("next: (cd " + folder + " && " + train::external_command(tool) +
                "), then drp adopt " + folder + "/output --run " + run.folder().root().string());
  return 0;
}

// Flags that say something to some exports alone.
class FlagsOfExports {
 public:
  explicit FlagsOfExports(const std::vector<Flag>& flags)
      : adapters_(flags_named(flags, {"--adapters"})),
        type_(flags_named(flags, {"--type"})),
        tokenizer_(flags_named(flags, {"--tokenizer"})),
        output_(flags_named(flags, {"--output"})),
        base_(flags_named(flags, {"--base"})) {}

  void check(const Options& options) const {
    const bool training = !options.tool.empty();
    const bool folder = !options.merged_folder.empty();
    if (!options.run.empty()) adapters_.refuse("export", "--model", "this is a run");
    if (options.merged.empty() && !folder) {
      type_.refuse("export", "--merged and --merged-folder", "neither is given");
    }
    if (!folder && !training) {
      tokenizer_.refuse("export", "--merged-folder and --for", "neither is given");
    }
    if (training && !options.base.empty()) {
      tokenizer_.refuse("export", "a base that is written", "--base names one");
    }
    if (!training) output_.refuse("export", "--for", "there is none");
    if (options.peft.empty() && !training) {
      base_.refuse("export", "--peft and --for", "neither is given");
    }
  }

 private:
  FlagsOfOneForm adapters_, type_, tokenizer_, output_, base_;
};

int export_command_run(const Context& context, const Options& options,
                       const FlagsOfExports& flags) {
  const bool files = !options.merged.empty() || !options.merged_folder.empty() ||
                     !options.peft.empty() || !options.gguf.empty();
  if (files == !options.tool.empty()) {
    throw Error(ErrorKind::kUsage,
                files ? "export: --for writes a training, not a model: give one of them"
                      : "export: nothing to write",
                "say --merged, --merged-folder, --peft, --gguf or --for");
  }
  if (options.run.empty() == options.model.empty()) {
    throw Error(ErrorKind::kUsage, "export: give either a run folder or --model",
                "drp export RUN --merged model.gguf");
  }
  flags.check(options);
  const pipeline::Engines engines = make_engines();
  if (options.run.empty()) {
    if (!options.tool.empty()) {
      throw Error(ErrorKind::kUsage, "export: --for needs a run folder",
                  "drp export RUN --for trl");
    }
    const std::vector<std::string> adapters = separate_words(options.adapters);
    MissingInputs missing;
    missing.model("--model", options.model);
    for (const std::string& adapter : adapters) missing.file("--adapters", adapter);
    missing.file("--tokenizer", options.tokenizer);
    missing.finish(context.progress);
    Tuned tuned{find_model(options.model, "--model"), {}, options.model};
    tuned.adapters.assign(adapters.begin(), adapters.end());
    export_files(options, tuned, context.progress);
    return 0;
  }
  const SystemClock clock;
  const pipeline::Services services{engines, context.progress, context.stop, clock, {}};
  const bool writes = !options.tool.empty();
  MissingInputs missing;
  missing.paths({options.run});
  missing.file("--tokenizer", options.tokenizer);
  missing.finish(context.progress);
  const auto run = run_of_folder(options.run, services,
                                 writes ? pipeline::Access::kWrite : pipeline::Access::kLook);
  if (writes) return export_for_tool(options, *run, context.progress);
  export_files(options, tuned_of_run(*run), context.progress);
  return 0;
}

}  // namespace

Command export_command() {
  const auto options = std::make_shared<Options>();
  Command command;
  command.name = "export";
  command.group = "Models";
  command.doc = "write a tuned student, or its training, for other programs";
  command.details =
      "Of a run folder, or of --model with --adapters: the merged model as GGUF or as a Hugging\n"
      "Face folder, the adapter as PEFT folder or GGUF. Merging adds up in fp32 and rounds once.\n"
      "With --for the run's rows and hyperparameters as a training that LLaMA-Factory, TRL or\n"
      "axolotl can do; `train: external` in the recipe makes the run wait for it.\n\n"
      "Example:\n"
      "  drp export runs/demo-1 --merged tuned.gguf --type q8_0\n"
      "  drp export --model base.gguf --adapters adapter.gguf --merged-folder tuned/\n"
      "  drp export runs/mine --for llamafactory -o training/";
  command.flags = {
      {"run", "RUN", "folder of a run", &options->run},
      {"--model", "MODEL", "a base instead of a run: GGUF file or name", &options->model},
      {"--adapters", "FILE,FILE", "what lies on it, in order: GGUF LoRA or PEFT folder",
       &options->adapters},
      {"--merged", "FILE", "base and adapters as one GGUF", &options->merged},
      {"--merged-folder", "FOLDER", "base and adapters as a Hugging Face folder",
       &options->merged_folder},
      {"--peft", "FOLDER", "the adapter as PEFT has it", &options->peft},
      {"--gguf", "FILE", "the adapter for llama.cpp", &options->gguf},
      {"--type", "TYPE",
       "of merged matrices: keep, or one of " + model_files::weight_type_names() +
           " (folders: f32, f16, bf16)",
       &options->type},
      {"--tokenizer", "FOLDER", "Hugging Face folder whose tokenizer files are copied",
       &options->tokenizer},
      {"--for", "TOOL", "llamafactory, trl or axolotl: write the run's training", &options->tool},
      {"-o,--output", "FOLDER", "where the training goes", &options->output},
      {"--base", "NAME",
       "name or path of the base for PEFT and --for; else --for writes the base, too",
       &options->base}};
  const auto flags = std::make_shared<const FlagsOfExports>(command.flags);
  command.run = [options, flags](const Context& context) {
    return export_command_run(context, *options, *flags);
  };
  return command;
}

}  // namespace drp::cli
