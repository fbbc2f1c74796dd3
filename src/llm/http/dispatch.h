// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <unordered_map>
#include <vector>

#include "base/clock.h"
#include "base/error.h"
#include "base/random.h"
#include "llm/chat_model.h"
#include "llm/http/http_chat_model.h"
#include "llm/http/lane.h"
#include "llm/http/transport.h"

namespace drp::llm::http {

// One HttpChatModel::run(): pulls requests when there is room for them, sends each over the best
// lane, sorts what comes back and asks again where that helps.
class Dispatch {
 public:
  // What belongs to the model; all outlive the dispatch.
  struct Parts {
    std::vector<Lane>& lanes;
    Transport& transport;
    const Clock& clock;
    Random& random;
    const HttpChatOptions& options;
    std::uint64_t& next_id;
  };
  Dispatch(Parts parts, const ChatModel::Source& next, const ChatModel::Sink& done,
           const StopFlag& stop);

  void run();

 private:
  // A request on its way through any number of attempts.
  struct Job {
    ChatRequest request;
    int attempts = 0;
    int retries = 0;      // attempts that failed by no fault of a limit
    int adaptations = 0;  // attempts that taught us a field
    bool lost = false;    // an attempt's outcome is unknown: it may have been billed
    Usage usage_retried;
    std::optional<double> throttled_since;
    std::optional<std::size_t> avoid;  // the lane that failed last
  };
  struct Flight {
    Job job;
    std::size_t lane = 0;
    std::int64_t tokens = 0;
    double started = 0;
    int quirks_version = 0;
  };
  struct Choice {
    std::optional<std::size_t> lane;  // may be sent now
    double ready_at = 0;              // else not before
  };

  void launch();
  bool take_job(double now);
  Choice choose(const Job& job, double now) const;
  void send(std::size_t lane, double now);
  void receive(HttpResult result);
  void settle(Flight flight, Outcome outcome, double now);
  void reply(Job job, ChatReply reply);
  void fail(Job job, FailureCode code, std::string message, ChatReply reply = {});
  void retry(Flight flight, const Outcome& outcome, double now);
  void throttle(Flight flight, const Outcome& outcome, double now);
  void adapt(Flight flight, const Outcome& outcome, double now);
  void later(Job job, double due);
  bool may_resend(Job& job, Resend why);
  void end_with(Error error, double now);
  void check_stop(double now);
  void give_up();
  bool finished() const;
  int window() const;
  std::string name(const Lane& lane) const;

  Parts parts_;
  const ChatModel::Source& next_;
  const ChatModel::Sink& done_;
  const StopFlag& stop_;
  std::optional<Job> held_;           // pulled, waiting for a lane
  std::multimap<double, Job> later_;  // by the time at which they may be sent again
  std::unordered_map<std::uint64_t, Flight> flights_;
  bool exhausted_ = false;
  bool answered_ = false;     // some endpoint gave a reply in this run
  double answered_at_ = 0;    // or the begin of the run
  double wake_at_ = 0;        // nothing can be sent before
  std::optional<Error> end_;  // the run ends with this
  double drain_until_ = 0;
};

}  // namespace drp::llm::http
