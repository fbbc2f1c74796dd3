// SPDX-License-Identifier: Apache-2.0
#include "pipeline/evaluate_files.h"

#include <map>
#include <memory>
#include <nlohmann/json.hpp>
#include <optional>
#include <unordered_map>

#include "answers/thread_caches.h"
#include "base/error.h"
#include "base/file.h"
#include "base/ordered_work.h"
#include "base/text.h"
#include "evaluate/evaluator.h"
#include "evaluate/lm_eval_export.h"
#include "path/import_trace.h"
#include "pipeline/record_index.h"
#include "pipeline/stored_scores.h"
#include "problems/file_kind.h"
#include "records/json_line.h"

namespace drp::pipeline {
namespace {

// A row on its way.
struct Job {
  problems::TraceRow row;
  std::string arm;
};

// What a thread makes of it.
struct Judged {
  Scored scored;
  std::string reason;  // where the file's verdict is another
};

std::string_view length_name(LengthOf length) {
  switch (length) {
    case LengthOf::kStored:
      return "stored";
    case LengthOf::kRetokenized:
      return "retokenize";
    case LengthOf::kCharacters:
      break;
  }
  return "characters";
}

// The results in a folder, published at the end.
class ResultFiles {
 public:
  explicit ResultFiles(std::filesystem::path folder)
      : folder_(std::move(folder)),
        scored_((make_folder(folder_), folder_ / "scored.jsonl")),
        disagreements_(folder_ / "disagreements.jsonl") {}

  void add_line(const std::string& line) { scored_.write(line + "\n"); }
  void add_sample(const Job& job, const Scored& scored) {
    auto& exporter = exporters_[scored.arm];
    if (!exporter) {
      exporter = std::make_unique<evaluate::LmEvalExport>(folder_ / "lm_eval", scored.arm);
    }
    exporter->add({job.row.problem, job.row.response, job.row.set}, scored);
  }
  void add(const Disagreement& disagreement) {
    const nlohmann::ordered_json line = {
        {"where", disagreement.where},   {"gold", disagreement.gold},
        {"answer", disagreement.answer}, {"verdict", disagreement.verdict},
        {"reason", disagreement.reason}, {"source_right", disagreement.source_right}};
    disagreements_.write(dump_line(line) + "\n");
  }
  void publish(const Evaluation& evaluation, const EvaluateFilesOptions& options) {
    scored_.publish();
    disagreements_.publish();
    for (auto& [arm, exporter] : exporters_) exporter->publish();
    const nlohmann::ordered_json settings = {
        {"count", length_name(options.length)},
        {"match", options.match == MatchBy::kId ? "id" : "question"},
        {"program", "drp " DRP_VERSION}};
    write_file_atomic(folder_ / kEvaluationSettings, settings.dump(2) + "\n");
    write_file_atomic(folder_ / "evaluation.json", to_json_line(evaluation) + "\n");
  }

 private:
  std::filesystem::path folder_;
  AtomicFile scored_;
  AtomicFile disagreements_;
  std::map<std::string, std::unique_ptr<evaluate::LmEvalExport>> exporters_;
};

class FilesEvaluator {
 public:
  FilesEvaluator(const EvaluateFilesOptions& options, const Services& services)
      : options_(options),
        services_(services),
        keys_(options.match),
        pool_(
            options.threads, [this](Job& job) { return judge(job); },
            [this](const Job& job, const Judged& judged) { keep(job, judged); },
            answers::free_thread_caches) {
    if (services.engines.make_judge) judge_ = services.engines.make_judge({});
    if (!options.folder.empty()) files_.emplace(options.folder);
    for (std::size_t i = 0; i < options.problems.size(); ++i) {
      const Problem& problem = options.problems[i];
      by_id_.emplace(problem.id, i);
      by_question_.emplace(question_hash(problem.question), i);
    }
  }

  FilesEvaluation work() {
    services_.progress.begin("evaluate", 0);
    for (at_ = 0; at_ < options_.inputs.size(); ++at_) {
      const EvaluatedInput& input = options_.inputs[at_];
      if (std::filesystem::is_directory(input.path)) {
        read_folder(input);
      } else {
        read_traces(input);
      }
      pool_.finish();
    }
    services_.progress.end(format_count(result_.responses) + " responses");
    evaluate::EvaluateOptions summary;
    summary.seed = options_.seed;
    if (options_.length == LengthOf::kCharacters) summary.unit = "characters";
    summary.before = options_.before.empty() ? options_.inputs.front().arm : options_.before;
    summary.tags.insert(summary.tags.end(), options_.read.tags.begin(), options_.read.tags.end());
    result_.evaluation = evaluator_.summarise(summary);
    if (files_) files_->publish(result_.evaluation, options_);
    return std::move(result_);
  }

