// SPDX-License-Identifier: Apache-2.0
#include <filesystem>

#include "base/error.h"
#include "base/file.h"
#include "base/text.h"
#include "cli/command_files.h"
#include "cli/commands.h"
#include "cli/recipe_run.h"
#include "problems/columns.h"
#include "problems/read_traces.h"
#include "train/new_student.h"

namespace drp::cli {
namespace {

struct Options {
  std::string rows;
  std::vector<std::string> columns;
  std::string output;
  std::int64_t vocabulary = 1024;
  train::NewStudent student;
  std::int64_t seed = 1;
};

int new_student(const Context& context, const Options& options) {
  refuse_recipe("new-student", options.rows, "words are learned from examples", "name their file");
  train::BpeTrainer trainer;
  problems::ReadOptions read;
  read.columns = problems::column_map(separate_words(options.columns));
  const std::int64_t rows =
      problems::visit_traces(options.rows, read, [&](problems::TraceRow&& row) {
        context.stop.check();
        trainer.add(train::rendered_turns(row.problem.question, row.response));
        return true;
      });
  if (rows == 0) {
    throw Error(ErrorKind::kData, "'" + options.rows + "' holds no example to learn words from",
                "write some: drp problems -o rows.jsonl --count 20000 --solutions");
  }
  const train::BpeVocabulary vocabulary =
      trainer.train(static_cast<std::size_t>(options.vocabulary - train::kNewStudentControls));
  train::NewStudent student = options.student;
  student.seed = static_cast<std::uint64_t>(options.seed);
  const std::filesystem::path output = options.output;
  if (output.has_parent_path()) make_folder(output.parent_path());
  train::write_new_student(output, vocabulary, student);
  const auto tokens =
      static_cast<std::int64_t>(vocabulary.pieces.size()) + train::kNewStudentControls;
  context.progress.info("new-student: " + format_count(tokens) + " tokens from " +
                        format_count(rows) + " rows, untrained weights written to " +
                        options.output);
  return 0;
}

}  // namespace

Command new_student_command() {
  const auto options = std::make_shared<Options>();
  train::NewStudent& student = options->student;
  Command command;
  command.name = "new-student";
  command.group = "Models";
  command.doc = "make an untrained student with a vocabulary learned from examples";
  command.details =
      "Learns a byte-level BPE vocabulary (digits one by one) from questions and responses, and\n"
      "writes a llama model of the given size with random weights as GGUF. `drp train ... "
      "train.kind=full`\n"
      "then trains it from nothing.\n\n"
      "Example:\n  drp new-student rows.jsonl -o new.gguf --layers 4 --width 192";
  command.flags = {
      {"rows", "FILE", "examples in messages, ShareGPT or question/response form", &options->rows,
       true},
      {"-o,--output", "FILE", "the model, as GGUF", &options->output, true},
      {"--column", "PART=NAME", "column of question or response; several with commas",
       &options->columns},
      {"--vocabulary", "N", "most tokens", &options->vocabulary, false, 300, 65536},
      {"--layers", "N", "blocks", &student.layers, false, 1, 256},
      {"--width", "N", "of the residual stream", &student.width, false, 8, 16384},
      {"--feed-forward", "N", "inner width of a block's MLP", &student.feed_forward, false, 8,
       65536},
      {"--heads", "N", "query heads", &student.heads, false, 1, 256},
      {"--key-value-heads", "N", "key and value heads", &student.key_value_heads, false, 1, 256},
      {"--context", "N", "longest text in tokens", &student.context_tokens, false, 16, 1 << 20},
      {"--seed", "N", "of the weights", &options->seed}};
  command.run = [options](const Context& context) { return new_student(context, *options); };
  return command;
}

}  // namespace drp::cli
