// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "base/clock.h"
#include "llm/chat_model.h"
#include "llm/http/batch_files.h"
#include "llm/http/endpoint.h"
#include "llm/http/transport.h"

namespace drp::llm::http {

struct BatchOptions {
  std::filesystem::path folder;  // request and result files, and what was started
  std::string run = "drp";       // for the metadata of each batch
  BatchLimits limits;
  double poll_s = 60;
  double wait_s = 0;   // how long run() waits for results before it says that they are pending
  int rounds_max = 4;  // how often a request that got no turn is handed in
  std::uint64_t seed = 0;
  std::function<void(std::string_view)> warn;  // may be empty
};

// A ChatModel over the Batch API (half the price, within a day). run() pulls all requests, hands in
// those that no batch of the folder answers or holds, and hands out what is there: replies are
// found by id, so neither order nor repetition matter, and equal questions are asked and paid for
// once (the first of them carries the usage). What expired, was cancelled or is missing is handed
// in again.
//
// Throws Error{kPending} while something is still being worked on; the same call goes on later, in
// this process or another.
class BatchChatModel final : public ChatModel {
 public:
  // `clock` outlives the model.
  BatchChatModel(Endpoint endpoint, BatchOptions options, std::unique_ptr<Transport> transport,
                 const Clock& clock);

  std::string identity() const override { return endpoint_.identity; }
  void run(const Source& next, const Sink& done, const StopFlag& stop) override;

 private:
  Endpoint endpoint_;
  BatchOptions options_;
  std::unique_ptr<Transport> transport_;
  const Clock& clock_;
};

// The model over libcurl, with the environment's key. Throws what resolve_endpoint() and
// make_curl_transport() throw.
std::unique_ptr<ChatModel> make_batch_model(EndpointOptions endpoint, BatchOptions options,
                                            const Clock& clock, const Environment& environment);

}  // namespace drp::llm::http
