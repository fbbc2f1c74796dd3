// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <atomic>

namespace drp {

// A request to stop after the present item. The first SIGINT or SIGTERM sets it (cli), the second
// kills the process. Loops over items call check().
class StopFlag {
 public:
  // Async-signal-safe. `signal` is SIGINT or SIGTERM.
  void request(int signal) noexcept { signal_.store(signal, std::memory_order_relaxed); }
  bool requested() const noexcept { return signal_.load(std::memory_order_relaxed) != 0; }
  // Throws Error{kInterrupted} or Error{kTerminated} when a stop was requested.
  void check() const;

 private:
  std::atomic<int> signal_{0};
};

}  // namespace drp
