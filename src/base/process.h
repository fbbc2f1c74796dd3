// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

namespace drp {

struct ProcessOptions {
  std::int64_t milliseconds_max = 10'000;  // then the process and its group are killed
  std::size_t output_bytes_max = 1 << 20;  // of each stream; what comes after is dropped
  std::filesystem::path folder;            // where it starts; empty: here
};

struct ProcessResult {
  int exit_code = -1;  // -1 where a signal ended it
  int signal = 0;
  bool timed_out = false;
  std::string output;  // standard output
  std::string errors;  // standard error
};

// Runs a program (found by PATH) to its end with `input` on standard input, in a process group of
// its own, started by posix_spawn. Throws Error{kIo} where it cannot be started.
ProcessResult run_process(const std::vector<std::string>& command, std::string_view input,
                          const ProcessOptions& options = {});

}  // namespace drp
