// SPDX-License-Identifier: Apache-2.0
#include "base/memory.h"

#include <unistd.h>

#include <algorithm>
#include <fstream>
#include <optional>
#include <string>

#include "base/text.h"

namespace drp {
namespace {

// The number that follows `label` in a file of words, or the first word where there is no label.
std::optional<std::uint64_t> number_in(const std::string& path, std::string_view label) {
  std::ifstream file(path);
  std::string word;
  while (file >> word) {
    if (!label.empty() && word != label) continue;
    if (!label.empty() && !(file >> word)) break;
    const std::optional<std::int64_t> value = parse_int(word);
    if (value && *value >= 0) return static_cast<std::uint64_t>(*value);
    break;  // such as "max"
  }
  return std::nullopt;
}

constexpr std::uint64_t kKibibyte = 1024;

}  // namespace

std::uint64_t available_memory_bytes() {
  constexpr std::uint64_t kUnknown = std::uint64_t{4} << 30U;
  const auto kibibytes = number_in("/proc/meminfo", "MemAvailable:");
  std::uint64_t bytes = kibibytes ? *kibibytes * kKibibyte : kUnknown;
  const auto limit = number_in("/sys/fs/cgroup/memory.max", "");
  const auto used = number_in("/sys/fs/cgroup/memory.current", "");
  if (limit && used) bytes = std::min(bytes, *limit > *used ? *limit - *used : 0);
  return bytes;
}

std::uint64_t process_memory_bytes() {
  return number_in("/proc/self/status", "VmRSS:").value_or(0) * kKibibyte;
}

std::uint64_t process_memory_peak_bytes() {
  return number_in("/proc/self/status", "VmHWM:").value_or(0) * kKibibyte;
}

bool reset_process_memory_peak() {
  std::ofstream file("/proc/self/clear_refs");
  file << "5" << std::flush;
  return file.good();
}

}  // namespace drp
