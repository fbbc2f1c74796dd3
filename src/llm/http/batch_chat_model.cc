// SPDX-License-Identifier: Apache-2.0
#include "llm/http/batch_chat_model.h"

#include "llm/http/batch_run.h"
#include "llm/http/batch_service.h"

namespace drp::llm::http {

BatchChatModel::BatchChatModel(Endpoint endpoint, BatchOptions options,
                               std::unique_ptr<Transport> transport, const Clock& clock)
    : endpoint_(std::move(endpoint)),
      options_(std::move(options)),
      transport_(std::move(transport)),
      clock_(clock) {}

void BatchChatModel::run(const Source& next, const Sink& done, const StopFlag& stop) {
  BatchService service({endpoint_, *transport_, clock_, stop}, options_.seed);
  BatchRun(endpoint_, options_, service, clock_).run(next, done);
}

std::unique_ptr<ChatModel> make_batch_model(EndpointOptions endpoint, BatchOptions options,
                                            const Clock& clock, const Environment& environment) {
  Endpoint resolved = resolve_endpoint(std::move(endpoint), environment);
  TransportOptions transport;
  transport.connections_max = 1;
  transport.ca_file = resolved.ca_file;
  transport.ca_folder = resolved.ca_folder;
  return std::make_unique<BatchChatModel>(std::move(resolved), std::move(options),
                                          make_curl_transport(transport), clock);
}

}  // namespace drp::llm::http
