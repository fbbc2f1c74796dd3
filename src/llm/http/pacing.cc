// SPDX-License-Identifier: Apache-2.0
#include "llm/http/pacing.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace drp::llm::http {
namespace {

constexpr double kSavedUp_s = 0.05;
constexpr double kHalf = 0.5;
constexpr double kSlowFactor = 0.8;
// Slower than this many times the best, and by more than this, is congestion.
constexpr double kSlowTimes = 4;
constexpr double kSlowMin_s = 1;
constexpr double kAverageShare = 0.05;   // of a new value in a moving average
constexpr double kForgetShare = 0.0005;  // by which the best value rises with each reply
// A reply costs this many tokens' time before its first.
constexpr double kTokensBefore = 32;
constexpr int kDoublingsMax = 30;

}  // namespace

double backoff_s(int failures, const BackoffOptions& options, Random& random) {
  const double ceiling = options.base_s * std::exp2(std::clamp(failures, 0, kDoublingsMax));
  return random.uniform() * std::min(options.cap_s, ceiling);
}

// --- TokenBucket --------------------------------------------------------------------------------

TokenBucket::TokenBucket(double per_minute, double now) : at_(now) {
  set_rate(per_minute, now);
  level_ = capacity_;
}

double TokenBucket::per_minute() const { return rate_ * 60; }

void TokenBucket::set_rate(double per_minute, double now) {
  level_ = level_at(now);
  at_ = now;
  rate_ = per_minute / 60;
  capacity_ = std::max(1.0, rate_ * kSavedUp_s);
  level_ = std::min(level_, capacity_);
}

double TokenBucket::level_at(double now) const {
  return std::min(capacity_, level_ + std::max(0.0, now - at_) * rate_);
}

double TokenBucket::ready_at(double amount, double now) const {
  if (!limited()) return now;
  const double missing = std::min(amount, capacity_) - level_at(now);
  // What rounding leaves missing is nothing.
  return missing <= 1e-9 ? now : now + missing / rate_;
}

void TokenBucket::take(double amount, double now) {
  if (!limited()) return;
  level_ = level_at(now) - amount;
  at_ = now;
}

void TokenBucket::settle(double surplus, double now) {
  if (!limited()) return;
  level_ = std::min(capacity_, level_at(now) + surplus);
  at_ = now;
}

void TokenBucket::observe(const RateLimit& limit, std::optional<double> per_minute_max,
                          double now) {
  double per_minute = static_cast<double>(limit.limit);
  const auto used = static_cast<double>(limit.limit - limit.remaining);
  // A limit a day shows by how slowly it comes back.
  if (limit.reset_s && *limit.reset_s > 60 && used > 0) {
    per_minute = std::min(per_minute, used / *limit.reset_s * 60);
  }
  if (per_minute_max) per_minute = std::min(per_minute, *per_minute_max);
  if (!limited()) {
    *this = TokenBucket(per_minute, now);
  } else if (per_minute != this->per_minute()) {
    set_rate(per_minute, now);
  }
  level_ = std::min(level_at(now), static_cast<double>(limit.remaining));
  at_ = now;
}

// --- ConcurrencyWindow --------------------------------------------------------------------------

ConcurrencyWindow::ConcurrencyWindow(int max)
    : max_(static_cast<double>(max)), size_(std::min(max_, kStart)) {}

void ConcurrencyWindow::shrink(double factor, double now) {
  size_ = std::max(1.0, size_ * factor);
  starting_ = false;
  shrunk_at_ = now;
}

bool ConcurrencyWindow::slowed(double seconds, std::int64_t tokens) {
  const double each_s =
      seconds / (static_cast<double>(std::max<std::int64_t>(0, tokens)) + kTokensBefore);
  if (recent_s_ == 0) {
    recent_s_ = best_s_ = each_s;
    recent_all_s_ = best_all_s_ = seconds;
    return false;
  }
  recent_s_ += (each_s - recent_s_) * kAverageShare;
  recent_all_s_ += (seconds - recent_all_s_) * kAverageShare;
  best_s_ = std::min(recent_s_, best_s_ * (1 + kForgetShare));
  best_all_s_ = std::min(recent_all_s_, best_all_s_ * (1 + kForgetShare));
  return recent_s_ > kSlowTimes * best_s_ && recent_all_s_ > kSlowTimes * best_all_s_ &&
         recent_all_s_ > best_all_s_ + kSlowMin_s;
}

void ConcurrencyWindow::succeeded(double started, double now, std::int64_t tokens) {
  const bool slow = slowed(now - started, tokens);
  if (started <= shrunk_at_) return;
  if (slow) {
    shrink(kSlowFactor, now);
    return;
  }
  size_ = std::min(max_, size_ + (starting_ ? 1 : 1 / size_));
}

void ConcurrencyWindow::congested(double started, double now) {
  if (started > shrunk_at_) shrink(kHalf, now);
}

// --- CircuitBreaker -----------------------------------------------------------------------------

double CircuitBreaker::ready_at(double now) const {
  if (!open_) return now;
  if (trying_) return std::numeric_limits<double>::infinity();
  return std::max(now, until_);
}

void CircuitBreaker::sent() { trying_ = open_; }

void CircuitBreaker::dropped() { trying_ = false; }

void CircuitBreaker::succeeded() {
  open_ = trying_ = false;
  failures_ = 0;
  pause_s_ = kPauseMin_s;
}

void CircuitBreaker::failed(double now) {
  ++failures_;
  if (open_ && !trying_) return;  // sent before it opened
  if (open_) {
    pause_s_ = std::min(kPauseMax_s, 2 * pause_s_);
  } else if (failures_ < kFailuresMin) {
    return;
  }
  open_ = true;
  trying_ = false;
  until_ = now + pause_s_;
}

}  // namespace drp::llm::http
