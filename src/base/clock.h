// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <string>

namespace drp {

// The only source of time for code that waits or stamps; stages take none.
class Clock {
 public:
  virtual ~Clock() = default;
  // Monotonic seconds since an arbitrary start.
  virtual double seconds() const = 0;
  // UTC as "2026-01-31T12:00:00Z".
  virtual std::string timestamp() const = 0;
};

class SystemClock final : public Clock {
 public:
  double seconds() const override;
  std::string timestamp() const override;
};

}  // namespace drp
