// SPDX-License-Identifier: Apache-2.0
#include "base/pool.h"

#include <sched.h>

#include <algorithm>
#include <atomic>
#include <exception>
#include <fstream>
#include <mutex>
#include <thread>
#include <vector>

namespace drp {
namespace {

// Cores granted by the control group (v2 "cpu.max": "QUOTA PERIOD"), or 0 when unlimited.
int quota_cores() {
  std::ifstream file("/sys/fs/cgroup/cpu.max");
  long quota = 0;
  long period = 0;
  if (!(file >> quota >> period) || quota <= 0 || period <= 0) return 0;
  return static_cast<int>((quota + period - 1) / period);
}

}  // namespace

int available_cores() {
  cpu_set_t mask;
  CPU_ZERO(&mask);
  int cores = 1;
  if (::sched_getaffinity(0, sizeof mask, &mask) == 0) cores = std::max(1, CPU_COUNT(&mask));
  const int quota = quota_cores();
  return quota > 0 ? std::min(cores, quota) : cores;
}

void parallel_for(std::size_t count, int threads, const std::function<void(std::size_t)>& work) {
  if (threads <= 1 || count <= 1) {
    for (std::size_t i = 0; i < count; ++i) work(i);
    return;
  }
  std::atomic<std::size_t> next{0};
  std::mutex mutex;
  std::exception_ptr failure;
  const auto run = [&] {
    for (std::size_t i = next.fetch_add(1); i < count; i = next.fetch_add(1)) {
      try {
        work(i);
      } catch (...) {
        const std::lock_guard lock(mutex);
        if (!failure) failure = std::current_exception();
        next.store(count);
      }
    }
  };
  std::vector<std::jthread> workers;
  const std::size_t size = std::min(count, static_cast<std::size_t>(threads));
  for (std::size_t i = 1; i < size; ++i) workers.emplace_back(run);
  run();
  workers.clear();
  if (failure) std::rethrow_exception(failure);
}

}  // namespace drp
