// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <string>

namespace drp::pipeline {

// One trace of a run folder with every decision about it, for reading: question, verdict, each step
// with its action, skill, rule and reason, what it said and what it says now, each gate, the path.
// `id` is that of a trace, or of a problem, whose first trace is meant. Throws Error{kUsage} for a
// folder that is no run and for an id that it does not hold, naming the nearest.
std::string explain_trace(const std::filesystem::path& folder, const std::string& id);

}  // namespace drp::pipeline
