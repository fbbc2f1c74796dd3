// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/stop.h"

namespace drp::grading {

// The second wall about the grader, behind its step budget: lines are worked on by processes of the
// program itself, started by posix_spawn, each with a memory limit. One that dies or takes too long
// costs the line it was at; the lines behind it go to a fresh process.
struct WorkerOptions {
  std::vector<std::string> command;  // program and arguments; it answers each line with one line
  int processes = 1;
  // Most milliseconds for one line.
  std::function<std::int64_t(const std::string& line)> milliseconds_max;
};

// Calls `next` for lines (without LF) until it gives none, and `done` with each line's answer in
// the order of the lines. Where a process died or took too long at a line, the answer is
// `failed(line, why)`. Memory does not grow with the number of lines. Throws Error{kIo} where no
// process starts, Error{kInterrupted} when asked to stop.
// SIGPIPE is ignored from then on.
void run_workers(
    const WorkerOptions& options, const std::function<std::optional<std::string>()>& next,
    const std::function<void(std::string&& answer)>& done,
    const std::function<std::string(const std::string& line, std::string_view why)>& failed,
    const StopFlag& stop);

// The other side: answers each line of standard input by `answer`, with at most `memory_bytes` of
// address space more than at the start. Returns at the end of the input.
void serve_lines(const std::function<std::string(std::string_view line)>& answer,
                 std::uint64_t memory_bytes);

}  // namespace drp::grading
