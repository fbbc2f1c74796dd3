// SPDX-License-Identifier: Apache-2.0
#include "llm/cached_model.h"

#include <utility>

#include "base/check.h"

namespace drp::llm {
namespace {

Usage usage_of(const StoredReply& stored) {
  return {.prompt_tokens = stored.prompt_tokens,
          .completion_tokens = stored.completion_tokens,
          .cached_tokens = stored.cached_tokens,
          .reasoning_tokens = stored.reasoning_tokens};
}

ChatReply reply_of(StoredReply stored, const std::string& row) {
  ChatReply reply;
  reply.key = row;
  reply.usage = usage_of(stored);
  reply.text = std::move(stored.text);
  reply.reasoning = std::move(stored.reasoning);
  reply.finish = stored.finish;
  reply.prompt_ids = std::move(stored.prompt_ids);
  if (!stored.failure.empty()) {
    reply.failure = std::move(stored.failure);
    reply.failure_code = FailureCode::kTokensSpent;
  }
  return reply;
}

}  // namespace

CachedModel::CachedModel(std::unique_ptr<ChatModel> inner, ReplyStore& store,
                         SpendingLedger* ledger, std::string model)
    : inner_(std::move(inner)), store_(store), ledger_(ledger), model_(std::move(model)) {}

void CachedModel::count(const RequestKey& key, const std::string& row) {
  if (ledger_ != nullptr) ledger_->cached(model_, key, row);
}

void CachedModel::keep(const Sent& sent, const ChatReply& reply) {
  // A reply that was all reasoning is paid for and would come again under the same limit.
  const bool spent = reply.failure_code == FailureCode::kTokensSpent;
  const bool cut = reply.finish == FinishReason::kLength || spent;
  if ((reply.failure && !spent) || (reply.text.empty() && !cut)) return;
  const bool ended = reply.finish == FinishReason::kStop && !spent;
  StoredReply stored;
  stored.key = ended ? sent.key.open : sent.key.limited;
  stored.model = inner_->identity();
  stored.text = reply.text;
  stored.reasoning = reply.reasoning;
  if (spent) stored.failure = reply.failure.value_or("");
  stored.finish = reply.finish;
  stored.tokens_max = sent.tokens_max;
  stored.prompt_tokens = reply.usage.prompt_tokens;
  stored.cached_tokens = reply.usage.cached_tokens;
  stored.completion_tokens = reply.usage.completion_tokens;
  stored.reasoning_tokens = reply.usage.reasoning_tokens;
  stored.prompt_ids = reply.prompt_ids;
  stored.call = reply.call;
  store_.put(stored);
}

// Answers what can be answered and returns the first request that cannot; nothing at the end.
std::optional<ChatRequest> CachedModel::next_miss(const Source& next, const Sink& done,
                                                  const StopFlag& stop, Flight& flight) {
  while (std::optional<ChatRequest> request = next()) {
    stop.check();
    RequestKey key = request_key(inner_->identity(), *request);
    if (auto stored = store_.find_any({key.open, key.limited})) {
      count(key, request->key);
      done(reply_of(*std::move(stored), request->key));
      continue;
    }
    if (const auto same = flight.by_limit.find(key.limited); same != flight.by_limit.end()) {
      count(key, request->key);
      flight.sent.at(same->second).waiting.push_back(request->key);
      continue;
    }
    Sent sent{.row = request->key, .tokens_max = key.limit};
    while (flight.sent.contains(request->key)) request->key += '\'';
    flight.by_limit[key.limited] = request->key;
    sent.key = std::move(key);
    flight.sent[request->key] = std::move(sent);
    return request;
  }
  return std::nullopt;
}

void CachedModel::run(const Source& next, const Sink& done, const StopFlag& stop) {
  Flight flight;
  std::optional<ChatRequest> first = next_miss(next, done, stop, flight);
  if (!first) return;
  const auto pull = [&] {
    return first ? std::exchange(first, std::nullopt) : next_miss(next, done, stop, flight);
  };
  const auto hand_on = [&](ChatReply reply) {
    const auto found = flight.sent.find(reply.key);
    DRP_CHECK(found != flight.sent.end(), "a reply to a request that was never made");
    const Sent sent = std::move(found->second);
    flight.sent.erase(found);
    flight.by_limit.erase(sent.key.limited);
    keep(sent, reply);
    reply.key = sent.row;
    for (const std::string& row : sent.waiting) {
      ChatReply copy = reply;
      copy.key = row;
      copy.call.clear();
      done(std::move(copy));
    }
    done(std::move(reply));
  };
  inner_->run(pull, hand_on, stop);
  store_.sync();
}

SpendingLedger::Recall recall_from(ReplyStore& store) {
  return [&store](const SpendingLedger::Unknown& unknown) -> std::optional<Usage> {
    const std::string& open = unknown.call.key;
    const int limit = static_cast<int>(unknown.call.limit);
    for (const std::string& key : {open, limited_key(open, limit)}) {
      const auto stored = store.find(key);
      if (stored && stored->call == unknown.id) return usage_of(*stored);
    }
    return std::nullopt;
  };
}

}  // namespace drp::llm
