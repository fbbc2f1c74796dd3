// SPDX-License-Identifier: Apache-2.0
#include "base/stop.h"

#include <csignal>

#include "base/error.h"

namespace drp {

void StopFlag::check() const {
  const int signal = signal_.load(std::memory_order_relaxed);
  if (signal == 0) return;
  throw Error(signal == SIGTERM ? ErrorKind::kTerminated : ErrorKind::kInterrupted,
              "stopped on request; finished work is kept",
              "run the same command again to continue");
}

}  // namespace drp
