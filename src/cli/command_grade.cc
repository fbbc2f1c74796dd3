// SPDX-License-Identifier: Apache-2.0
#include <cstdio>
#include <filesystem>

#include "base/error.h"
#include "base/file.h"
#include "base/pool.h"
#include "base/text.h"
#include "cli/command_files.h"
#include "cli/commands.h"
#include "cli/missing_inputs.h"
#include "grading/pair_lines.h"
#include "grading/program_judge.h"
#include "grading/summary.h"
#include "grading/worker_pool.h"
#include "problems/file_kind.h"

namespace drp::cli {
namespace {

struct Options {
  std::vector<std::string> files;
  std::string gold;
  std::string pred;
  std::string response;
  std::string domain = "math";
  std::int64_t processes = 0;
  std::int64_t limit_ms = 2'000;
  std::string command;
  std::string precision;
  bool decimal_comma = false;
  bool not_strict = false;
  bool worker = false;
};

constexpr std::uint64_t kWorkerMemory = std::uint64_t{512} << 20U;

grading::Defaults defaults_of(const Options& options) {
  grading::Defaults defaults;
  answers::check_domain(options.domain);
  defaults.domain = options.domain;
  defaults.options.decimal_comma = options.decimal_comma;
  defaults.options.strict = !options.not_strict;
  if (!options.precision.empty()) {
    const auto precision = parse_double(options.precision);
    if (!precision || *precision < 0) {
      throw Error(ErrorKind::kUsage,
                  "grade: --precision is '" + options.precision + "', expected a number >= 0");
    }
    defaults.options.precision = grading::precision_of(*precision);
  }
  return defaults;
}

// Pairs that a program judges have its time limits instead.
std::int64_t limit_of(const std::string& line, const Options& options) {
  constexpr std::int64_t kProgram = 900'000;
  const bool program = options.domain == "code" || options.domain == "command" ||
                       contains(line, "\"code\"") || contains(line, "\"command\"");
  return program ? kProgram : options.limit_ms;
}

std::vector<std::string> worker_command(const Options& options) {
  std::error_code unknown;
  const auto program = std::filesystem::read_symlink("/proc/self/exe", unknown);
  if (unknown) throw Error(ErrorKind::kIo, "cannot find this program: " + unknown.message());
  std::vector<std::string> command = {program.string(), "grade", "--worker", "--domain",
                                      options.domain};
  if (options.decimal_comma) command.emplace_back("--decimal-comma");
  if (options.not_strict) command.emplace_back("--not-strict");
  if (!options.command.empty()) {
    command.emplace_back("--command");
    command.push_back(options.command);
  }
  if (!options.precision.empty()) command.push_back("--precision=" + options.precision);
  return command;
}

// The lines of one file after the other, blank ones left out.
class PairFiles {
 public:
  explicit PairFiles(std::vector<std::string> files) : files_(std::move(files)) {
    if (files_.empty()) files_.emplace_back("-");
  }

  // Framed for a worker; nothing at the end of the last file.
  std::optional<std::string> next() {
    while (true) {
      if (!reader_) {
        if (file_ == files_.size()) return std::nullopt;
        reader_ = std::make_unique<LineReader>(files_[file_++]);
        lines_ = 0;
      }
      const auto line = reader_->next();
      if (!line) {
        if (lines_ == 0) empty_.push_back(name_of(files_[file_ - 1]));
        reader_.reset();
        continue;
      }
      const std::string_view text =
          reader_->line_number() == 1 ? problems::without_mark(*line) : *line;
      if (trim(text).empty()) continue;
      ++lines_;
      return grading::framed_line(reader_->line_number(), reader_->where(), text);
    }
  }

  // After the end, with the counts of all files: throws Error{kData} where a file has no line, or
  // none of all lines is a pair.
  void check(std::int64_t pairs, std::int64_t malformed) const {
    const std::string hint = R"(each line is a pair, such as {"gold": "1/2", "pred": "0.5"})";
    if (!empty_.empty()) {
      throw Error(ErrorKind::kData, empty_.front() + ": the file is empty", hint);
    }
    if (pairs > 0) return;
    const char* traces = "; `drp evaluate --traces FILE` grades traces";
    std::vector<std::string> names;
    for (const std::string& file : files_) names.push_back(name_of(file));
    throw Error(ErrorKind::kData,
                join(names, ", ") + ": no pair in " + format_count(malformed) +
                    (malformed == 1 ? " line" : " lines"),
                hint + traces);
  }

 private:
  static std::string name_of(const std::string& file) {
    return file == "-" ? "standard input" : file;
  }

