// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "llm/chat_model.h"
#include "llm/reply_store.h"
#include "llm/request_key.h"
#include "llm/spending_ledger.h"

namespace drp::llm {

// Answers from a reply store what was asked before and lets another model answer the rest. A reply
// is in the store before it is handed on. Equal requests in flight are sent once. Where the store
// answers everything, the other model is not even run.
//
// A reply that ended by itself answers requests with any tokens_max, one that was cut those with
// the same. Failures, and empty replies that were not cut, are never stored.
class CachedModel final : public ChatModel {
 public:
  // Owns `inner`. `store`, and `ledger` where there is one (it counts what the store answered under
  // the name `model`), must outlive it.
  CachedModel(std::unique_ptr<ChatModel> inner, ReplyStore& store, SpendingLedger* ledger = nullptr,
              std::string model = {});

  std::string identity() const override { return inner_->identity(); }
  void run(const Source& next, const Sink& done, const StopFlag& stop) override;

 private:
  struct Sent {
    std::string row;  // the request's own key
    RequestKey key;
    int tokens_max = 0;
    std::vector<std::string> waiting;  // rows that asked the same meanwhile
  };
  struct Flight {
    std::map<std::string, Sent> sent;             // by the key it was sent under
    std::map<std::string, std::string> by_limit;  // limited key to that key
  };

  std::optional<ChatRequest> next_miss(const Source& next, const Sink& done, const StopFlag& stop,
                                       Flight& flight);
  void keep(const Sent& sent, const ChatReply& reply);
  void count(const RequestKey& key, const std::string& row);

  std::unique_ptr<ChatModel> inner_;
  ReplyStore& store_;
  SpendingLedger* ledger_;
  std::string model_;
};

// For SpendingLedger: the usage of a call whose reply is in the store, which says that it came by
// this very call.
SpendingLedger::Recall recall_from(ReplyStore& store);

}  // namespace drp::llm
