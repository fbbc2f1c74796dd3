// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "llm/http/testing/chat_server.h"

namespace drp::llm::http::testing {

// What becomes of one batch.
struct BatchFate {
  int polls = 1;                    // asked so often first, it is still in progress
  std::string state = "completed";  // then
  std::size_t answered_max =
      SIZE_MAX;  // requests that get their turn; the rest are "batch_expired"
};

// The Batch API as the handler of a ChatServer: takes files, makes batches of them and answers each
// request with `answer`, whose errors go into the error file. Result files are in reversed order.
class BatchDesk {
 public:
  // The Nth batch gets the Nth fate, later ones the default.
  BatchDesk(ChatServer::Handler answer, std::vector<BatchFate> fates = {});

  ServerReply operator()(const ServerRequest& request) const;
  // Requests of each batch so far.
  std::vector<std::size_t> handed_in() const;

 private:
  struct State;
  std::shared_ptr<State> state_;  // the server copies its handler
};

}  // namespace drp::llm::http::testing
