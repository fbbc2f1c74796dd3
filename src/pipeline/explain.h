// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <string>

namespace drp::pipeline {

// One trace of a run folder with every decision about it, for reading: question, verdict, each step
// with its action, skill, rule and reason, what it said and what it says now, each gate, the path.
// `id` is that of a trace, or of a problem, whose first trace is meant; a number that is no id is
// the place of a trace, from 1 in the order in which they were read. Throws Error{kUsage} for a
// folder that is no run and for an id that it does not hold, naming the nearest or the first.
std::string explain_trace(const std::filesystem::path& folder, const std::string& id);

}  // namespace drp::pipeline
