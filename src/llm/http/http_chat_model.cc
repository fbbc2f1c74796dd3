// SPDX-License-Identifier: Apache-2.0
#include "llm/http/http_chat_model.h"

#include <algorithm>
#include <set>

#include "base/check.h"
#include "base/text.h"
#include "llm/http/dispatch.h"

namespace drp::llm::http {

HttpChatModel::HttpChatModel(std::vector<Endpoint> endpoints, HttpChatOptions options,
                             std::unique_ptr<Transport> transport, const Clock& clock)
    : endpoints_(std::move(endpoints)),
      options_(std::move(options)),
      transport_(std::move(transport)),
      clock_(clock),
      random_(options_.seed) {
  DRP_CHECK(!endpoints_.empty(), "a chat model needs an endpoint");
  const double now = clock_.seconds();
  for (const Endpoint& endpoint : endpoints_) {
    lanes_.emplace_back(endpoint, breakers_[endpoint.host], now);
  }
}

HttpChatModel::~HttpChatModel() = default;

std::string HttpChatModel::identity() const {
  std::set<std::string> names;
  for (const Endpoint& endpoint : endpoints_) names.insert(endpoint.identity);
  return join({names.begin(), names.end()}, " + ");
}

void HttpChatModel::run(const Source& next, const Sink& done, const StopFlag& stop) {
  Dispatch dispatch({lanes_, *transport_, clock_, random_, options_, next_id_}, next, done, stop);
  dispatch.run();
}

std::unique_ptr<ChatModel> make_chat_model(std::vector<EndpointOptions> endpoints,
                                           HttpChatOptions options, const Clock& clock,
                                           const Environment& environment) {
  std::vector<Endpoint> resolved;
  TransportOptions transport;
  transport.connections_max = 0;
  for (EndpointOptions& endpoint : endpoints) {
    resolved.push_back(resolve_endpoint(std::move(endpoint), environment));
    transport.connections_max += resolved.back().options.concurrency_max;
    transport.ca_file = resolved.back().ca_file;
    transport.ca_folder = resolved.back().ca_folder;
  }
  return std::make_unique<HttpChatModel>(std::move(resolved), std::move(options),
                                         make_curl_transport(transport), clock);
}

std::unique_ptr<ChatModel> make_chat_model(const EndpointOptions& endpoint, HttpChatOptions options,
                                           const Clock& clock) {
  return make_chat_model({endpoint}, std::move(options), clock, process_environment());
}

}  // namespace drp::llm::http