  std::vector<std::string> files_;
  std::size_t file_ = 0;  // the next to open
  std::unique_ptr<LineReader> reader_;
  std::int64_t lines_ = 0;  // of the open file
  std::vector<std::string> empty_;
};

int grade_files(const Context& context, const Options& options) {
  const grading::Defaults defaults = defaults_of(options);
  MissingInputs missing;
  missing.paths(options.files);
  missing.finish(context.progress);
  for (const std::string& file : options.files) {
    if (!problems::is_stream(file)) problems::refuse_binary(file);
  }
  PairFiles pairs(options.files);
  grading::Summary summary;
  const auto next = [&] { return pairs.next(); };
  const auto done = [&](std::string&& answer) {
    const grading::AnswerKind kind = grading::read_answer(answer);
    if (kind == grading::AnswerKind::kFatal) throw Error(ErrorKind::kConfig, answer);
    if (kind == grading::AnswerKind::kMalformed) {
      ++summary.malformed;
      context.progress.warn(answer);
      return;
    }
    answer += '\n';
    summary.add(answer);
    if (std::fwrite(answer.data(), 1, answer.size(), stdout) != answer.size()) {
      throw Error(ErrorKind::kIo, "cannot write the verdicts",
                  "is the reader gone or the disk full?");
    }
  };
  const auto failed = [&](const std::string& line, std::string_view why) {
    return grading::given_up(line, why, defaults);
  };
  const int processes =
      options.processes > 0 ? static_cast<int>(options.processes) : available_cores();
  const auto limit = [&](const std::string& line) { return limit_of(line, options); };
  grading::run_workers({worker_command(options), processes, limit}, next, done, failed,
                       context.stop);
  std::fflush(stdout);
  if (summary.count() > 0) {
    const std::string table = summary.table();
    std::fwrite(table.data(), 1, table.size(), stderr);
  }
  pairs.check(summary.count(), summary.malformed);
  return summary.malformed > 0 ? exit_code(ErrorKind::kFailedRows) : 0;
}

int explain(const Options& options) {
  const grading::Defaults defaults = defaults_of(options);
  grading::Pair pair;
  pair.id = "1";
  pair.gold = options.gold;
  pair.domain = options.domain;
  pair.options = defaults.options;
  if (options.response.empty()) {
    pair.pred = options.pred;
  } else {
    pair.response = options.response;
  }
  const grading::Programs programs({.command = options.command});
  const std::string text = grading::explanation(pair, &programs);
  std::fwrite(text.data(), 1, text.size(), stdout);
  return 0;
}

int grade(const Context& context, const Options& options) {
  if (options.worker) {
    const grading::Defaults defaults = defaults_of(options);
    const grading::Programs programs({.command = options.command});
    grading::serve_lines(
        [&](std::string_view text) { return grading::answer_framed(text, defaults, programs); },
        kWorkerMemory);
    return 0;
  }
  const bool one = !options.gold.empty();
  if (!one && !options.pred.empty()) {
    throw Error(ErrorKind::kUsage, "grade: --pred is given, --gold is missing or empty",
                "write `drp grade --gold 9/4 --pred '2\\frac14'`");
  }
  if (!options.pred.empty() && !options.response.empty()) {
    throw Error(ErrorKind::kUsage, "grade: --pred and --response are both given",
                "an answer is read as it is, or found in a response: leave one out");
  }
  if (one != (!options.pred.empty() || !options.response.empty())) {
    throw Error(ErrorKind::kUsage, "grade: --gold goes with --pred or --response",
                "write `drp grade --gold 9/4 --pred '2\\frac14'`");
  }
  if (one && !options.files.empty()) {
    throw Error(ErrorKind::kUsage, "grade: either --gold and --pred, or files", "leave one out");
  }
  return one ? explain(options) : grade_files(context, options);
}

}  // namespace

Command grade_command() {
  const auto options = std::make_shared<Options>();
  Command command;
  command.name = "grade";
  command.group = "Look";
  command.doc = "verdicts with reasons for pairs of reference and answer";
  command.details =
      R"(Reads lines {"id", "gold", "pred" or "response", "domain", "finish_reason", "opts"} from
files or standard input and writes one line a pair, in order: {"id", "verdict", "strict",
"method", "extracted", "gold_read", "reason", "flags"}. Verdicts: equal, unequal, undecided
(counts as wrong), gold_error (the reference cannot be read). A summary goes to standard error.
A malformed line is named by file and line, the rest is graded, and the exit code is 3; it is 2
where a file is empty or no line is a pair.
docs/grading.md has the rules.

Example:
  drp grade --gold '9/4' --pred '2\frac14'
  drp grade pairs.jsonl > verdicts.jsonl)";
  command.flags = {
      {"files", "FILE", "pairs as JSON Lines; none: standard input", &options->files},
      {"--gold", "TEXT", "explain one pair: the reference", &options->gold},
      {"--pred", "TEXT", "explain one pair: the answer", &options->pred},
      {"--response", "TEXT", "explain one pair: a whole response", &options->response},
      {"--domain", "DOMAIN", "of lines without one: math, choice, text, code or command",
       &options->domain},
      {"--command", "PROGRAM", "verifier of the domain command: one JSON line in, one out",
       &options->command},
      {"--precision", "N", "round at N decimal places; below 1: relative tolerance",
       &options->precision},
      {"--decimal-comma", "", "3,5 is three and a half", &options->decimal_comma},
      {"--not-strict", "", "brackets and names of unknowns do not matter", &options->not_strict},
      {"--processes", "N", "0: one a core", &options->processes, false, 0, 1024},
      {"--limit-ms", "N", "most milliseconds for a pair", &options->limit_ms, false, 10, 600'000},
      {"--worker", "", "", &options->worker}};  // hidden: the other side of run_workers()
  const auto for_files = std::make_shared<const FlagsOfOneForm>(
      flags_named(command.flags, {"--processes", "--limit-ms"}));
  const auto of_command =
      std::make_shared<const FlagsOfOneForm>(flags_named(command.flags, {"--command"}));
  command.run = [options, for_files, of_command](const Context& context) {
    if (!options->gold.empty()) {
      for_files->refuse("grade", "files", "--gold says one pair");
      if (options->domain != "command") {
        of_command->refuse("grade", "the domain command", "--domain is " + options->domain,
                           "add --domain command, or leave it out");
      }
    }
    return grade(context, *options);
  };
  return command;
}

}  // namespace drp::cli
