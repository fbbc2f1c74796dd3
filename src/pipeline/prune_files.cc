// SPDX-License-Identifier: Apache-2.0
#include "pipeline/prune_files.h"

#include <filesystem>
#include <system_error>
#include <unordered_map>

#include "base/error.h"
#include "base/text.h"
#include "curate/export_rows.h"
#include "curate/near_duplicate.h"
#include "decompose/decompose.h"
#include "path/import_trace.h"
#include "pipeline/report_inputs.h"
#include "pipeline/stage.h"
#include "report/pruning.h"
#include "sample/sample.h"

namespace drp::pipeline {
namespace {

constexpr double kNearDuplicate = 0.95;

// One pass over the files: every row becomes a problem, a trace, a plan or a rejection, a path.
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
        exporter_(folder.file("dataset")) {
    if (services.engines.make_judge) judge_ = services.engines.make_judge({});
    settings_ =
        teacher.identity() + "|" + options.length_unit +
        (options.admit_without_gold ? "|without gold" : "") +
        (options.prune.answer_section == prune::AnswerSection::kWhole ? "|whole answer" : "");
  }

  void add(problems::TraceRow row) {
    services_.stop.check();
    ++summary_.rows;
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
    if (!paths_.has(trace.id, input)) prune(row.problem, trace, input);
    account(row.problem, *paths_.get<PrunedPath>(trace.id));
  }

  PruneSummary finish() {
    for (RecordLog* log : {&problems_, &traces_, &plans_, &paths_}) log->sync();
    exporter_.publish();
    return summary_;
  }
  const PruneSummary& summary() const { return summary_; }
  void count_unreadable() { ++summary_.unreadable; }

 private:
  void prune(const Problem& problem, const Trace& trace, const std::string& input) {
    if (!plans_.has(trace.id, input)) plans_.put(trace.id, input, plan(problem, trace));
    const PlanOutcome outcome = *plans_.get<PlanOutcome>(trace.id);
    paths_.put(trace.id, input,
               outcome.plan
                   ? prune::prune_trace(problem, trace, *outcome.plan, options_.prune, count_)
                   : prune::rejected_path(trace, *outcome.rejection, teacher_.identity(), count_));
  }

  PlanOutcome plan(const Problem& problem, const Trace& trace) {
    decompose::DecomposeOptions decompose_options;
    decompose_options.judge = judge_.get();
    if (options_.admit_without_gold && problem.answer.empty()) {
      decompose_options.admit = decompose::Admit::kAnswered;
    }
    PlanOutcome outcome{.trace_id = trace.id};
    auto plan = decompose::decompose_trace(problem, trace, teacher_, decompose_options);
    if (plan) {
      outcome.plan = *std::move(plan);
    } else {
      outcome.rejection = plan.error();
    }
    return outcome;
  }

  void account(const Problem& problem, const PrunedPath& path) {
    if (path.accepted() || report::is_right_trace(path.rejection->reason)) {
      ++summary_.right;
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
    if (seen_.insert(problem.question + "\n" + path.response)) {
      exporter_.add({path.trace_id, "", problem.question, path.response, path.tokens_before,
                     path.tokens_after});
    }
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
};

void write_pruning_report(const PruneFilesOptions& options, const PruneSummary& summary,
                          const teacher::Teacher& teacher, const Services& services) {
  ReportSource::Options report;
  report.title = "Pruned traces";
  report.facts = {{"teacher", teacher.identity()},
                  {"input", join(options.files, ", ")},
                  {"lengths in", options.length_unit},
                  {"right traces", format_count(summary.right)},
                  {"accepted", format_count(summary.accepted)},
                  {"program", "drp " DRP_VERSION}};
  report.plotly_js = services.plotly_js;
  report.examples_max = options.examples_max;
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
  FilePruner pruner(options, teacher, services, folder);
  problems::ReadOptions read = options.read;
  read.bad_row = [&](const Error& error) {
    pruner.count_unreadable();
    services.progress.warn(error.message());
  };
  services.progress.begin("prune", 0);
  for (const std::string& file : options.files) {
    problems::visit_traces(file, read, [&](problems::TraceRow&& row) {
      pruner.add(std::move(row));
      const PruneSummary& now = pruner.summary();
      services.progress.update(now.rows, format_count(now.accepted) + " accepted of " +
                                             format_count(now.right) + " right");
      return true;
    });
  }
  const PruneSummary summary = pruner.finish();
  services.progress.end(format_count(summary.accepted) + " accepted of " +
                        format_count(summary.right) + " right");
  return summary;
}

}  // namespace

namespace {

// Results of other files, or of no run at all, are not mixed with these.
void check_folder(const std::filesystem::path& folder, const Inputs& inputs) {
  std::error_code none;
  // A run killed at its very start has a lock and no manifest yet.
  const bool run =
      std::filesystem::exists(folder / "manifest.json") || std::filesystem::exists(folder / "lock");
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
}

}  // namespace

PruneSummary prune_files(const PruneFilesOptions& options, teacher::Teacher& teacher,
                         const Services& services) {
  Inputs inputs = {{"teacher", teacher.identity()}, {"lengths", options.length_unit}};
  for (const std::string& file : options.files) inputs["file " + file] = file;
  check_folder(options.folder, inputs);
  RunFolder folder(options.folder, services.clock);
  Manifest manifest(folder.file("manifest.json"));
  manifest.begin("prune", inputs);
  const PruneSummary summary = prune_rows(options, teacher, services, folder);
  const auto gold_errors = summary.reasons.find(std::string(enum_name(Reason::kGoldError)));
  if (gold_errors != summary.reasons.end() && gold_errors->second == summary.rows) {
    services.progress.warn(
        "no row has a reference answer that can be read; name its column with --column "
        "answer=NAME, or prune without answers by --without-gold");
  }
  write_pruning_report(options, summary, teacher, services);
  manifest.finish("prune", fingerprint(inputs));
  return summary;
}

std::string summary_table(const PruneSummary& summary, const std::string& length_unit) {
  std::string text;
  const auto line = [&text](const std::string& name, const std::string& value) {
    text += name + std::string(name.size() < 34 ? 34 - name.size() : 1, ' ') + value + "\n";
  };
  line("traces", format_count(summary.rows));
  line("right and complete", format_count(summary.right));
  line("accepted", format_count(summary.accepted));
  line("all right traces, before -> after",
       per_trace(summary.before, summary.right) + " -> " + per_trace(summary.after, summary.right) +
           "  " + cut(summary.before, summary.after) + "  (" + length_unit +
           " a response; rejected ones at full length)");
  line("accepted traces, before -> after",
       per_trace(summary.before_accepted, summary.accepted) + " -> " +
           per_trace(summary.after_accepted, summary.accepted) + "  " +
           cut(summary.before_accepted, summary.after_accepted));
  for (const auto& [reason, count] : summary.reasons) line("  " + reason, format_count(count));
  if (summary.unreadable > 0) line("unreadable rows", format_count(summary.unreadable));
  return text;
}

}  // namespace drp::pipeline
