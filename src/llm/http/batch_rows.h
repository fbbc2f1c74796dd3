// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "base/error.h"
#include "llm/http/batch_chat_model.h"
#include "llm/http/batch_files.h"
#include "llm/http/parameters.h"

namespace drp::llm::http {

// The requests of one run() over batches: who asked what, what came of it, and what has to be
// handed in. Requests lie in a file of the folder; ids and keys alone stay in memory.
class BatchRows {
 public:
  // Both outlive it.
  BatchRows(const Endpoint& endpoint, const BatchOptions& options);

  // Takes all requests. One that cannot be asked of this endpoint is answered with its failure.
  void pull(const ChatModel::Source& next, const ChatModel::Sink& done);

  bool empty() const { return wanted_.empty(); }
  std::size_t size() const { return wanted_.size(); }
  bool wants(const std::string& id) const { return wanted_.contains(id); }

  // Hands out what a result says about a wanted request: a reply, or a failure that another turn
  // would not mend. Else the request stays wanted. What concerns all requests ends the run in
  // report_errors() where the result is `fresh`.
  void take(const BatchResult& result, bool fresh, const ChatModel::Sink& done);
  // `line` of a request file had its turn; where it is still wanted that was in vain. A field that
  // the model does not take is left out of what is handed in next.
  void had_turn(std::string_view line, std::string_view where, const ChatModel::Sink& done);

  // Writes request files FOLDER/NAME-0001.jsonl, ... of what is wanted and not `waiting`, of at
  // most `lines_max` lines in all. A request that had all its turns in vain gets its failure
  // instead.
  std::vector<BatchFile> write(const std::string& name, const BatchLimits& limits,
                               std::size_t lines_max,
                               const std::unordered_set<std::string>& waiting,
                               const ChatModel::Sink& done);

  // Warns of the commonest failures since the last call, with how many rows each. Throws where no
  // row can succeed.
  void report_errors();

 private:
  struct Wanted {
    std::vector<std::string> keys;  // of the rows
    int tokens_max = 0;
  };

  void deliver(const std::string& id, const Outcome& outcome, const ChatModel::Sink& done);
  void give_up(const std::string& id, const ChatModel::Sink& done);

  const Endpoint& endpoint_;
  const BatchOptions& options_;
  Quirks quirks_;
  std::unordered_map<std::string, Wanted> wanted_;
  std::unordered_map<std::string, Outcome> refused_;  // whose body held a field not taken
  std::unordered_map<std::string, int> rounds_;       // turns that a wanted id had without reply
  std::unordered_map<std::string, std::string> why_;  // what its last turn said
  std::map<std::string, std::int64_t> errors_;        // messages of failed rows, counted
  std::optional<Error> stop_run_;                     // what concerns every row
};

}  // namespace drp::llm::http
