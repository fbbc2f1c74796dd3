// SPDX-License-Identifier: Apache-2.0
#include "llm/http/open_files.h"

#include <sys/resource.h>

#include <string>

#include "base/error.h"

namespace drp::llm::http {
namespace {

// Logs, records, the model file, pipes, name lookups.
constexpr int kOtherFiles = 64;

}  // namespace

void allow_open_files(int connections) {
  const auto wanted = static_cast<rlim_t>(connections + kOtherFiles);
  rlimit limit{};
  if (::getrlimit(RLIMIT_NOFILE, &limit) != 0 || limit.rlim_cur >= wanted) return;
  const rlim_t before = limit.rlim_cur;
  if (limit.rlim_max >= wanted) {
    limit.rlim_cur = wanted;
    if (::setrlimit(RLIMIT_NOFILE, &limit) == 0) return;
  }
  const std::string needed = std::to_string(wanted);
  throw Error(ErrorKind::kConfig,
              "a concurrency of " + std::to_string(connections) + " needs " + needed +
                  " open files; the limit is " + std::to_string(before) +
                  " (hard: " + std::to_string(limit.rlim_max) + ")",
              "set a lower concurrency, or raise the limit: ulimit -n " + needed);
}

}  // namespace drp::llm::http
