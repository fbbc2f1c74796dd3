// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <sys/types.h>

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

namespace drp {

// A file descriptor that closes itself.
class Descriptor {
 public:
  explicit Descriptor(int value = -1) : value_(value) {}
  ~Descriptor() { reset(); }
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  int get() const { return value_; }
  bool open() const { return value_ >= 0; }
  void reset(int value = -1);

 private:
  int value_;
};

// A program (found by PATH) that runs beside this one, started by posix_spawn in a process group of
// its own, with pipes that do not block. The group is killed and reaped when the object goes.
class ChildProcess {
 public:
  struct Options {
    std::filesystem::path folder;  // where it starts; empty: here
    bool pipe_errors = false;      // else standard error is this program's
  };
  // Throws Error{kIo} where it cannot be started.
  ChildProcess(const std::vector<std::string>& command, const Options& options);
  ~ChildProcess();
  ChildProcess(const ChildProcess&) = delete;
  ChildProcess& operator=(const ChildProcess&) = delete;

  // Whether it has ended; its wait status is in `status` then.
  bool ended(int& status);
  // Kills the group and waits for the end.
  int kill_and_wait();

  Descriptor input;   // writes to its standard input
  Descriptor output;  // reads its standard output
  Descriptor errors;  // reads its standard error, where that is piped

 private:
  pid_t pid_ = -1;
};

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

// Runs a program to its end with `input` on standard input. Throws Error{kIo} where it cannot be
// started. SIGPIPE is ignored from then on.
ProcessResult run_process(const std::vector<std::string>& command, std::string_view input,
                          const ProcessOptions& options = {});

// Whether a program of this name can be found by PATH.
bool program_exists(std::string_view name);

}  // namespace drp