 private:
  void read_traces(const EvaluatedInput& input) {
    if (const auto ahead = read_ahead_.find(at_); ahead != read_ahead_.end()) {
      for (problems::TraceRow& row : ahead->second) submit(std::move(row), input.arm);
      read_ahead_.erase(ahead);
      return;
    }
    problems::visit_traces(input.path, warning(), [&](problems::TraceRow&& row) {
      submit(std::move(row), input.arm);
      return true;
    });
  }

  problems::ReadOptions warning() {
    problems::ReadOptions read = options_.read;
    read.bad_row = [this](const Error& error) {
      ++result_.unreadable;
      services_.progress.warn(error.message());
    };
    return read;
  }

  void submit(problems::TraceRow&& row, const std::string& arm) {
    services_.stop.check();
    const std::uint32_t number = number_of(row);
    if (trim(row.problem.answer).empty()) {
      take_reference(row.problem, number);
    } else if (collected_ || problems::is_stream(options_.inputs[at_].path)) {
      references_.emplace(number, row.problem.answer);
    }
    row.problem.id = keys_.id(number);
    row.sample = samples_[arm][number]++;
    if (!row.set.empty()) row.problem.tags.emplace("set", row.set);
    pool_.submit({std::move(row), arm});
  }

  std::uint32_t number_of(problems::TraceRow& row) {
    if (refer(row.problem)) row.id_told = true;
    return keys_.number(row.problem, row.id_told);
  }

  // That of the same problem in any input.
  void take_reference(Problem& problem, std::uint32_t number) {
    if (!collected_) collect_references();
    const auto found = references_.find(number);
    if (found != references_.end()) {
      problem.answer = found->second;
      return;
    }
    const auto stored = stored_references_.find(problem.id);
    if (stored != stored_references_.end()) problem.answer = stored->second;
  }

  // Of all inputs; what was read before counts too, but for what has passed of a stream.
  void collect_references() {
    collected_ = true;
    const auto learn = [this](problems::TraceRow& row) {
      services_.stop.check();
      const std::uint32_t number = number_of(row);
      if (!trim(row.problem.answer).empty()) references_.emplace(number, row.problem.answer);
    };
    for (std::size_t i = 0; i < options_.inputs.size(); ++i) {
      const EvaluatedInput& input = options_.inputs[i];
      if (std::filesystem::is_directory(input.path)) {
        StoredScores(input.path).visit(input.from, [this](Scored&& scored) {
          if (!trim(scored.gold).empty())
            stored_references_.emplace(scored.problem_id, scored.gold);
        });
      } else if (!problems::is_stream(input.path)) {
        problems::ReadOptions read = options_.read;
        read.bad_row = [](const Error&) {};  // said where the rows are graded
        problems::visit_traces(input.path, read, [&](problems::TraceRow&& row) {
          learn(row);
          return true;
        });
      } else if (i > at_) {
        std::vector<problems::TraceRow>& rows = read_ahead_[i];
        problems::visit_traces(input.path, warning(), [&](problems::TraceRow&& row) {
          learn(row);
          rows.push_back(std::move(row));
          return true;
        });
      }
    }
  }

  // Takes what the problem set knows better; whether it knows the problem.
  bool refer(Problem& problem) const {
    if (options_.problems.empty()) return false;
    std::optional<std::size_t> found;
    if (const auto id = by_id_.find(problem.id); id != by_id_.end()) found = id->second;
    const auto question = by_question_.find(question_hash(problem.question));
    if (!found && question != by_question_.end()) found = question->second;
    if (found) problem = options_.problems[*found];
    return found.has_value();
  }

  void read_folder(const EvaluatedInput& input) {
    const StoredScores scores(input.path);
    const bool characters = options_.length == LengthOf::kCharacters;
    if (characters != (scores.length_unit() == "characters")) {
      throw Error(ErrorKind::kUsage,
                  "'" + input.path + "' counts " + scores.length_unit() + ", the others count " +
                      (characters ? "characters" : "tokens"),
                  "count alike with --count=stored, retokenize or characters");
    }
    scores.visit(input.from, [&](Scored&& scored) {
      services_.stop.check();
      // One without a reference contradicts none.
      if (!trim(scored.gold).empty()) {
        const std::uint64_t key = RecordIndex::hash(scored.problem_id);
        const std::uint64_t gold = RecordIndex::hash(scored.gold);
        const auto known = golds_.emplace(key, gold).first;
        if (known->second != gold) {
          ++result_.other_gold;
          return;
        }
      }
      scored.arm = input.arm;
      if (files_) files_->add_line(to_json_line(scored));
      count(scored);
    });
  }

