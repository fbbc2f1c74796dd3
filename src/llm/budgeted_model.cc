// SPDX-License-Identifier: Apache-2.0
#include "llm/budgeted_model.h"

#include <utility>

#include "base/check.h"
#include "base/error.h"
#include "llm/request_key.h"

namespace drp::llm {
namespace {

std::string taken(std::map<std::string, std::deque<std::string>>& calls, const std::string& row) {
  const auto found = calls.find(row);
  DRP_CHECK(found != calls.end(), "a reply to a request that was never made");
  std::string id = std::move(found->second.front());
  found->second.pop_front();
  if (found->second.empty()) calls.erase(found);
  return id;
}

CallEnd end_of(const ChatReply& reply) {
  CallEnd end;
  end.usage = reply.usage;
  end.usage += reply.usage_retried;
  end.attempts = reply.attempts;
  end.failure = reply.failure;
  // What the service would not take it did not work on; a reply that was refused or whose tokens
  // were spent says its usage.
  const FailureCode code = reply.failure_code;
  end.unbilled = reply.unbilled || code == FailureCode::kContextLength ||
                 code == FailureCode::kInvalidRequest || code == FailureCode::kOversized ||
                 reply.usage != Usage{};
  return end;
}

}  // namespace

BudgetedModel::BudgetedModel(std::unique_ptr<ChatModel> inner, SpendingLedger& ledger,
                             BudgetOptions options)
    : inner_(std::move(inner)), ledger_(ledger), options_(std::move(options)) {
  if (options_.price || !ledger_.budget().usd_max) return;
  throw Error(ErrorKind::kConfig,
              "the price of '" + options_.model + "' is unknown and there is a cap of " +
                  show_usd(ledger_.budget().usd_max),
              "name it in the price file (teacher.prices), or cap with teacher.max_tokens");
}

PaidCall BudgetedModel::paid_call(const ChatRequest& request) const {
  const RequestKey key = request_key(inner_->identity(), request);
  const std::int64_t prompt =
      options_.count ? options_.count(request) : prompt_tokens_bound(request);
  return {.row = request.key,
          .key = key.open,
          .model = options_.model,
          .prompt_bytes = prompt_bytes(request),
          .prompt_max = prompt,
          .completion_max = request.sampling.tokens_max,
          .limit = key.limit,
          .price = options_.price,
          .batch = options_.batch};
}

bool BudgetedModel::admit(ChatRequest& request, InFlight& calls) {
  const std::optional<std::string> id = ledger_.begin(paid_call(request));
  if (!id) return false;
  calls[request.key].push_back(*id);
  request.may_resend = [this, id = *id, asked = request.may_resend](Resend why) {
    return (!asked || asked(why)) && ledger_.resend(id, why);
  };
  return true;
}

// What was handed in by batch stays open: a later process takes its reply. A service that turned us
// away before it ever answered has billed none of what was in flight.
void BudgetedModel::abandon(const InFlight& calls, const std::string& why, bool refused) {
  if (options_.batch) return;
  for (const auto& [row, ids] : calls) {
    for (const std::string& id : ids) {
      ledger_.end(id, {.failure = why, .unbilled = refused && !served_});
    }
  }
}

void BudgetedModel::run(const Source& next, const Sink& done, const StopFlag& stop) {
  InFlight calls;
  std::optional<ChatRequest> held;  // what a cap did not allow yet
  bool ended = false;
  bool refused = false;
  bool progress = false;
  const auto pull = [&]() -> std::optional<ChatRequest> {
    if (ended || refused) return std::nullopt;
    std::optional<ChatRequest> request = held ? std::exchange(held, std::nullopt) : next();
    ended = !request;
    if (ended) return std::nullopt;
    if (!admit(*request, calls)) {
      held = std::move(request);
      refused = true;
      return std::nullopt;
    }
    progress = true;
    return request;
  };
  const auto hand_on = [&](ChatReply reply) {
    const std::string id = taken(calls, reply.key);
    reply.call = id;
    const CallEnd end = end_of(reply);
    served_ = served_ || !end.failure;
    // Handed on first: a process killed in between leaves the reply in the store, and the ledger
    // finds it there; the other way round it would be paid for again.
    try {
      done(std::move(reply));
    } catch (...) {
      ledger_.end(id, end);
      throw;
    }
    ledger_.end(id, end);
  };
  try {
    for (;;) {
      refused = progress = false;
      inner_->run(pull, hand_on, stop);
      if (!held) break;
      if (!progress) {
        throw Error(ErrorKind::kBudget, ledger_.refusal(paid_call(*held)),
                    "raise teacher.max_usd or teacher.max_tokens and run again; what is done is "
                    "kept");
      }
    }
  } catch (const Error& error) {
    abandon(calls, error.message(), error.kind() == ErrorKind::kAuth);
    ledger_.sync();
    throw;
  } catch (...) {
    abandon(calls, "broken off", false);
    throw;
  }
  ledger_.sync();
}

}  // namespace drp::llm
