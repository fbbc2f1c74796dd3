// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/process.h"

namespace drp::grading {

// Runs `command` in bubblewrap: the system's /usr read-only, an empty /work with the given files,
// no network, no other process in sight, 512 MiB, 32 processes, 64 MiB a file. Throws
// Error{kConfig} where bubblewrap is missing or may not make a sandbox here.
ProcessResult run_in_sandbox(const std::vector<std::pair<std::string, std::string>>& files,
                             const std::vector<std::string>& command, std::string_view input,
                             std::int64_t milliseconds_max);

}  // namespace drp::grading
