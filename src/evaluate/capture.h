// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <vector>

namespace drp::evaluate {

// From this token limit on, `right` responses are right and fit in it.
struct CapturePoint {
  std::int64_t limit = 0;
  std::int64_t right = 0;

  bool operator==(const CapturePoint&) const = default;
};

// What a token limit costs, without new runs: a response counts when it is right and no longer than
// the limit. A step curve that only rises, read from the lengths of the right responses.
// Not to be shared between threads: the first question after an add() sorts.
class CaptureCurve {
 public:
  // Any order; `tokens` >= 0. Memory: 8 bytes a right response.
  void add(std::int64_t tokens, bool right);

  std::int64_t responses() const { return responses_; }
  std::int64_t right() const { return static_cast<std::int64_t>(lengths_.size()); }

  // Of the right responses, the share that fits in `limit`: 0 to 1; 0 without right responses.
  double captured(std::int64_t limit) const;
  // The accuracy under `limit`: right responses that fit, over all responses.
  double accuracy(std::int64_t limit) const;
  // The least limit that captures at least `share` (in [0, 1]) of the right responses; 0 without.
  std::int64_t limit_for(double share) const;
  // The steps, one a distinct length, ascending; the last has all right responses.
  std::vector<CapturePoint> steps() const;

 private:
  std::int64_t fitting(std::int64_t limit) const;
  void sort() const;

  mutable std::vector<std::int64_t> lengths_;  // of the right responses
  mutable bool sorted_ = true;
  std::int64_t responses_ = 0;
};

}  // namespace drp::evaluate
