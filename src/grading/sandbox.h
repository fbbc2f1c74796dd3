// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/process.h"

namespace drp::grading {

// Runs `command` in bubblewrap: the system's /usr read-only, empty folders /work and /tmp of 64 MiB
// in memory, no network, no other process in sight, 512 MiB a process, 32 processes. Throws
// Error{kConfig} where bubblewrap is missing or may not make a sandbox here; that is found out
// once, without the code, so nothing that the code writes is taken for it.
ProcessResult run_in_sandbox(const std::vector<std::string>& command, std::string_view input,
                             std::int64_t milliseconds_max);

}  // namespace drp::grading
