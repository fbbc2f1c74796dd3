// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "cli/command.h"
#include "llm/endpoint_probe.h"

namespace drp::cli {

// Probes the model and prints what was found; the exit code says whether it answers.
int examine_endpoint(llm::ChatModel& model, const llm::ProbeOptions& options,
                     const Context& context);

}  // namespace drp::cli
