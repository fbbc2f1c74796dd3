// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>

#include "base/random.h"
#include "llm/http/wait_hint.h"

// The parts of pacing. None has a clock: `now` is monotonic seconds, handed in.
namespace drp::llm::http {

// Exponential backoff with full jitter: uniform in [0, min(cap, base * 2^failures)].
struct BackoffOptions {
  double base_s = 0.5;
  double cap_s = 60;
};
double backoff_s(int failures, const BackoffOptions& options, Random& random);

// A limit a minute as a bucket that drips. At most one twentieth of a second's worth is saved up,
// so no minute sees more than the limit plus one request. A request larger than what can be saved
// goes when the bucket is full and leaves a debt.
class TokenBucket {
 public:
  TokenBucket() = default;  // no limit
  TokenBucket(double per_minute, double now);

  bool limited() const { return rate_ > 0; }
  double per_minute() const;
  // When `amount` may be taken; `now` or later.
  double ready_at(double amount, double now) const;
  void take(double amount, double now);
  // Gives back (or, negative, takes after all) what was reserved wrongly.
  void settle(double surplus, double now);
  // What the service says is left. Never makes the bucket faster than `per_minute_max` (the user's
  // limit); takes the service's rate where that is absent.
  void observe(const RateLimit& limit, std::optional<double> per_minute_max, double now);

 private:
  double level_at(double now) const;
  void set_rate(double per_minute, double now);

  double rate_ = 0;  // a second; 0: no limit
  double capacity_ = 0;
  double level_ = 0;
  double at_ = 0;
};

// How many requests may be in flight: additive increase, multiplicative decrease. Starts with
// kStart, doubles every round trip until the first congestion, then grows by one a round trip.
// Falls by half for a 429, a 503 or a timeout, and by a fifth where requests take far longer than
// they did; once for all requests that were in flight together.
class ConcurrencyWindow {
 public:
  static constexpr double kStart = 16;
  explicit ConcurrencyWindow(int max);

  int size() const { return static_cast<int>(size_); }
  // `tokens`: how many the reply had, as long replies take longer.
  void succeeded(double started, double now, std::int64_t tokens);
  void congested(double started, double now);

 private:
  void shrink(double factor, double now);
  bool slowed(double seconds, std::int64_t tokens);

  double max_;
  double size_;
  bool starting_ = true;
  double shrunk_at_ = -1;    // requests sent before count no more
  double recent_s_ = 0;      // moving average of the time a reply takes, a token
  double best_s_ = 0;        // its lowest value, slowly forgotten
  double recent_all_s_ = 0;  // moving average of the whole time
  double best_all_s_ = 0;
};

// Stops sending to a host that is down. After kFailuresMin failures with no success between them it
// opens; after a pause, which doubles up to kPauseMax_s, one request tries whether it is back.
class CircuitBreaker {
 public:
  static constexpr int kFailuresMin = 8;
  static constexpr double kPauseMin_s = 1;
  static constexpr double kPauseMax_s = 60;

  // When a request may be sent; infinity while one is trying.
  double ready_at(double now) const;
  void sent();
  void succeeded();
  void failed(double now);
  // The trial ended without a verdict on the host.
  void dropped();
  bool open() const { return open_; }

 private:
  bool open_ = false;
  bool trying_ = false;
  int failures_ = 0;
  double pause_s_ = kPauseMin_s;
  double until_ = 0;
};

}  // namespace drp::llm::http