  // Called by any thread.
  Judged judge(Job& job) const {
    problems::TraceRow& row = job.row;
    Trace trace = path::make_trace({row.problem.id, row.sample, row.finish, row.model},
                                   std::move(row.response));
    set_lengths(row, trace);
    Judged judged;
    judged.scored = evaluate::score_trace(job.arm, row.problem, trace, judge_.get());
    if (row.source_verdict && *row.source_verdict != judged.scored.correct) {
      judged.reason = evaluate::score_reason(row.problem, trace, judge_.get());
    }
    row.response = std::move(trace.response);
    return judged;
  }

  void set_lengths(const problems::TraceRow& row, Trace& trace) const {
    const auto length = [&](std::string_view text) {
      return options_.length == LengthOf::kRetokenized ? options_.count(text)
                                                       : static_cast<std::int64_t>(text.size());
    };
    if (options_.length != LengthOf::kStored) {
      trace.response_tokens = length(trace.response);
      trace.reasoning_tokens =
          trace.answer_text().empty() ? trace.response_tokens : length(trace.reasoning_text());
      return;
    }
    if (!row.response_tokens) {
      throw Error(ErrorKind::kData, row.where + ": the row does not say how many tokens it has",
                  "count them with --count=retokenize, or bytes with --count=characters");
    }
    trace.response_tokens = *row.response_tokens;
    // Where the file does not tell them apart, as the bytes are.
    const double share = trace.response.empty()
                             ? 0
                             : 1 - static_cast<double>(trace.answer.size()) /
                                       static_cast<double>(trace.response.size());
    trace.reasoning_tokens = row.reasoning_tokens.value_or(
        static_cast<std::int64_t>(share * static_cast<double>(*row.response_tokens) + 0.5));
  }

  void keep(const Job& job, const Judged& judged) {
    const Scored& scored = judged.scored;
    if (files_) {
      files_->add_line(to_json_line(scored));
      files_->add_sample(job, scored);
    }
    if (job.row.source_verdict) {
      ++result_.source_verdicts;
      if (*job.row.source_verdict != scored.correct) disagree(job, judged);
    }
    count(scored);
  }

  void disagree(const Job& job, const Judged& judged) {
    ++result_.disagreed;
    Disagreement disagreement = {job.row.where,        judged.scored.gold,
                                 judged.scored.answer, judged.scored.verdict,
                                 judged.reason,        *job.row.source_verdict};
    if (files_) files_->add(disagreement);
    if (result_.disagreements.size() < kDisagreementsKept) {
      result_.disagreements.push_back(std::move(disagreement));
    }
  }

  void count(const Scored& scored) {
    ++result_.responses;
    result_.without_gold += scored.verdict == "gold_error" ? 1 : 0;
    evaluator_.add(scored);
    services_.progress.update(result_.responses, scored.arm);
  }

  const EvaluateFilesOptions& options_;
  const Services& services_;
  std::unique_ptr<answers::ProgramJudge> judge_;
  std::map<std::string_view, std::size_t> by_id_;
  std::unordered_map<std::uint64_t, std::size_t> by_question_;
  ProblemKeys keys_;
  std::size_t at_ = 0;                                              // the input that is read
  bool collected_ = false;                                          // the references of all inputs
  std::unordered_map<std::uint32_t, std::string> references_;       // by number of the problem
  std::unordered_map<std::string, std::string> stored_references_;  // of folders, by its id
  std::map<std::size_t, std::vector<problems::TraceRow>> read_ahead_;  // of streams, by input
  std::map<std::string, std::unordered_map<std::uint32_t, std::int64_t>> samples_;  // by arm
  std::unordered_map<std::uint64_t, std::uint64_t> golds_;  // of folders, by the problem's id
  evaluate::Evaluator evaluator_;
  std::optional<ResultFiles> files_;
  FilesEvaluation result_;
  OrderedWork<Job, Judged> pool_;
};

}  // namespace

bool tells_length(const EvaluateFilesOptions& options) {
  for (const EvaluatedInput& input : options.inputs) {
    if (problems::is_stream(input.path)) return false;
    if (std::filesystem::is_directory(input.path)) {
      if (StoredScores(input.path).length_unit() != "tokens") return false;
      continue;
    }
    bool tells = false;
    problems::ReadOptions read = options.read;
    read.bad_row = [](const Error&) {};
    problems::visit_traces(input.path, read, [&](problems::TraceRow&& row) {
      tells = row.response_tokens.has_value();
      return false;
    });
    if (!tells) return false;
  }
  return !options.inputs.empty();
}

FilesEvaluation evaluate_files(const EvaluateFilesOptions& options, const Services& services) {
  return FilesEvaluator(options, services).work();
}

}  // namespace drp::pipeline
