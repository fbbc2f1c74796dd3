// SPDX-License-Identifier: Apache-2.0
#include "llm/http/batch_rows.h"

#include <algorithm>

namespace drp::llm::http {
namespace {

constexpr std::size_t kMessagesShown = 3;

std::filesystem::path spool_in(const std::filesystem::path& folder) {
  return folder / "asked.jsonl";
}

}  // namespace

BatchRows::BatchRows(const Endpoint& endpoint, const BatchOptions& options)
    : endpoint_(endpoint), options_(options), quirks_(initial_quirks(endpoint)) {
  make_folder(options_.folder);
}

void BatchRows::pull(const ChatModel::Source& next, const ChatModel::Sink& done) {
  AtomicFile spool(spool_in(options_.folder));
  while (const auto request = next()) {
    try {
      BatchRequest line = batch_request(*request, endpoint_);
      Wanted& wanted = wanted_[line.id];
      if (wanted.keys.empty()) {
        spool.write(line.line);
        spool.write("\n");
      }
      wanted.keys.push_back(request->key);
      wanted.tokens_max = request->sampling.tokens_max;
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

// --- results ------------------------------------------------------------------------------------

void BatchRows::take(const BatchResult& result, bool fresh, const ChatModel::Sink& done) {
  if (!wants(result.id)) return;
  const Outcome& outcome = result.outcome;
  switch (outcome.verdict) {
    case Verdict::kReply:
    case Verdict::kFailRow:
      deliver(result.id, outcome, done);
      return;
    case Verdict::kAdapt:
      refused_[result.id] = outcome;
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
}

void BatchRows::had_turn(std::string_view line, std::string_view where,
                         const ChatModel::Sink& done) {
  const std::string id = batch_id_of(line, where);
  if (!wants(id)) return;
  ++rounds_[id];
  const auto refused = refused_.find(id);
  if (refused == refused_.end()) return;
  const Outcome outcome = refused->second;
  refused_.erase(refused);
  why_[id] = outcome.error.text();
  if (const auto told = learn(quirks_, outcome.error, wanted_.at(id).tokens_max);
      told && options_.warn) {
    options_.warn(endpoint_.options.model + " " + *told);
  }
  if (adapted_batch_line(line, quirks_) == line) deliver(id, outcome, done);
}

void BatchRows::deliver(const std::string& id, const Outcome& outcome,
                        const ChatModel::Sink& done) {
  const std::vector<std::string> keys = std::move(wanted_.at(id).keys);
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

void BatchRows::report_errors() {
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

// --- requests -----------------------------------------------------------------------------------

std::vector<BatchFile> BatchRows::write(const std::string& name, const BatchLimits& limits,
                                        std::size_t lines_max,
                                        const std::unordered_set<std::string>& waiting,
                                        const ChatModel::Sink& done) {
  BatchWriter writer(options_.folder, name, limits);
  std::vector<std::string> gave_up;
  std::size_t lines = 0;
  LineReader spool(spool_in(options_.folder));
  while (const auto line = spool.next()) {
    const std::string id = batch_id_of(*line, spool.where());
    if (!wants(id) || waiting.contains(id)) continue;
    if (rounds_[id] >= options_.rounds_max) {
      gave_up.push_back(id);
      continue;
    }
    if (lines == lines_max) break;
    writer.add(adapted_batch_line(*line, quirks_));
    ++lines;
  }
  std::vector<BatchFile> files = writer.finish();
  for (const std::string& id : gave_up) give_up(id, done);
  return files;
}

void BatchRows::give_up(const std::string& id, const ChatModel::Sink& done) {
  Outcome outcome;
  outcome.verdict = Verdict::kFailRow;
  outcome.code = FailureCode::kGaveUp;
  outcome.error.message = "no reply in " + std::to_string(rounds_[id]) + " batches";
  if (!why_[id].empty()) outcome.error.message += ": " + why_[id];
  deliver(id, outcome, done);
}

}  // namespace drp::llm::http
