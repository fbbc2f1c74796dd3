// SPDX-License-Identifier: Apache-2.0
#include "base/clock.h"

#include <ctime>

namespace drp {

double SystemClock::seconds() const {
  const auto now = std::chrono::steady_clock::now().time_since_epoch();
  return std::chrono::duration<double>(now).count();
}

std::string SystemClock::timestamp() const {
  const std::time_t now = std::time(nullptr);
  std::tm utc{};
  ::gmtime_r(&now, &utc);
  char buffer[32];
  const std::size_t size = std::strftime(buffer, sizeof buffer, "%Y-%m-%dT%H:%M:%SZ", &utc);
  return {buffer, size};
}

}  // namespace drp
