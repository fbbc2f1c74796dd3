// SPDX-License-Identifier: Apache-2.0
#include "evaluate/capture.h"

#include <algorithm>
#include <cmath>

#include "base/check.h"

namespace drp::evaluate {

void CaptureCurve::add(std::int64_t tokens, bool right) {
  DRP_CHECK(tokens >= 0, "a length");
  ++responses_;
  if (!right) return;
  sorted_ = sorted_ && (lengths_.empty() || lengths_.back() <= tokens);
  lengths_.push_back(tokens);
}

void CaptureCurve::sort() const {
  if (!sorted_) std::sort(lengths_.begin(), lengths_.end());
  sorted_ = true;
}

std::int64_t CaptureCurve::fitting(std::int64_t limit) const {
  sort();
  return std::upper_bound(lengths_.begin(), lengths_.end(), limit) - lengths_.begin();
}

double CaptureCurve::captured(std::int64_t limit) const {
  if (lengths_.empty()) return 0;
  return static_cast<double>(fitting(limit)) / static_cast<double>(lengths_.size());
}

double CaptureCurve::accuracy(std::int64_t limit) const {
  if (responses_ == 0) return 0;
  return static_cast<double>(fitting(limit)) / static_cast<double>(responses_);
}

std::int64_t CaptureCurve::limit_for(double share) const {
  DRP_CHECK(share >= 0 && share <= 1, "a share");
  sort();
  // A hair below, so that 0.7 of 10 is 7 and not 8.
  const double wanted = std::ceil(share * static_cast<double>(lengths_.size()) - 1e-9);
  if (wanted < 1) return 0;
  return lengths_[static_cast<std::size_t>(wanted) - 1];
}

std::vector<CapturePoint> CaptureCurve::steps() const {
  sort();
  std::vector<CapturePoint> steps;
  std::int64_t right = 0;
  for (const std::int64_t length : lengths_) {
    ++right;
    if (steps.empty() || steps.back().limit != length) steps.push_back({length, right});
    steps.back().right = right;
  }
  return steps;
}

}  // namespace drp::evaluate
