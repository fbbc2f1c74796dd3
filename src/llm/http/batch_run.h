// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <map>
#include <optional>
#include <string>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "base/error.h"
#include "llm/http/batch_chat_model.h"
#include "llm/http/batch_ledger.h"
#include "llm/http/batch_service.h"

namespace drp::llm::http {

// One BatchChatModel::run().
class BatchRun {
 public:
  BatchRun(const Endpoint& endpoint, const BatchOptions& options, BatchService& service,
           const Clock& clock);

  void run(const ChatModel::Source& next, const ChatModel::Sink& done);

 private:
  void pull(const ChatModel::Source& next, const ChatModel::Sink& done);
  void begin(BatchJob& job);
  bool advance();
  void end(BatchJob& job, const BatchStatus& status);
  void refuse(BatchJob& job, const BatchStatus& status);
  void hand_out(const ChatModel::Sink& done);
  void read(const BatchJob& job, std::string_view kind, const ChatModel::Sink& done);
  void deliver(const std::string& id, const Outcome& outcome, const ChatModel::Sink& done);
  void hand_in(const ChatModel::Sink& done);
  void report_errors();
  std::size_t under_way() const;
  std::filesystem::path result_file(const BatchJob& job, std::string_view kind) const;

  const Endpoint& endpoint_;
  const BatchOptions& options_;
  BatchService& service_;
  const Clock& clock_;
  BatchLedger ledger_;
  std::unordered_map<std::string, std::vector<std::string>> wanted_;  // id: the rows' keys
  std::unordered_map<std::string, int> rounds_;       // turns that a wanted id had without reply
  std::unordered_map<std::string, std::string> why_;  // what its last turn said
  std::unordered_set<std::string> read_;              // batches whose result files were read
  std::unordered_set<std::string> fresh_;             // batches that ended in this run
  std::map<std::string, std::int64_t> errors_;        // messages of failed rows, counted
  std::optional<Error> stop_run_;                     // what concerns every row
  bool held_ = false;  // the service's queue is full: nothing is handed in now
};

}  // namespace drp::llm::http
