// SPDX-License-Identifier: Apache-2.0
#include <sys/resource.h>
#include <unistd.h>

#include <fstream>
#include <system_error>

#include "base/error.h"
#include "base/file.h"
#include "grading/worker_pool.h"

namespace drp::grading {
namespace {

// Address space now in use, from /proc; 0 where that cannot be read.
std::uint64_t address_space() {
  std::ifstream file("/proc/self/statm");
  std::uint64_t pages = 0;
  file >> pages;
  return pages * static_cast<std::uint64_t>(::sysconf(_SC_PAGESIZE));
}

void write_all(std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t count = ::write(1, bytes.data(), bytes.size());
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) {
      throw Error(ErrorKind::kIo, "cannot answer: " + std::generic_category().message(errno));
    }
    bytes.remove_prefix(static_cast<std::size_t>(count));
  }
}

}  // namespace

void serve_lines(const std::function<std::string(std::string_view)>& answer,
                 std::uint64_t memory_bytes) {
  const std::uint64_t used = address_space();
  if (used > 0) {
    const rlimit limit{used + memory_bytes, used + memory_bytes};
    ::setrlimit(RLIMIT_AS, &limit);
  }
  const rlimit no_core{0, 0};
  ::setrlimit(RLIMIT_CORE, &no_core);
  LineReader lines("-");
  while (const auto line = lines.next()) write_all(answer(*line) + "\n");
}

}  // namespace drp::grading
