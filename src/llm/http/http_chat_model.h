// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "llm/chat_model.h"
#include "llm/http/endpoint.h"
#include "llm/http/lane.h"
#include "llm/http/transport.h"

namespace drp::llm::http {

struct HttpChatOptions {
  std::uint64_t seed = 0;  // of the jitter
  // How long to wait for a service that answers no request, or to let one request wait for a limit.
  double patience_s = 1800;
  // How long requests under way may still come home once the run has to end.
  double drain_s = 10;
  // One line worth reading: what a model was found not to take. May be empty.
  std::function<void(std::string_view)> warn;
};

// Chat completions of one or several OpenAI-compatible endpoints, as one model. One thread, many
// requests at a time; rows stream, nothing that is done is held. A request goes to the endpoint
// with the most free slots, and elsewhere when that one fails.
//
// run() hands a reply for every request. What only concerns one request (too long, refused, given
// up after retries) is ChatReply::failure. What concerns all throws, after the requests under way
// came home or drain_s passed: Error{kAuth} for key and quota, Error{kConfig} for address, model
// and certificate, Error{kService} where no endpoint answered for patience_s or ever.
//
// What was learned (limits, fields that a model does not take, pace) is kept from run to run.
class HttpChatModel final : public ChatModel {
 public:
  // `clock` outlives the model. At least one endpoint.
  HttpChatModel(std::vector<Endpoint> endpoints, HttpChatOptions options,
                std::unique_ptr<Transport> transport, const Clock& clock);
  ~HttpChatModel() override;

  std::string identity() const override;
  void run(const Source& next, const Sink& done, const StopFlag& stop) override;

 private:
  std::vector<Endpoint> endpoints_;
  HttpChatOptions options_;
  std::unique_ptr<Transport> transport_;
  const Clock& clock_;
  std::map<std::string, CircuitBreaker> breakers_;  // by host
  std::vector<Lane> lanes_;
  Random random_;
  std::uint64_t next_id_ = 1;
};

// The model over libcurl, with the environment's keys. Throws what resolve_endpoint() and
// make_curl_transport() throw.
std::unique_ptr<ChatModel> make_chat_model(std::vector<EndpointOptions> endpoints,
                                           HttpChatOptions options, const Clock& clock,
                                           const Environment& environment);
// The same for one endpoint.
std::unique_ptr<ChatModel> make_chat_model(const EndpointOptions& endpoint, HttpChatOptions options,
                                           const Clock& clock);

}  // namespace drp::llm::http
