// SPDX-License-Identifier: Apache-2.0
#include "llm/http/dispatch.h"

#include <algorithm>
#include <limits>
#include <nlohmann/json.hpp>

#include "base/text.h"
#include "llm/http/parameters.h"
#include "llm/http/verdict.h"
#include "llm/http/wait_hint.h"

namespace drp::llm::http {
namespace {

constexpr double kStopPoll_s = 0.1;        // how late a stop request may be seen
constexpr int kAdaptationsMax = 12;        // more than there are fields
constexpr double kLaterPatience_s = 3600;  // a longer Retry-After is a quota of another day
constexpr double kFirstReply_s = 120;      // a wrong address shows sooner than an outage
constexpr double kFirstReplyHere_s = 5;    // from this machine: a server that starts
constexpr double kNever = std::numeric_limits<double>::infinity();

// "gave up after 9 attempts: HTTP 503: overloaded".
std::string gave_up(int attempts, const ServiceError& error) {
  return "gave up after " + std::to_string(attempts) +
         (attempts == 1 ? " attempt: " : " attempts: ") + error.text();
}

}  // namespace

Dispatch::Dispatch(Parts parts, const ChatModel::Source& next, const ChatModel::Sink& done,
                   const StopFlag& stop)
    : parts_(parts), next_(next), done_(done), stop_(stop) {
  answered_at_ = parts_.clock.seconds();
}

std::string Dispatch::name(const Lane& lane) const { return lane.endpoint().shown(); }

int Dispatch::window() const {
  int sum = 0;
  for (const Lane& lane : parts_.lanes) sum += lane.window();
  return sum;
}

bool Dispatch::finished() const {
  if (!flights_.empty()) return false;
  return end_ || (exhausted_ && !held_ && later_.empty());
}

void Dispatch::run() {
  try {
    while (true) {
      const double now = parts_.clock.seconds();
      check_stop(now);
      if (end_ && now >= drain_until_) give_up();
      if (!end_) launch();
      if (finished()) break;
      const double until = std::min(end_ ? drain_until_ : wake_at_, now + kStopPoll_s);
      for (HttpResult& result : parts_.transport.wait(std::max(0.0, until - now))) {
        receive(std::move(result));
      }
    }
  } catch (...) {
    give_up();  // the source or the sink threw
    throw;
  }
  if (end_) throw *end_;
}

void Dispatch::check_stop(double now) {
  if (end_ || !stop_.requested()) return;
  try {
    stop_.check();
  } catch (const Error& error) {
    end_with(error, now);
  }
}

void Dispatch::end_with(Error error, double now) {
  if (end_) return;
  end_ = std::move(error);
  drain_until_ = now + parts_.options.drain_s;
}

void Dispatch::give_up() {
  parts_.transport.cancel_all();
  for (const auto& [id, flight] : flights_) parts_.lanes[flight.lane].dropped();
  flights_.clear();
}

// --- sending ------------------------------------------------------------------------------------

// Puts the job to send next into held_: one that waited long enough, or a new one. False where
// there is none now.
bool Dispatch::take_job(double now) {
  if (held_) return true;
  if (!later_.empty() && later_.begin()->first <= now) {
    held_ = std::move(later_.begin()->second);
    later_.erase(later_.begin());
    return true;
  }
  // What waits for another try bounds what may be pulled, so that an outage fills no memory.
  if (exhausted_ || static_cast<int>(later_.size()) >= window()) return false;
  std::optional<ChatRequest> request;
  try {
    request = next_();
  } catch (const Error& error) {
    if (!stop_.requested()) throw;
    end_with(error, now);  // the source saw the stop first; what is under way may come home
    return false;
  }
  if (!request) {
    exhausted_ = true;
    return false;
  }
  held_ = Job{.request = std::move(*request)};
  return true;
}

Dispatch::Choice Dispatch::choose(const Job& job, double now) const {
  Choice choice{std::nullopt, kNever};
  int best_free = 0;
  for (const bool avoiding : {true, false}) {
    for (std::size_t i = 0; i < parts_.lanes.size(); ++i) {
      const Lane& lane = parts_.lanes[i];
      if (avoiding && job.avoid == i) continue;
      const double ready_at = lane.ready_at(lane.estimate(job.request), now);
      choice.ready_at = std::min(choice.ready_at, ready_at);
      if (ready_at > now || lane.free_slots() <= best_free) continue;
      best_free = lane.free_slots();
      choice.lane = i;
    }
    if (choice.lane) break;
  }
  return choice;
}

void Dispatch::launch() {
  while (!end_) {
    const double now = parts_.clock.seconds();
    wake_at_ = later_.empty() ? kNever : later_.begin()->first;
    // Nothing is pulled before there is room for it.
    const bool room = std::any_of(parts_.lanes.begin(), parts_.lanes.end(),
                                  [](const Lane& lane) { return lane.free_slots() > 0; });
    if (!room) {
      wake_at_ = kNever;  // a reply wakes us
      return;
    }
    if (!take_job(now)) return;
    const Choice choice = choose(*held_, now);
    if (!choice.lane) {
      wake_at_ = choice.ready_at;
      return;
    }
    send(*choice.lane, now);
  }
}

void Dispatch::send(std::size_t index, double now) {
  Lane& lane = parts_.lanes[index];
  Job job = std::move(*held_);
  held_.reset();
  if (const auto why = lane.oversized(job.request)) {
    fail(std::move(job), FailureCode::kOversized, *why);
    return;
  }
  HttpCall call;
  try {
    call.body = request_body(job.request, lane.endpoint(), lane.quirks())
                    .dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
  } catch (const Error& error) {
    fail(std::move(job), FailureCode::kInvalidRequest, error.what());
    return;
  }
  call.id = parts_.next_id++;
  call.url = job.request.form == PromptForm::kPlain ? lane.endpoint().completions_url
                                                    : lane.endpoint().chat_url;
  call.headers = lane.endpoint().headers();
  call.headers.emplace_back("Content-Type: application/json");
  call.timeout_s = lane.endpoint().options.timeout_s;
  Flight flight;
  flight.lane = index;
  flight.tokens = lane.estimate(job.request);
  flight.started = now;
  flight.quirks_version = lane.quirks().version;
  ++job.attempts;
  flight.job = std::move(job);
  lane.sent(flight.tokens, now);
  const std::uint64_t id = call.id;
  flights_.emplace(id, std::move(flight));
  parts_.transport.start(std::move(call));
}

// --- receiving ----------------------------------------------------------------------------------

void Dispatch::receive(HttpResult result) {
  const auto found = flights_.find(result.id);
  if (found == flights_.end()) return;
  Flight flight = std::move(found->second);
  flights_.erase(found);
  Lane& lane = parts_.lanes[flight.lane];
  const double now = parts_.clock.seconds();
  const double now_unix = unix_seconds(parts_.clock.timestamp()).value_or(0);
  Outcome outcome = read_outcome(result, lane.endpoint(), now_unix);
  lane.ended(outcome, result.headers, flight.job.request, flight.tokens, flight.started, now,
             parts_.random);
  if (outcome.verdict == Verdict::kReply) {
    answered_ = true;
    answered_at_ = now;
  }
  settle(std::move(flight), std::move(outcome), now);
}

void Dispatch::settle(Flight flight, Outcome outcome, double now) {
  switch (outcome.verdict) {
    case Verdict::kReply:
      reply(std::move(flight.job), std::move(outcome.reply));
      return;
    case Verdict::kThrottled:
      throttle(std::move(flight), outcome, now);
      return;
    case Verdict::kRetry:
      retry(std::move(flight), outcome, now);
      return;
    case Verdict::kAdapt:
      adapt(std::move(flight), outcome, now);
      return;
    case Verdict::kFailRow: {
      const bool told = outcome.error.status > 0 || outcome.error.message.empty();
      fail(std::move(flight.job), outcome.code, told ? outcome.error.text() : outcome.error.message,
           std::move(outcome.reply));
      return;
    }
    case Verdict::kStopRun:
      end_with(Error(outcome.kind, name(parts_.lanes[flight.lane]) + ": " + outcome.error.text(),
                     outcome.hint),
               now);
      return;
  }
}

void Dispatch::reply(Job job, ChatReply reply) {
  reply.key = std::move(job.request.key);
  reply.attempts = job.attempts;
  reply.usage_retried = job.usage_retried;
  reply.unbilled = reply.failure && !job.lost && reply.usage == Usage{};
  done_(std::move(reply));
}

void Dispatch::fail(Job job, FailureCode code, std::string message, ChatReply reply) {
  reply.text.clear();
  reply.failure = std::move(message);
  reply.failure_code = code;
  this->reply(std::move(job), std::move(reply));
}

void Dispatch::later(Job job, double due) { later_.emplace(due, std::move(job)); }

// Whether the request may be sent once more; where a cap says no, it ends here.
bool Dispatch::may_resend(Job& job, Resend why) {
  job.lost = job.lost || why == Resend::kLost;
  if (!job.request.may_resend || job.request.may_resend(why)) return true;
  fail(std::move(job), FailureCode::kGaveUp, "a cap leaves no room for another attempt");
  return false;
}

void Dispatch::retry(Flight flight, const Outcome& outcome, double now) {
  Job& job = flight.job;
  const Lane& lane = parts_.lanes[flight.lane];
  job.usage_retried += outcome.reply.usage;
  job.avoid = flight.lane;
  job.lost = job.lost || outcome.reply.usage == Usage{};
  const int failures = job.retries++;
  // A timeout may be a slow service; a refused connection that never worked is a wrong address.
  const double patience_s =
      answered_ || outcome.congested
          ? parts_.options.patience_s
          : std::min(parts_.options.patience_s,
                     lane.endpoint().loopback ? kFirstReplyHere_s : kFirstReply_s);
  if (now - answered_at_ > patience_s && outcome.host_down) {
    end_with(Error(ErrorKind::kService,
                   "no reply for " + format_fixed(now - answered_at_, 0) + " s; last from " +
                       name(lane) + ": " + outcome.error.text(),
                   "run the same command again when the service is back"),
             now);
    return;
  }
  if (job.retries <= lane.endpoint().options.retries_max) {
    // What told its usage has been answered; a status without one was refused or lost on the way.
    const Resend why = outcome.reply.usage != Usage{} ? Resend::kAnswered : Resend::kLost;
    if (!may_resend(job, why)) return;
    later(std::move(job), now + backoff_s(failures, {}, parts_.random));
    return;
  }
  const std::string why = gave_up(job.attempts, outcome.error);
  if (!answered_ && outcome.host_down) {
    // Nothing ever came from there: the other rows would end the same way.
    end_with(Error(ErrorKind::kService, name(lane) + ": " + why, "check base_url and the network"),
             now);
    return;
  }
  fail(std::move(job), FailureCode::kGaveUp, why);
}

void Dispatch::throttle(Flight flight, const Outcome& outcome, double now) {
  Job& job = flight.job;
  const Lane& lane = parts_.lanes[flight.lane];
  job.usage_retried += outcome.reply.usage;
  if (outcome.wait_s.value_or(0) > kLaterPatience_s && parts_.lanes.size() == 1) {
    end_with(Error(ErrorKind::kAuth,
                   name(lane) + " asks to wait " + format_fixed(*outcome.wait_s / 3600, 1) +
                       " hours: " + outcome.error.text(),
                   "run the same command again then, or name another endpoint"),
             now);
    return;
  }
  if (!job.throttled_since) job.throttled_since = flight.started;
  if (now - *job.throttled_since > parts_.options.patience_s + outcome.wait_s.value_or(0)) {
    fail(std::move(job), FailureCode::kGaveUp, gave_up(job.attempts, outcome.error));
    return;
  }
  if (!may_resend(job, Resend::kRefused)) return;
  // The lane is paused as the service asked; another one may take the job at once.
  later(std::move(job), now);
}

void Dispatch::adapt(Flight flight, const Outcome& outcome, double now) {
  Job& job = flight.job;
  Lane& lane = parts_.lanes[flight.lane];
  job.usage_retried += outcome.reply.usage;
  bool changed = flight.quirks_version != lane.quirks().version;
  if (!changed) {
    const auto lesson = learn(lane.quirks(), outcome.error, job.request.sampling.tokens_max);
    changed = lesson.has_value();
    if (lesson && parts_.options.warn) {
      parts_.options.warn(lane.endpoint().options.model + " " + *lesson + " (" +
                          outcome.error.text() + ")");
    }
  }
  if (!changed || ++job.adaptations > kAdaptationsMax) {
    fail(std::move(job), FailureCode::kInvalidRequest, outcome.error.text());
    return;
  }
  if (!may_resend(job, Resend::kRefused)) return;
  later(std::move(job), now);
}

}  // namespace drp::llm::http
