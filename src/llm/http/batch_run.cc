// SPDX-License-Identifier: Apache-2.0
#include "llm/http/batch_run.h"

#include <algorithm>
#include <cstdint>

#include "base/error.h"
#include "base/text.h"

namespace drp::llm::http {

BatchRun::BatchRun(const Endpoint& endpoint, const BatchOptions& options, BatchService& service,
                   const Clock& clock)
    : endpoint_(endpoint),
      options_(options),
      service_(service),
      clock_(clock),
      ledger_(BatchLedger::load(options.folder)),
      rows_(endpoint, options) {}

std::filesystem::path BatchRun::result_file(const BatchJob& job, std::string_view kind) const {
  return options_.folder / (job.batch_id + "-" + std::string(kind) + ".jsonl");
}

std::size_t BatchRun::under_way() const {
  return static_cast<std::size_t>(std::count_if(ledger_.jobs.begin(), ledger_.jobs.end(),
                                                [](const BatchJob& job) { return !job.ended; }));
}

void BatchRun::run(const ChatModel::Source& next, const ChatModel::Sink& done) {
  const double begun = clock_.seconds();
  rows_.pull(next, done);
  while (true) {
    held_ = false;
    while (advance()) hand_out(done);
    hand_out(done);
    rows_.report_errors();
    if (rows_.empty()) return;
    hand_in(done);
    if (rows_.empty()) return;
    if (clock_.seconds() - begun >= options_.wait_s) {
      throw Error(ErrorKind::kPending,
                  std::to_string(under_way()) + " batches are being worked on; " +
                      std::to_string(rows_.size()) + " requests wait for a reply",
                  "run the same command again later");
    }
    service_.pause(options_.poll_s);
  }
}

// --- what was started ---------------------------------------------------------------------------

// Uploads and starts a job from wherever it is.
void BatchRun::begin(BatchJob& job) {
  if (job.file_id.empty()) {
    job.file_id = service_.upload(options_.folder / job.requests);
    ledger_.save(options_.folder);
  } else if (const auto found = service_.find(job.file_id)) {
    job.batch_id = found->id;
  }
  if (job.batch_id.empty()) job.batch_id = service_.create(job.file_id, options_.run).id;
  ledger_.save(options_.folder);
}

// Looks at every job that is under way; whether one has ended since.
bool BatchRun::advance() {
  for (BatchJob& job : ledger_.jobs) {
    if (job.ended) continue;
    if (job.batch_id.empty()) begin(job);
    const BatchStatus status = service_.status(job.batch_id);
    if (!status.ended()) continue;
    end(job, status);
    return true;
  }
  return false;
}

void BatchRun::end(BatchJob& job, const BatchStatus& status) {
  if (status.state == BatchState::kFailed) {
    refuse(job, status);
    return;
  }
  if (!status.output_file.empty()) {
    service_.download(status.output_file, result_file(job, "output"));
  }
  if (!status.error_file.empty()) {
    service_.download(status.error_file, result_file(job, "errors"));
  }
  job.ended = true;
  fresh_.insert(job.batch_id);
  ledger_.save(options_.folder);
  if (status.state != BatchState::kCompleted && options_.warn) {
    options_.warn("batch " + job.batch_id + " is " + std::string(batch_state_name(status.state)) +
                  " with " + std::to_string(status.completed) + " of " +
                  std::to_string(status.total) + " requests done");
  }
}

// A batch that never began: too many tokens in the service's queue, or a file that it does not
// like.
void BatchRun::refuse(BatchJob& job, const BatchStatus& status) {
  job.ended = true;
  job.counts = false;
  const std::string code = to_lower(status.failure_code);
  const bool full = contains(code, "token_limit_exceeded");
  if (full) {
    ledger_.one_at_a_time = true;
    ledger_.lines_max = std::max<std::size_t>(1, job.lines / 2);
    held_ = true;
  }
  ledger_.save(options_.folder);
  const std::string what = "batch " + job.batch_id + " was refused: " + status.failure;
  if (full) {
    if (options_.warn) options_.warn(what + "; smaller ones follow, one at a time");
    return;
  }
  const bool money = contains(code, "billing") || contains(code, "quota");
  throw Error(money ? ErrorKind::kAuth : ErrorKind::kService, what);
}

// --- replies ------------------------------------------------------------------------------------

void BatchRun::hand_out(const ChatModel::Sink& done) {
  for (const BatchJob& job : ledger_.jobs) {
    if (!job.ended || !job.counts || !read_.insert(job.batch_id).second) continue;
    for (const std::string_view kind : {"output", "errors"}) read(job, kind, done);
    LineReader requests(options_.folder / job.requests);
    while (const auto line = requests.next()) rows_.had_turn(*line, requests.where(), done);
  }
}

void BatchRun::read(const BatchJob& job, std::string_view kind, const ChatModel::Sink& done) {
  const std::filesystem::path file = result_file(job, kind);
  if (!std::filesystem::exists(file)) return;
  const bool fresh = fresh_.contains(job.batch_id);
  read_batch_results(file, endpoint_,
                     [&](const BatchResult& result) { rows_.take(result, fresh, done); });
}

// --- what is missing ----------------------------------------------------------------------------

// Writes request files of what is wanted and in no batch under way, and starts them.
void BatchRun::hand_in(const ChatModel::Sink& done) {
  if (held_ || (ledger_.one_at_a_time && under_way() > 0)) return;
  std::unordered_set<std::string> waiting;
  for (const BatchJob& job : ledger_.jobs) {
    if (job.ended) continue;
    LineReader requests(options_.folder / job.requests);
    while (const auto line = requests.next()) {
      waiting.insert(batch_id_of(*line, requests.where()));
    }
  }
  BatchLimits limits = options_.limits;
  if (ledger_.lines_max > 0) limits.lines_max = std::min(limits.lines_max, ledger_.lines_max);
  const std::string name = "requests-" + std::to_string(ledger_.jobs.size() + 1);
  const std::size_t lines_max = ledger_.one_at_a_time ? limits.lines_max : SIZE_MAX;
  for (const BatchFile& file : rows_.write(name, limits, lines_max, waiting, done)) {
    BatchJob job;
    job.requests = file.path.filename().string();
    job.lines = file.lines;
    ledger_.jobs.push_back(std::move(job));
  }
  ledger_.save(options_.folder);
  for (BatchJob& job : ledger_.jobs) {
    if (!job.ended && job.batch_id.empty()) begin(job);
  }
}

}  // namespace drp::llm::http
