// SPDX-License-Identifier: Apache-2.0
#include "grading/worker_pool.h"

#include <poll.h>
#include <unistd.h>

#include <cerrno>
#include <chrono>
#include <csignal>
#include <deque>
#include <memory>
#include <system_error>
#include <utility>

#include "base/error.h"
#include "base/process.h"

namespace drp::grading {
namespace {

using Clock = std::chrono::steady_clock;

constexpr std::size_t kLinesInFlight = 64;       // of one process
constexpr std::size_t kBytesInFlight = 1 << 20;  // of one process, beyond the first line
constexpr std::size_t kReadBytes = 1 << 16;
constexpr int kDeathsInARowMax = 1000;  // of processes that never answered anything

struct Line {
  std::uint64_t number;
  std::string text;
};

// One process and the lines that it has.
class Worker {
 public:
  explicit Worker(const std::vector<std::string>& command) : child_(command, {}) {}

  bool has_room(std::size_t bytes) const {
    return lines_.empty() ||
           (lines_.size() < kLinesInFlight && bytes_in_flight_ + bytes <= kBytesInFlight);
  }

  void give(Line line) {
    if (lines_.empty()) since_ = Clock::now();
    outgoing_ += line.text;
    outgoing_ += '\n';
    bytes_in_flight_ += line.text.size();
    lines_.push_back(std::move(line));
  }

  bool idle() const { return lines_.empty(); }
  // The line that it is at; it must not be idle.
  const Line& line() const { return lines_.front(); }
  bool writes() const { return !deaf_ && sent_ < outgoing_.size(); }
  int input() const { return child_.input.get(); }
  int output() const { return child_.output.get(); }
  Clock::time_point since() const { return since_; }

  // Sends what the pipe takes. A process that reads no more may have left answers in its output:
  // the end of that says that it is gone.
  void send() {
    while (sent_ < outgoing_.size()) {
      const ssize_t count =
          ::write(child_.input.get(), outgoing_.data() + sent_, outgoing_.size() - sent_);
      if (count < 0) {
        deaf_ = errno != EAGAIN && errno != EINTR;
        return;
      }
      sent_ += static_cast<std::size_t>(count);
    }
    outgoing_.clear();
    sent_ = 0;
  }

  // Reads answers and hands them on with their line's number. False where the process is gone.
  bool receive(const std::function<void(std::uint64_t, std::string&&)>& answered) {
    char buffer[kReadBytes];
    const ssize_t count = ::read(child_.output.get(), buffer, sizeof buffer);
    if (count < 0) return errno == EAGAIN || errno == EINTR;
    if (count == 0) return false;
    incoming_.append(buffer, static_cast<std::size_t>(count));
    std::size_t begin = 0;
    for (std::size_t end; (end = incoming_.find('\n', begin)) != std::string::npos;
         begin = end + 1) {
      if (lines_.empty()) return false;
      bytes_in_flight_ -= lines_.front().text.size();
      const std::uint64_t number = lines_.front().number;
      lines_.pop_front();
      since_ = Clock::now();
      answered(number, incoming_.substr(begin, end - begin));
    }
    incoming_.erase(0, begin);
    return true;
  }

  std::deque<Line> take_lines() { return std::move(lines_); }

 private:
  ChildProcess child_;
  std::deque<Line> lines_;  // given and not answered yet, oldest first
  std::size_t bytes_in_flight_ = 0;
  std::string outgoing_;
  std::size_t sent_ = 0;
  bool deaf_ = false;  // its input is closed
  std::string incoming_;
  Clock::time_point since_;
};

class Dispatcher {
 public:
  Dispatcher(const WorkerOptions& options, const std::function<std::optional<std::string>()>& next,
             const std::function<void(std::string&&)>& done,
             const std::function<std::string(const std::string&, std::string_view)>& failed)
      : options_(options), next_(next), done_(done), failed_(failed) {
    for (int i = 0; i < options.processes; ++i) {
      workers_.push_back(std::make_unique<Worker>(options.command));
    }
  }

  void run(const StopFlag& stop) {
    while (true) {
      stop.check();
      feed();
      publish();
      if (ended_ && finished()) return;
      wait();
    }
  }

 private:
  bool finished() const {
    if (!again_.empty() || !answers_.empty()) return false;
    for (const auto& worker : workers_) {
      if (!worker->idle()) return false;
    }
    return true;
  }

