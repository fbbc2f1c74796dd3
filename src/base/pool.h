// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <functional>

namespace drp {

// Cores this process may really use: the affinity mask cut by the cgroup's CPU quota (rounded up),
// at least 1. Not the machine's core count.
int available_cores();

// Calls work(i) for i in [0, count) on `threads` threads and returns when all are done. The first
// exception stops the hand-out and is thrown again here. threads <= 1 runs in this thread.
void parallel_for(std::size_t count, int threads, const std::function<void(std::size_t)>& work);

}  // namespace drp
