// SPDX-License-Identifier: Apache-2.0
#include "cli/evaluate_inputs.h"

#include <algorithm>
#include <filesystem>
#include <utility>

#include "base/error.h"
#include "base/pool.h"
#include "base/text.h"
#include "cli/benchmark_files.h"
#include "cli/command_files.h"
#include "cli/evaluated_sources.h"
#include "cli/missing_inputs.h"
#include "cli/token_counter.h"
#include "pipeline/stored_scores.h"
#include "problems/read_problems.h"
#include "problems/trace_files.h"

namespace drp::cli {
namespace {

// All that is not there at once.
SourceInputs find_sources(const std::vector<std::string>& words, const EvaluateArguments& arguments,
                          Progress& progress) {
  std::vector<EvaluatedSource> sources = parse_sources(words);
  MissingInputs missing;
  for (const EvaluatedSource& source : sources) missing.paths({source.input.path});
  missing.file("--problems", arguments.problems);
  const std::string& tokenizer = arguments.tokenizer;
  if (tokenizer != "auto" && tokenizer != "none") missing.model("--tokenizer", tokenizer);
  missing.finish(progress);
  return inputs_of(std::move(sources));
}

pipeline::MatchBy match_from(const std::string& name) {
  if (name == "question") return pipeline::MatchBy::kQuestion;
  if (name == "id") return pipeline::MatchBy::kId;
  throw Error(ErrorKind::kUsage, "--match is '" + name + "', expected question or id");
}

bool counts_characters(const pipeline::EvaluatedInput& input) {
  return std::filesystem::is_directory(input.path) &&
         pipeline::StoredScores(input.path).length_unit() == "characters";
}

void count_stored(EvaluateSetup& setup) {
  setup.options.length = pipeline::LengthOf::kStored;
  setup.unit = "tokens";
  setup.counted = "tokens as stored with it";
}

void count_characters(EvaluateSetup& setup) {
  setup.options.length = pipeline::LengthOf::kCharacters;
  setup.unit = setup.counted = "characters";
}

void count_again(const TokenCounter& counter, EvaluateSetup& setup) {
  setup.options.length = pipeline::LengthOf::kRetokenized;
  setup.unit = "tokens";
  setup.counted = counter.name;
  setup.student = counter.student;
  const llm::Tokenizer& tokenizer = setup.student->tokenizer();
  setup.options.count = [&tokenizer](std::string_view text) {
    return static_cast<std::int64_t>(tokenizer.count(text));
  };
}

// Counting tokens takes some sixteen times as long as scoring, so that of much text the characters
// are counted, unless a tokenizer is named.
bool is_much(const std::vector<pipeline::EvaluatedInput>& inputs) {
  constexpr std::uintmax_t kBytesMax = std::uintmax_t{16} << 20;
  std::uintmax_t bytes = 0;
  for (const pipeline::EvaluatedInput& input : inputs) {
    if (std::filesystem::is_regular_file(input.path))
      bytes += std::filesystem::file_size(input.path);
  }
  return bytes > kBytesMax;
}

// A tokenizer that was named counts; else what the inputs say, where all say it; else as `drp
// prune` counts.
void choose_length(const EvaluateArguments& arguments, EvaluateSetup& setup) {
  const auto& inputs = setup.options.inputs;
  const bool named = arguments.tokenizer != "auto" && arguments.tokenizer != "none";
  if (!named && pipeline::tells_length(setup.options)) return count_stored(setup);
  const bool characters =
      is_much(inputs) || std::any_of(inputs.begin(), inputs.end(), counts_characters);
  if (!named && characters) return count_characters(setup);
  const TokenCounter counter = find_token_counter(arguments.tokenizer);
  return counter.student ? count_again(counter, setup) : count_characters(setup);
}

void set_length(const EvaluateArguments& arguments, EvaluateSetup& setup) {
  const std::string& count = arguments.count;
  if (count == "auto") return choose_length(arguments, setup);
  if (count == "stored") return count_stored(setup);
  if (count == "characters") return count_characters(setup);
  if (count != "retokenize") {
    throw Error(ErrorKind::kUsage,
                "--count is '" + count + "', expected auto, stored, retokenize or characters");
  }
  if (arguments.tokenizer == "none") {
    throw Error(ErrorKind::kUsage, "--count=retokenize needs a tokenizer, and --tokenizer is none",
                "name a GGUF or a cached model, or leave one of them out");
  }
  const bool chosen = arguments.tokenizer == "auto";
  count_again(find_token_counter(chosen ? std::string(kDefaultTokenizer) : arguments.tokenizer),
              setup);
}

// What counts no tokens does not hear of a tokenizer.
void refuse_tokenizer(const std::string& command, const EvaluateArguments& arguments) {
  EvaluateArguments given;
  const FlagsOfOneForm of_tokens(flags_named(evaluate_flags(given), {"--tokenizer"}));
  given = arguments;
  const bool stored = given.count == "stored" || given.count == "characters";
  if (stored && given.tokenizer != "none") {
    of_tokens.refuse(command, "--count=retokenize", "--count is " + given.count);
  }
}

// What results that were graded before do not hear.
void refuse_unheard(const std::string& command, const EvaluateArguments& arguments,
                    const std::vector<pipeline::EvaluatedInput>& inputs) {
  EvaluateArguments given;
  const std::vector<Flag> flags = evaluate_flags(given);
  const FlagsOfOneForm of_files(flags_named(
      flags,
      {"--tokenizer", "--match", "--problems", "--benchmark", "--column", "--domain", "--limit"}));
  const FlagsOfOneForm of_count(flags_named(flags, {"--count"}));
  given = arguments;
  const bool folders =
      std::all_of(inputs.begin(), inputs.end(), [](const pipeline::EvaluatedInput& input) {
        return std::filesystem::is_directory(input.path);
      });
  if (folders) {
    const char* here = "all inputs are folders of results";
    of_files.refuse(command, "files of responses", here);
    if (given.count == "retokenize") of_count.refuse(command, "files of responses", here);
  }
}

// In the words of the command line, where a recipe would name the file by its key.
std::filesystem::path find_references(const problems::Preset& preset, const std::string& given) {
  try {
    return problems::find_benchmark(preset, "test", given, data_places());
  } catch (const Error& error) {
    throw Error(error.kind(), error.message(),
                replace_all(error.hint(), "set problems.test.file to its path",
                            "give it with --problems FILE"));
  }
}

void set_reading(const EvaluateArguments& arguments, pipeline::EvaluateFilesOptions& options) {
  options.read = read_options(arguments.read);
  options.read.tags = separate_words(arguments.tags);
  if (arguments.benchmark.empty() && arguments.problems.empty()) return;
  problems::ReadOptions read;
  read.domain = arguments.read.domain;
  std::filesystem::path file = arguments.problems;
  if (!arguments.benchmark.empty()) {
    const problems::Preset& preset = problems::find_preset(arguments.benchmark);
    read = preset.options;
    file = find_references(preset, arguments.problems);
  }
  options.problems = problems::read_problems(file, read);
}

}  // namespace

std::vector<Flag> evaluate_flags(EvaluateArguments& arguments) {
  std::vector<Flag> flags = {
      {"--count", "HOW",
       "length: stored (tokens as the files say), retokenize (the texts through --tokenizer) or "
       "characters; auto: stored where each file's first row has a count, else retokenize where "
       "the tokenizer is there",
       &arguments.count},
      {"--tokenizer", "MODEL", "counts tokens: a GGUF, a cached model's name, auto or none",
       &arguments.tokenizer},
      {"--match", "BY", "rows are of one problem by question, or by id", &arguments.match},
      {"--problems", "FILE", "references for responses whose files have none", &arguments.problems},
      {"--benchmark", "NAME",
       "benchmark of the references, such as gsm8k: reads --problems, or finds its file",
       &arguments.benchmark},
      {"--tag", "NAME,NAME", "columns whose values get a comparison each", &arguments.tags},
      {"--seed", "N", "of bootstraps and permutations", &arguments.seed, false, 0}};
  for (Flag& flag : read_flags(arguments.read)) flags.push_back(std::move(flag));
  return flags;
}

EvaluateSetup make_setup(const std::string& command, const std::vector<std::string>& sources,
                         const EvaluateArguments& arguments, Progress& progress) {
  EvaluateSetup setup;
  refuse_tokenizer(command, arguments);
  SourceInputs found = find_sources(sources, arguments, progress);
  setup.options.inputs = std::move(found.inputs);
  setup.sources = std::move(found.firsts);
  refuse_unheard(command, arguments, setup.options.inputs);
  setup.options.match = match_from(arguments.match);
  setup.options.threads = available_cores();
  setup.options.seed = static_cast<std::uint64_t>(arguments.seed);
  set_reading(arguments, setup.options);
  std::vector<std::string> files;
  for (const pipeline::EvaluatedInput& input : setup.options.inputs) {
    if (!std::filesystem::is_directory(input.path)) files.push_back(input.path);
  }
  // Folders of results and --problems bring references of their own.
  const bool brought =
      !setup.options.problems.empty() || files.size() < setup.options.inputs.size();
  problems::check_trace_files(files, setup.options.read,
                              brought ? "" : "give the problems with --problems FILE");
  set_length(arguments, setup);
  return setup;
}

std::string length_line(const EvaluateSetup& setup) {
  return "length of a response in " + setup.counted + "\n";
}

void warn_of_rows(const Context& context, const pipeline::FilesEvaluation& result) {
  if (result.unreadable > 0) {
    context.progress.warn(format_count(result.unreadable) + " rows could not be read");
  }
  if (result.without_gold == result.responses && result.responses > 0) {
    context.progress.warn(
        "no response has a reference answer that can be read; name its column with --column "
        "answer=NAME, or give the problems with --problems FILE");
  }
  if (result.other_gold > 0) {
    context.progress.warn(format_count(result.other_gold) +
                          " responses are left out: the same problem id with another reference "
                          "answer");
  }
}

}  // namespace drp::cli
