// SPDX-License-Identifier: Apache-2.0
#include "pipeline/prune_files.h"

#include <deque>
#include <filesystem>
#include <system_error>
#include <unordered_map>
#include <variant>

#include "answers/thread_caches.h"
#include "base/error.h"
#include "base/ordered_work.h"
#include "base/pull.h"
#include "base/text.h"
#include "curate/export_rows.h"
#include "curate/near_duplicate.h"
#include "decompose/decompose.h"
#include "path/import_trace.h"
#include "pipeline/report_inputs.h"
#include "pipeline/stage.h"
#include "problems/trace_files.h"
#include "report/pruning.h"
#include "sample/sample.h"

namespace drp::pipeline {
namespace {

constexpr double kNearDuplicate = 0.95;

// A row of the files, or why there is none.
using Row = std::variant<problems::TraceRow, Error>;

// One pass over the files: every row becomes a problem, a trace, a plan or a rejection, a path.
// Reading, planning and pruning go on side by side; what is written and counted is in the order of
// the rows, but for the plans of teachers that answer out of order.
class FilePruner {
 public:
  FilePruner(const PruneFilesOptions& options, teacher::Teacher& teacher, const Services& services,
             RunFolder& folder)
      : options_(options),
        teacher_(teacher),
        services_(services),
        count_(options.count
                   ? options.count
                   : [](std::string_view text) { return static_cast<std::int64_t>(text.size()); }),
        problems_(folder.file("problems.log.jsonl"), "problems"),
        traces_(folder.file("traces.0.log.jsonl"), "traces"),
        plans_(folder.file("plans.0.log.jsonl"), "plans"),
        paths_(folder.file("paths.0.log.jsonl"), "paths"),
        exporter_(folder.file("dataset")),
        rows_([&options](const auto& give) { read(options, give); }),
        pool_(
            options.threads, [this](Job& job) { return prune(job); },
            [this](const Job& job, const PrunedPath& path) { keep(job, path); },
            answers::free_thread_caches) {
    if (services.engines.make_judge) judge_ = services.engines.make_judge({});
    settings_ =
        teacher.identity() + "|" + options.length_unit +
        (options.admit_without_gold ? "|without gold" : "") +
        (options.prune.answer_section == prune::AnswerSection::kWhole ? "|whole answer" : "");
  }

  PruneSummary work() {
    services_.progress.begin("prune", 0);
    decompose::decompose_traces([this] { return next(); },
                                [this](teacher::PlanJob job, expected<Plan, Rejection> plan) {
                                  planned(std::move(job), std::move(plan));
                                },
                                teacher_, [this](const Problem& problem) { return admit(problem); },
                                options_.threads, services_.stop);
    pool_.finish();
    for (RecordLog* log : {&problems_, &traces_, &plans_, &paths_}) log->sync();
    exporter_.publish();
    services_.progress.end(state());
    return summary_;
  }

 private:
  // A row on its way; the ticket is its place.
  struct Job {
    Problem problem;
    Trace trace;
    PlanOutcome outcome;
    std::size_t ticket = 0;
  };
  struct Waiting {
    std::string trace_id;
    std::string question;
    std::string input;  // of its records
    bool graded = true;
    bool over = false;
  };

  static void read(const PruneFilesOptions& options, const Pull<Row>::Give& give) {
    bool wanted = true;
    problems::ReadOptions read = options.read;
    read.bad_row = [&](const Error& error) { wanted = give(error); };
    for (const std::string& file : options.files) {
      if (!wanted) return;
      problems::visit_traces(file, read, [&](problems::TraceRow&& row) {
        wanted = wanted && give(std::move(row));
        return wanted;
      });
    }
  }

  // The next trace that wants a plan.
  std::optional<teacher::PlanJob> next() {
    while (std::optional<Row> row = rows_.next()) {
      services_.stop.check();
      if (const Error* error = std::get_if<Error>(&*row)) {
        ++summary_.unreadable;
        services_.progress.warn(error->message());
      } else if (auto job = admit_row(std::get<problems::TraceRow>(*std::move(row)))) {
        return job;
      }
    }
    return std::nullopt;
  }

