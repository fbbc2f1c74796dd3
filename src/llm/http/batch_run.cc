// SPDX-License-Identifier: Apache-2.0
#include "llm/http/batch_run.h"

#include <algorithm>

#include "base/error.h"
#include "base/text.h"

namespace drp::llm::http {
namespace {

constexpr std::size_t kMessagesShown = 3;

}  // namespace

BatchRun::BatchRun(const Endpoint& endpoint, const BatchOptions& options, BatchService& service,
                   const Clock& clock)
    : endpoint_(endpoint), options_(options), service_(service), clock_(clock) {
  make_folder(options_.folder);
  ledger_ = BatchLedger::load(options_.folder);
}

std::filesystem::path BatchRun::result_file(const BatchJob& job, std::string_view kind) const {
  return options_.folder / (job.batch_id + "-" + std::string(kind) + ".jsonl");
}

std::size_t BatchRun::under_way() const {
  return static_cast<std::size_t>(std::count_if(ledger_.jobs.begin(), ledger_.jobs.end(),
                                                [](const BatchJob& job) { return !job.ended; }));
}

void BatchRun::run(const ChatModel::Source& next, const ChatModel::Sink& done) {
  const double begun = clock_.seconds();
  pull(next, done);
  while (true) {
    held_ = false;
    while (advance()) hand_out(done);
    hand_out(done);
    report_errors();
    if (wanted_.empty()) return;
    hand_in(done);
    if (wanted_.empty()) return;
    if (clock_.seconds() - begun >= options_.wait_s) {
      throw Error(ErrorKind::kPending,
                  std::to_string(under_way()) + " batches are being worked on; " +
                      std::to_string(wanted_.size()) + " requests wait for a reply",
                  "run the same command again later");
    }
    service_.pause(options_.poll_s);
  }
}

// All requests go to a file of the folder; only ids and keys stay in memory.
void BatchRun::pull(const ChatModel::Source& next, const ChatModel::Sink& done) {
  AtomicFile spool(options_.folder / "asked.jsonl");
  while (const auto request = next()) {
    try {
      BatchRequest line = batch_request(*request, endpoint_);
      std::vector<std::string>& keys = wanted_[line.id];
      if (keys.empty()) {
        spool.write(line.line);
        spool.write("\n");
      }
      keys.push_back(request->key);
    } catch (const Error& error) {
      ChatReply reply;
      reply.key = request->key;
      reply.failure = error.what();
      reply.failure_code = FailureCode::kInvalidRequest;
      done(std::move(reply));
    }
  }
  spool.publish();
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
    // Whoever is still wanted had a turn in vain.
    LineReader requests(options_.folder / job.requests);
    while (const auto line = requests.next()) {
      const std::string id = batch_id_of(*line, requests.where());
      if (wanted_.contains(id)) ++rounds_[id];
    }
  }
}

void BatchRun::read(const BatchJob& job, std::string_view kind, const ChatModel::Sink& done) {
  const std::filesystem::path file = result_file(job, kind);
  if (!std::filesystem::exists(file)) return;
  const bool fresh = fresh_.contains(job.batch_id);
  read_batch_results(file, endpoint_, [&](const BatchResult& result) {
    if (!wanted_.contains(result.id)) return;
    const Outcome& outcome = result.outcome;
    switch (outcome.verdict) {
      case Verdict::kReply:
      case Verdict::kFailRow:
      case Verdict::kAdapt:
        deliver(result.id, outcome, done);
        return;
      case Verdict::kThrottled:
      case Verdict::kRetry:
        why_[result.id] = outcome.error.text();
        return;
      case Verdict::kStopRun:
        why_[result.id] = outcome.error.text();
        // What stopped an earlier run has been seen to, or shows again in the next batch.
        if (!fresh) return;
        ++errors_[outcome.error.text()];
        if (!stop_run_) stop_run_.emplace(outcome.kind, outcome.error.text(), outcome.hint);
        return;
    }
  });
}

void BatchRun::deliver(const std::string& id, const Outcome& outcome, const ChatModel::Sink& done) {
  const std::vector<std::string> keys = std::move(wanted_.at(id));
  wanted_.erase(id);
  ChatReply reply = outcome.reply;
  reply.attempts = 1 + (rounds_.contains(id) ? rounds_.at(id) : 0);
  if (outcome.verdict != Verdict::kReply) {
    reply.text.clear();
    reply.failure = outcome.error.status > 0 ? outcome.error.text() : outcome.error.message;
    reply.failure_code = outcome.code;
    ++errors_[*reply.failure];
  }
  for (const std::string& key : keys) {
    reply.key = key;
    done(reply);
    reply.usage = {};  // paid for once
  }
}

// The commonest messages, with how many rows each; the end of the run where no row can succeed.
void BatchRun::report_errors() {
  std::vector<std::pair<std::int64_t, std::string>> ranked;
  for (const auto& [message, count] : errors_) ranked.emplace_back(-count, message);
  std::sort(ranked.begin(), ranked.end());
  for (std::size_t i = 0; i < std::min(ranked.size(), kMessagesShown); ++i) {
    if (options_.warn) {
      options_.warn(std::to_string(-ranked[i].first) +
                    " requests of a batch failed: " + ranked[i].second);
    }
  }
  errors_.clear();
  if (stop_run_) throw *stop_run_;
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
  BatchWriter writer(options_.folder, name, limits);
  std::vector<std::string> gave_up;
  std::size_t lines = 0;
  LineReader spool(options_.folder / "asked.jsonl");
  while (const auto line = spool.next()) {
    const std::string id = batch_id_of(*line, spool.where());
    if (!wanted_.contains(id) || waiting.contains(id)) continue;
    if (rounds_[id] >= options_.rounds_max) {
      gave_up.push_back(id);
      continue;
    }
    if (ledger_.one_at_a_time && lines == limits.lines_max) break;
    writer.add(*line);
    ++lines;
  }
  for (const BatchFile& file : writer.finish()) {
    BatchJob job;
    job.requests = file.path.filename().string();
    job.lines = file.lines;
    ledger_.jobs.push_back(std::move(job));
  }
  ledger_.save(options_.folder);
  for (BatchJob& job : ledger_.jobs) {
    if (!job.ended && job.batch_id.empty()) begin(job);
  }
  for (const std::string& id : gave_up) {
    Outcome outcome;
    outcome.verdict = Verdict::kFailRow;
    outcome.code = FailureCode::kGaveUp;
    outcome.error.message = "no reply in " + std::to_string(rounds_[id]) + " batches";
    if (!why_[id].empty()) outcome.error.message += ": " + why_[id];
    deliver(id, outcome, done);
  }
}

}  // namespace drp::llm::http
