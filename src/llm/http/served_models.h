// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <vector>

#include "base/stop.h"
#include "llm/http/endpoint.h"
#include "llm/http/transport.h"
#include "llm/served_model.h"

namespace drp::llm::http {

// What the service lists under /models; nothing where it has no such list. Asked once. Throws
// Error{kService} where nobody answers or the answer is no list, Error{kAuth} or Error{kConfig}
// where the key or the address is wrong, and what stop throws.
std::optional<std::vector<ServedModel>> served_models(const Endpoint& endpoint,
                                                      Transport& transport, const StopFlag& stop);

// The same over libcurl, with the environment's keys.
std::optional<std::vector<ServedModel>> served_models(const EndpointOptions& endpoint,
                                                      const StopFlag& stop);

}  // namespace drp::llm::http
