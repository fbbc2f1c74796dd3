// SPDX-License-Identifier: Apache-2.0
#include <filesystem>

#include "base/error.h"
#include "base/file.h"
#include "base/text.h"
#include "cli/command_files.h"
#include "cli/commands.h"
#include "cli/machine.h"
#include "model_files/huggingface/import_model.h"

namespace drp::cli {
namespace {

struct Options {
  std::string folder;
  std::string output;
  std::string type = "keep";
  std::string name;
  bool vocabulary_only = false;
};

int import_folder(const Context& context, const Options& options) {
  model_files::ImportOptions import;
  import.vocabulary_only = options.vocabulary_only;
  import.name = options.name;
  if (options.type != "keep") {
    import.type = model_files::find_weight_type(options.type);
    if (import.type == nullptr) {
      throw Error(ErrorKind::kUsage, "import: --type is '" + options.type + "', expected keep, " +
                                         model_files::weight_type_names());
    }
  }
  const std::filesystem::path output = options.output;
  if (output.has_parent_path()) make_folder(output.parent_path());
  const model_files::ImportResult result =
      model_files::import_model(options.folder, output, import);
  for (const std::string& note : result.notes) context.progress.warn(note);
  context.progress.info(
      "import: " + result.architecture + ", " + format_count(result.tokens) + " tokens" +
      (result.pre_tokenizer.empty() ? "" : " (" + result.pre_tokenizer + ")") + ", " +
      (options.vocabulary_only ? "no weights" : format_count(result.tensors) + " tensors") + ", " +
      show_bytes(std::filesystem::file_size(output)) + " written to " + options.output);
  return 0;
}

}  // namespace

Command import_command() {
  const auto options = std::make_shared<Options>();
  Command command;
  command.name = "import";
  command.group = "Models";
  command.doc = "make a GGUF of a Hugging Face folder, losslessly";
  command.details =
      "Reads config.json, safetensors (with their index), tokenizer.json, chat template and\n"
      "generation_config.json of a llama, mistral, qwen2, qwen3 or gemma3 model (of one that also\n"
      "sees images, the language model). Values stay as they are unless --type says otherwise.\n"
      "With --vocab-only the file holds tokenizer and template alone, for a student that runs\n"
      "elsewhere.\n\n"
      "Example:\n  drp import models/Qwen2.5-0.5B-Instruct -o student.gguf --type q8_0";
  command.flags = {
      {"folder", "FOLDER", "the model as Hugging Face has it", &options->folder, true},
      {"-o,--output", "FILE", "the GGUF to write", &options->output, true},
      {"--type", "TYPE", "of the matrices: keep, or one of " + model_files::weight_type_names(),
       &options->type},
      {"--name", "NAME", "general.name of the GGUF; else the folder's name", &options->name},
      {"--vocab-only", "", "tokenizer and template without weights", &options->vocabulary_only}};
  const auto of_weights =
      std::make_shared<const FlagsOfOneForm>(flags_named(command.flags, {"--type"}));
  command.run = [options, of_weights](const Context& context) {
    if (options->vocabulary_only) {
      of_weights->refuse("import", "weights", "--vocab-only leaves them out");
    }
    return import_folder(context, *options);
  };
  return command;
}

}  // namespace drp::cli
