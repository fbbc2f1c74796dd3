// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <deque>
#include <map>
#include <memory>
#include <optional>
#include <string>

#include "llm/chat_model.h"
#include "llm/spending_ledger.h"

namespace drp::llm {

struct BudgetOptions {
  std::string model;           // how the account and the price file name it
  std::optional<Price> price;  // as billed (batch discount taken off); nothing: unknown
  PromptCounter count;         // exact prompt tokens; empty: bounded by bytes
  bool batch = false;          // calls outlive this process (PaidCall::batch)
};

// Pays for another model's calls out of a ledger: each request is written down and its worst case
// reserved before the model may send it, and settled with the reported usage when the reply has
// been handed on. A request that a cap does not allow waits until calls in flight have settled; if
// it does not fit then either, run() throws Error{kBudget}, which is resumable. The cap cannot be
// overshot as long as prompts stay within their bound and the service obeys tokens_max.
//
// Sinks get `ChatReply::call`, so that a store can tell later that the call's reply did arrive.
class BudgetedModel final : public ChatModel {
 public:
  // Owns `inner`; `ledger` must outlive it. Error{kConfig} for a cap in dollars and no price.
  BudgetedModel(std::unique_ptr<ChatModel> inner, SpendingLedger& ledger, BudgetOptions options);

  std::string identity() const override { return inner_->identity(); }
  void run(const Source& next, const Sink& done, const StopFlag& stop) override;

 private:
  using InFlight = std::map<std::string, std::deque<std::string>>;  // row key: call ids

  PaidCall paid_call(const ChatRequest& request) const;
  // The request made ready to be sent, or nothing where a cap does not allow it.
  bool admit(ChatRequest& request, InFlight& calls);
  void abandon(const InFlight& calls, const std::string& why, bool refused);  // but for batches

  std::unique_ptr<ChatModel> inner_;
  SpendingLedger& ledger_;
  BudgetOptions options_;
  bool served_ = false;  // a reply has come
};

}  // namespace drp::llm
