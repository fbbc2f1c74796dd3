// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <string>
#include <string_view>
#include <unordered_set>

#include "llm/http/batch_chat_model.h"
#include "llm/http/batch_ledger.h"
#include "llm/http/batch_rows.h"
#include "llm/http/batch_service.h"

namespace drp::llm::http {

// One BatchChatModel::run().
class BatchRun {
 public:
  BatchRun(const Endpoint& endpoint, const BatchOptions& options, BatchService& service,
           const Clock& clock);

  void run(const ChatModel::Source& next, const ChatModel::Sink& done);

 private:
  void begin(BatchJob& job);
  bool advance();
  void end(BatchJob& job, const BatchStatus& status);
  void refuse(BatchJob& job, const BatchStatus& status);
  void hand_out(const ChatModel::Sink& done);
  void read(const BatchJob& job, std::string_view kind, const ChatModel::Sink& done);
  void hand_in(const ChatModel::Sink& done);
  std::size_t under_way() const;
  std::filesystem::path result_file(const BatchJob& job, std::string_view kind) const;

  const Endpoint& endpoint_;
  const BatchOptions& options_;
  BatchService& service_;
  const Clock& clock_;
  BatchLedger ledger_;
  BatchRows rows_;
  std::unordered_set<std::string> read_;   // batches whose result files were read
  std::unordered_set<std::string> fresh_;  // batches that ended in this run
  bool held_ = false;                      // the service's queue is full: nothing is handed in now
};

}  // namespace drp::llm::http