  std::optional<teacher::PlanJob> admit_row(problems::TraceRow row) {
    const std::size_t ticket = first_ + waiting_.size();
    const std::int64_t sample = samples_[RecordIndex::hash(row.problem.id)]++;
    Trace trace =
        path::make_trace({row.problem.id, sample, row.finish, row.model}, std::move(row.response));
    trace.response_tokens = row.response_tokens.value_or(0);
    const std::string problem_key = "train:" + row.problem.id;
    const std::string problem_line = to_json_line(row.problem);
    const std::string problem_input = item_input("", problem_line);
    if (!problems_.has(problem_key, problem_input)) {
      problems_.append(problem_key, problem_input, problem_line);
    }
    const std::string trace_line = to_json_line(trace);
    const std::string input = item_input(settings_, trace_line + problem_line);
    if (!traces_.has(trace.id, input)) traces_.append(trace.id, input, trace_line);
    waiting_.push_back({trace.id, row.problem.question, input, !row.problem.answer.empty()});
    std::optional<PlanOutcome> outcome;
    if (plans_.has(trace.id, input)) outcome = plans_.get<PlanOutcome>(trace.id);
    if (outcome && decompose::gave_up(*outcome)) outcome.reset();
    if (outcome && paths_.has(trace.id, input)) {
      over(ticket);
    } else if (outcome) {
      pool_.submit({std::move(row.problem), std::move(trace), *std::move(outcome), ticket});
    } else {
      return teacher::PlanJob{std::move(row.problem), std::move(trace), ticket};
    }
    return std::nullopt;
  }

  decompose::DecomposeOptions admit(const Problem& problem) const {
    decompose::DecomposeOptions options;
    options.judge = judge_.get();
    if (options_.admit_without_gold && problem.answer.empty()) {
      options.admit = decompose::Admit::kAnswered;
    }
    return options;
  }

  void planned(teacher::PlanJob job, expected<Plan, Rejection> plan) {
    PlanOutcome outcome{.trace_id = job.trace.id};
    if (plan) {
      outcome.plan = *std::move(plan);
    } else {
      outcome.rejection = plan.error();
    }
    if (decompose::gave_up(outcome)) ++summary_.unplanned;
    plans_.put(job.trace.id, waiting_[job.ticket - first_].input, outcome);
    pool_.submit({std::move(job.problem), std::move(job.trace), std::move(outcome), job.ticket});
  }

  // Called by any thread.
  PrunedPath prune(const Job& job) const {
    return job.outcome.plan ? prune::prune_trace(job.problem, job.trace, *job.outcome.plan,
                                                 options_.prune, count_)
                            : prune::rejected_path(job.trace, *job.outcome.rejection,
                                                   teacher_.identity(), count_);
  }

  void keep(const Job& job, const PrunedPath& path) {
    paths_.put(job.trace.id, waiting_[job.ticket - first_].input, path);
    over(job.ticket);
  }

  // Counts this row and those behind it, as far as all before them are over.
  void over(std::size_t ticket) {
    waiting_[ticket - first_].over = true;
    while (!waiting_.empty() && waiting_.front().over) {
      ++summary_.rows;
      account(waiting_.front(), *paths_.get<PrunedPath>(waiting_.front().trace_id));
      waiting_.pop_front();
      ++first_;
    }
    services_.progress.update(summary_.rows, state());
  }

  void account(const Waiting& row, const PrunedPath& path) {
    const std::string& question = row.question;
    if (path.accepted() || report::is_right_trace(path.rejection->reason)) {
      ++summary_.right;
      summary_.ungraded += row.graded ? 0 : 1;
      summary_.before += path.tokens_before;
      summary_.after += path.accepted() ? path.tokens_after : path.tokens_before;
    }
    if (!path.accepted()) {
      ++summary_.reasons[std::string(enum_name(path.rejection->reason))];
      return;
    }
    ++summary_.accepted;
    summary_.before_accepted += path.tokens_before;
    summary_.after_accepted += path.tokens_after;
    summary_.completed += path.completed ? 1 : 0;
    if (seen_.insert(question + "\n" + path.response)) {
      exporter_.add(
          {path.trace_id, "", question, path.response, path.tokens_before, path.tokens_after});
    }
  }

