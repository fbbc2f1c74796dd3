// SPDX-License-Identifier: Apache-2.0
#include <cstdio>
#include <filesystem>
#include <map>

#include "answers/show.h"
#include "base/error.h"
#include "base/file.h"
#include "base/pool.h"
#include "base/text.h"
#include "cli/commands.h"
#include "grading/pair.h"
#include "grading/program_judge.h"
#include "grading/summary.h"
#include "grading/worker_pool.h"

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

// A line travels to the worker with its number and place: "NUMBER WHERE<tab>LINE".
std::string framed(const LineReader& reader, std::string_view line) {
  return std::to_string(reader.line_number()) + " " + replace_all(reader.where(), "\t", " ") +
         "\t" + std::string(line);
}

struct Frame {
  std::int64_t number;
  std::string_view where;
  std::string_view line;
};

Frame unframed(std::string_view text) {
  const std::size_t blank = text.find(' ');
  const std::size_t tab = text.find('\t');
  return {parse_int(text.substr(0, blank)).value_or(0), text.substr(blank + 1, tab - blank - 1),
          text.substr(tab + 1)};
}

// What a worker answers for a line: a verdict, "!" and the complaint about a malformed line, or
// "!!" and why no line of its domain can be judged.
std::string answer_line(std::string_view text, const grading::Defaults& defaults,
                        const answers::ProgramJudge& programs) {
  const Frame frame = unframed(text);
  try {
    const grading::Pair pair = grading::read_pair(frame.line, frame.where, frame.number, defaults);
    return grading::judgement_line(grading::judge(pair, &programs));
  } catch (const Error& error) {
    const bool malformed = error.kind() == ErrorKind::kData;
    return (malformed ? "!" : "!!") + replace_all(error.what(), "\n", " ");
  }
}

// Pairs that a program judges have its time limits instead.
std::int64_t limit_of(const std::string& line, const Options& options) {
  constexpr std::int64_t kProgram = 900'000;
  const bool program = options.domain == "code" || options.domain == "command" ||
                       contains(line, "\"code\"") || contains(line, "\"command\"");
  return program ? kProgram : options.limit_ms;
}

std::string given_up(const std::string& text, std::string_view why,
                     const grading::Defaults& defaults) {
  const Frame frame = unframed(text);
  grading::Judgement judgement;
  judgement.verdict = "undecided";
  judgement.method = "none";
  judgement.reason = why;
  judgement.id = std::to_string(frame.number);
  try {
    judgement.id = grading::read_pair(frame.line, frame.where, frame.number, defaults).id;
  } catch (const Error&) {
    // The number of the line serves as well.
  }
  return grading::judgement_line(judgement);
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

int grade_files(const Context& context, const Options& options) {
  const grading::Defaults defaults = defaults_of(options);
  std::vector<std::string> files = options.files;
  if (files.empty()) files.emplace_back("-");
  grading::Summary summary;
  std::size_t file = 0;
  std::unique_ptr<LineReader> reader;
  const auto next = [&]() -> std::optional<std::string> {
    while (true) {
      if (!reader) {
        if (file == files.size()) return std::nullopt;
        reader = std::make_unique<LineReader>(files[file++]);
      }
      const auto line = reader->next();
      if (!line) {
        reader.reset();
      } else if (!trim(*line).empty()) {
        return framed(*reader, *line);
      }
    }
  };
  const auto done = [&](std::string&& answer) {
    if (answer.starts_with("!!")) throw Error(ErrorKind::kConfig, answer.substr(2));
    if (answer.starts_with("!")) {
      ++summary.malformed;
      context.progress.warn(answer.substr(1));
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
    return given_up(line, why, defaults);
  };
  const int processes =
      options.processes > 0 ? static_cast<int>(options.processes) : available_cores();
  const auto limit = [&](const std::string& line) { return limit_of(line, options); };
  grading::run_workers({worker_command(options), processes, limit}, next, done, failed,
                       context.stop);
  std::fflush(stdout);
  const std::string table = summary.table();
  std::fwrite(table.data(), 1, table.size(), stderr);
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
        [&](std::string_view text) { return answer_line(text, defaults, programs); },
        kWorkerMemory);
    return 0;
  }
  const bool one = !options.gold.empty();
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
  command.doc = "is this the right answer? verdicts with reasons for pairs of reference and answer";
  command.details =
      "Reads lines {\"id\", \"gold\", \"pred\" or \"response\", \"domain\", \"finish_reason\", "
      "\"opts\"} "
      "from files or\n"
      "standard input and writes one line a pair, in order: {\"id\", \"verdict\", \"strict\", "
      "\"method\",\n"
      "\"extracted\", \"gold_read\", \"reason\", \"flags\"}. Verdicts: equal, unequal, undecided "
      "(counts "
      "as\n"
      "wrong), gold_error (the reference cannot be read). A summary goes to standard error. A "
      "malformed\n"
      "line is named by file and line, the rest is graded, and the exit code is 3.\n"
      "docs/grading.md has the rules.\n\n"
      "Example:\n  drp grade --gold '9/4' --pred '2\\frac14'\n  drp grade pairs.jsonl > "
      "verdicts.jsonl";
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
  command.run = [options](const Context& context) { return grade(context, *options); };
  return command;
}

}  // namespace drp::cli
