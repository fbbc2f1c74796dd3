// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <chrono>
#include <ctime>
#include <functional>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "base/clock.h"
#include "base/file.h"
#include "llm/http/transport.h"

// A network and a clock for tests: time passes only while the transport waits, so hours of pacing
// take no time and every moment is exact.
namespace drp::llm::http {

class FakeClock final : public Clock {
 public:
  // Monotonic second 0 is this moment.
  static constexpr double kEpoch = 1'767'225'600;  // 2026-01-01T00:00:00Z

  double seconds() const override { return now_; }
  std::string timestamp() const override {
    const auto unix_now = static_cast<std::time_t>(kEpoch + now_);
    std::tm utc{};
    ::gmtime_r(&unix_now, &utc);
    char buffer[32];
    return {buffer, std::strftime(buffer, sizeof buffer, "%Y-%m-%dT%H:%M:%SZ", &utc)};
  }
  void advance(double seconds) { now_ += seconds; }

 private:
  double now_ = 0;
};

// What a fake service does with a call: an answer and how long it takes.
struct FakeAnswer {
  int status = 200;
  std::string body;
  std::vector<std::pair<std::string, std::string>> headers;
  double seconds = 0.5;
  Fault fault = Fault::kNone;
};

struct SentCall {
  HttpCall call;
  double at = 0;
};

class FakeTransport final : public Transport {
 public:
  using Service = std::function<FakeAnswer(const SentCall&)>;

  FakeTransport(FakeClock& clock, Service service) : clock_(clock), service_(std::move(service)) {}

  void start(HttpCall call) override {
    SentCall sent{std::move(call), clock_.seconds()};
    const FakeAnswer answer = service_(sent);
    HttpResult result;
    result.id = sent.call.id;
    result.status = answer.fault == Fault::kNone ? answer.status : 0;
    result.fault = answer.fault;
    result.fault_text = answer.fault == Fault::kNone ? "" : "the line is dead";
    if (sent.call.save_to.empty() || answer.status != 200) {
      result.body = answer.body;
    } else {
      write_file_atomic(sent.call.save_to, answer.body);
    }
    for (const auto& [name, value] : answer.headers) result.headers.add(name, value);
    result.seconds = answer.seconds;
    pending_.emplace(clock_.seconds() + answer.seconds, std::move(result));
    in_flight_max = std::max(in_flight_max, pending_.size());
    sent_.push_back(std::move(sent));
  }

  std::vector<HttpResult> wait(double seconds_max) override {
    std::vector<HttpResult> results;
    const double until = clock_.seconds() + seconds_max;
    if (!pending_.empty() && pending_.begin()->first <= until) {
      clock_.advance(std::max(0.0, pending_.begin()->first - clock_.seconds()));
      while (!pending_.empty() && pending_.begin()->first <= clock_.seconds()) {
        results.push_back(std::move(pending_.begin()->second));
        pending_.erase(pending_.begin());
      }
    } else {
      // At least a tick, so that a time that rounding never reaches cannot hold a test for ever.
      clock_.advance(std::max(1e-6, seconds_max));
    }
    return results;
  }

  void cancel_all() override { pending_.clear(); }

  const std::vector<SentCall>& sent() const { return sent_; }
  std::size_t in_flight_max = 0;

 private:
  FakeClock& clock_;
  Service service_;
  std::multimap<double, HttpResult> pending_;
  std::vector<SentCall> sent_;
};

}  // namespace drp::llm::http