  std::string state() const {
    return format_count(summary_.accepted) + " accepted of " + format_count(summary_.right) +
           (summary_.ungraded > 0 ? " complete" : " right");
  }

  const PruneFilesOptions& options_;
  teacher::Teacher& teacher_;
  const Services& services_;
  std::unique_ptr<answers::ProgramJudge> judge_;
  path::TokenCount count_;
  std::string settings_;
  RecordLog problems_;
  RecordLog traces_;
  RecordLog plans_;
  RecordLog paths_;
  curate::RowExporter exporter_;
  curate::NearDuplicates seen_{kNearDuplicate};
  std::unordered_map<std::uint64_t, std::uint32_t> samples_;  // by the hash of the problem's id
  PruneSummary summary_;
  std::deque<Waiting> waiting_;  // from the first row that is not counted yet
  std::size_t first_ = 0;        // its ticket
  Pull<Row> rows_;
  OrderedWork<Job, PrunedPath> pool_;
};

std::string not_graded(const PruneSummary& summary) {
  return summary.ungraded > 0 ? ", " + format_count(summary.ungraded) + " of them not graded" : "";
}

void write_pruning_report(const PruneFilesOptions& options, const PruneSummary& summary,
                          const teacher::Teacher& teacher, const Services& services) {
  ReportSource::Options report;
  report.title = "Pruned traces";
  report.facts = {{"teacher", teacher.identity()},
                  {"input", join(options.files, ", ")},
                  {"lengths in", options.length_unit},
                  {"right traces", format_count(summary.right) + not_graded(summary)},
                  {"accepted", format_count(summary.accepted)},
                  {"program", "drp " DRP_VERSION}};
  report.plotly_js = services.plotly_js;
  report.examples_max = options.examples_max;
  report.budget = options.budget;
  report.length_unit = options.length_unit.substr(0, options.length_unit.find(' '));
  ReportSource source({options.folder}, report);
  report::write_report(source.inputs(), options.folder / "report");
}

std::string per_trace(std::int64_t total, std::int64_t traces) {
  if (traces == 0) return "-";
  return format_fixed(static_cast<double>(total) / static_cast<double>(traces), 1);
}

std::string cut(std::int64_t before, std::int64_t after) {
  if (before == 0) return "-";
  const double share = 100.0 * static_cast<double>(after - before) / static_cast<double>(before);
  return format_fixed(share, 1) + " %";
}

// Its indices are gone before the report opens the logs anew.
PruneSummary prune_rows(const PruneFilesOptions& options, teacher::Teacher& teacher,
                        const Services& services, RunFolder& folder) {
  return FilePruner(options, teacher, services, folder).work();
}

PruneSummary prune_into(const PruneFilesOptions& options, const Inputs& inputs,
                        teacher::Teacher& teacher, const Services& services) {
  RunFolder folder(options.folder, services.clock);
  Manifest manifest(folder.file("manifest.json"));
  manifest.begin("prune", inputs);
  PruneSummary summary = prune_rows(options, teacher, services, folder);
  write_pruning_report(options, summary, teacher, services);
  manifest.finish("prune", fingerprint(inputs));
  return summary;
}

// Whether no record came into the run's folder.
bool holds_nothing(const std::filesystem::path& folder) {
  const std::filesystem::path log = folder / "problems.log.jsonl";
  return !std::filesystem::exists(log) || RecordLog(log, "problems", Access::kLook).size() == 0;
}

// Results of other files, or of no run at all, are not mixed with these.
void check_folder(const std::filesystem::path& folder, const Inputs& inputs, Progress& progress) {
  std::error_code none;
  // A run that ended at its very start has a lock or an account and no manifest yet.
  const bool run = std::filesystem::exists(folder / "manifest.json") ||
                   std::filesystem::exists(folder / "lock") ||
                   std::filesystem::exists(folder / "spending.log.jsonl");
  if (!run) {
    if (std::filesystem::directory_iterator(folder, none) ==
        std::filesystem::directory_iterator()) {
      return;
    }
    throw Error(ErrorKind::kUsage,
                "'" + folder.string() + "' is not empty and holds no results of drp",
                "choose a new folder with -o");
  }
  const Manifest manifest(folder / "manifest.json");
  const Manifest::Entry* before = manifest.find("prune");
  const auto files = [](const Inputs& all) {
    Inputs result = all;
    std::erase_if(result, [](const auto& item) { return !item.first.starts_with("file "); });
    return result;
  };
  if (before != nullptr && files(before->inputs) != files(inputs)) {
    throw Error(ErrorKind::kUsage, "'" + folder.string() + "' holds the results of other files",
                "choose a new folder with -o, or remove that one");
  }
  if (before == nullptr) return;
  for (const auto& [name, value] : inputs) {
    const auto old = before->inputs.find(name);
    if (old == before->inputs.end() || old->second == value) continue;
    progress.warn("'" + folder.string() + "' was made with " + name + " " + old->second +
                  " and is made again with " + value + " (another -o keeps both)");
  }
}

}  // namespace

PruneSummary prune_files(const PruneFilesOptions& options, teacher::Teacher& teacher,
                         const Services& services) {
  problems::check_trace_files(
      options.files, options.read,
      options.admit_without_gold ? "" : "prune traces without one by --without-gold");
  const bool whole = options.prune.answer_section == prune::AnswerSection::kWhole;
  Inputs inputs = {{"teacher", teacher.identity()},
                   {"lengths in", options.length_unit},
                   {"answer section", whole ? "whole" : "statement"}};
  for (const std::string& file : options.files) inputs["file " + file] = file;
  check_folder(options.folder, inputs, services.progress);
  const bool made_here = !std::filesystem::exists(options.folder);
  try {
    return prune_into(options, inputs, teacher, services);
  } catch (const Error& error) {
    // A stream is known by reading it.
    if (made_here && error.kind() == ErrorKind::kData && holds_nothing(options.folder)) {
      std::filesystem::remove_all(options.folder);
    }
    throw;
  }
}

bool PruneSummary::no_readable_gold() const {
  const auto unreadable_gold = reasons.find(std::string(enum_name(Reason::kGoldError)));
  return rows > 0 && unreadable_gold != reasons.end() && unreadable_gold->second == rows;
}

std::string summary_table(const PruneSummary& summary, const std::string& length_unit) {
  std::string text;
  const auto line = [&text](const std::string& name, const std::string& value) {
    text += name + std::string(name.size() < 34 ? 34 - name.size() : 1, ' ') + value + "\n";
  };
  line("traces", format_count(summary.rows));
  line(summary.ungraded > 0 ? "complete" : "right and complete",
       format_count(summary.right) + not_graded(summary));
  line("accepted", format_count(summary.accepted));
  text += "length of a response in " + length_unit + ", before -> after\n";
  line("  right, rejected ones unchanged", per_trace(summary.before, summary.right) + " -> " +
                                               per_trace(summary.after, summary.right) + "  " +
                                               cut(summary.before, summary.after));
  line("  accepted", per_trace(summary.before_accepted, summary.accepted) + " -> " +
                         per_trace(summary.after_accepted, summary.accepted) + "  " +
                         cut(summary.before_accepted, summary.after_accepted));
  if (summary.completed > 0) {
    line("accepted, answer only in the path", format_count(summary.completed));
  }
  if (!summary.reasons.empty()) text += "rejected\n";
  for (const auto& [reason, count] : summary.reasons) {
    const bool gold = reason == enum_name(Reason::kGoldError);
    line("  " + reason, format_count(count) +
                            (gold ? "  no readable reference answer; --without-gold prunes these "
                                    "too"
                                  : ""));
  }
  if (summary.unreadable > 0) line("unreadable rows", format_count(summary.unreadable));
  return text;
}

}  // namespace drp::pipeline