  // The window keeps the answers that wait for an earlier one few.
  bool window_open() const {
    return read_ - published_ < 2 * kLinesInFlight * static_cast<std::uint64_t>(options_.processes);
  }

  std::optional<Line> next_line() {
    if (!again_.empty()) {
      Line line = std::move(again_.front());
      again_.pop_front();
      return line;
    }
    if (ended_ || !window_open()) return std::nullopt;
    auto text = next_();
    if (!text) {
      ended_ = true;
      return std::nullopt;
    }
    return Line{read_++, *std::move(text)};
  }

  void feed() {
    bool given = true;
    while (given) {
      given = false;
      for (const auto& worker : workers_) {
        if (!held_) held_ = next_line();
        if (!held_) return;
        if (!worker->has_room(held_->text.size())) continue;
        worker->give(*std::move(held_));
        held_.reset();
        given = true;
      }
    }
  }

  void answer(std::uint64_t number, std::string&& text) {
    const auto place = static_cast<std::size_t>(number - published_);
    if (answers_.size() <= place) answers_.resize(place + 1);
    answers_[place] = std::move(text);
  }

  void publish() {
    while (!answers_.empty() && answers_.front()) {
      done_(*std::move(answers_.front()));
      answers_.pop_front();
      ++published_;
    }
  }

  // The line at the head is given up, the others go to a fresh process.
  void replace(std::unique_ptr<Worker>& worker, std::string_view why) {
    std::deque<Line> lines = worker->take_lines();
    if (lines.empty() && ++deaths_ > kDeathsInARowMax) {
      throw Error(ErrorKind::kIo, "the grading processes die at once", "report this, please");
    }
    if (!lines.empty()) {
      answer(lines.front().number, failed_(lines.front().text, why));
      lines.pop_front();
    }
    again_.insert(again_.begin(), std::make_move_iterator(lines.begin()),
                  std::make_move_iterator(lines.end()));
    worker = std::make_unique<Worker>(options_.command);
  }

  std::chrono::milliseconds limit_of(const Worker& worker) const {
    return std::chrono::milliseconds(options_.milliseconds_max(worker.line().text));
  }

  void wait() {
    std::vector<pollfd> waits;
    for (const auto& worker : workers_) {
      waits.push_back({worker->output(), POLLIN, 0});
      waits.push_back({worker->writes() ? worker->input() : -1, POLLOUT, 0});
    }
    constexpr int kTickMilliseconds = 100;
    if (::poll(waits.data(), waits.size(), kTickMilliseconds) < 0 && errno != EINTR) {
      throw Error(ErrorKind::kIo, "cannot wait for the grading processes: " +
                                      std::generic_category().message(errno));
    }
    for (std::size_t i = 0; i < workers_.size(); ++i) {
      auto& worker = workers_[i];
      bool alive = true;
      if ((waits[2 * i].revents & (POLLIN | POLLHUP | POLLERR)) != 0) {
        alive = worker->receive([this](std::uint64_t number, std::string&& text) {
          deaths_ = 0;
          answer(number, std::move(text));
        });
      }
      if (alive && waits[2 * i + 1].revents != 0) worker->send();
      if (!alive) {
        replace(worker, "the grading process died");
      } else if (!worker->idle() && Clock::now() - worker->since() > limit_of(*worker)) {
        replace(worker, "took too long");
      }
    }
  }

  const WorkerOptions& options_;
  const std::function<std::optional<std::string>()>& next_;
  const std::function<void(std::string&&)>& done_;
  const std::function<std::string(const std::string&, std::string_view)>& failed_;
  std::vector<std::unique_ptr<Worker>> workers_;
  std::optional<Line> held_;  // read, and no process has room yet
  std::deque<Line> again_;
  std::deque<std::optional<std::string>> answers_;  // from number `published_` on
  std::uint64_t read_ = 0;
  std::uint64_t published_ = 0;
  int deaths_ = 0;
  bool ended_ = false;
};

}  // namespace

void run_workers(const WorkerOptions& options,
                 const std::function<std::optional<std::string>()>& next,
                 const std::function<void(std::string&&)>& done,
                 const std::function<std::string(const std::string&, std::string_view)>& failed,
                 const StopFlag& stop) {
  std::signal(SIGPIPE, SIG_IGN);
  Dispatcher(options, next, done, failed).run(stop);
}

}  // namespace drp::grading
