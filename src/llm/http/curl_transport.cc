// SPDX-License-Identifier: Apache-2.0
#include "base/error.h"
#include "llm/http/transport.h"

#ifndef DRP_HAVE_CURL

namespace drp::llm::http {

std::unique_ptr<Transport> make_curl_transport(const TransportOptions&) {
  throw Error(ErrorKind::kConfig, "this build of drp has no HTTP client",
              "install libcurl's development files and build again");
}

}  // namespace drp::llm::http

#else

#include <curl/curl.h>
#include <poll.h>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <cmath>
#include <csignal>
#include <unordered_map>

#include "base/check.h"
#include "llm/http/curl_call.h"
#include "llm/http/open_files.h"

namespace drp::llm::http {
namespace {

double steady_seconds() {
  const auto now = std::chrono::steady_clock::now().time_since_epoch();
  return std::chrono::duration<double>(now).count();
}

// libcurl's multi interface driven by poll(2) over the sockets that it names, so that a step costs
// what happened and not what is open.
class CurlTransport final : public Transport {
 public:
  explicit CurlTransport(TransportOptions options);
  ~CurlTransport() override;
  CurlTransport(const CurlTransport&) = delete;
  CurlTransport& operator=(const CurlTransport&) = delete;

  void start(HttpCall call) override;
  std::vector<HttpResult> wait(double seconds_max) override;
  void cancel_all() override;

 private:
  static int on_socket(CURL*, curl_socket_t socket, int what, void* self, void*);
  static int on_timer(CURLM*, long milliseconds, void* self);
  void watch(curl_socket_t socket, int what);
  void step(double seconds_max);
  void collect(std::vector<HttpResult>& results);
  void retire(CURL* handle);

  TransportOptions options_;
  CURLM* multi_ = nullptr;
  std::unordered_map<CURL*, std::unique_ptr<CurlCall>> calls_;
  std::vector<CURL*> idle_;
  std::vector<pollfd> polled_;
  std::vector<pollfd> ready_;
  double timer_at_ = -1;  // when libcurl wants to be called; -1: no such time
};

CurlTransport::CurlTransport(TransportOptions options) : options_(std::move(options)) {
  static const CURLcode initialised = curl_global_init(CURL_GLOBAL_DEFAULT);
  DRP_CHECK(initialised == CURLE_OK, "libcurl starts");
  allow_open_files(options_.connections_max);
  std::signal(SIGPIPE, SIG_IGN);  // a closed connection is an error code, not a signal
  multi_ = curl_multi_init();
  DRP_CHECK(multi_ != nullptr, "libcurl gives a multi handle");
  const auto connections = static_cast<long>(options_.connections_max);
  curl_multi_setopt(multi_, CURLMOPT_MAXCONNECTS, connections);
  curl_multi_setopt(multi_, CURLMOPT_MAX_TOTAL_CONNECTIONS, connections);
  curl_multi_setopt(multi_, CURLMOPT_PIPELINING, CURLPIPE_MULTIPLEX);
  curl_multi_setopt(multi_, CURLMOPT_SOCKETFUNCTION, &CurlTransport::on_socket);
  curl_multi_setopt(multi_, CURLMOPT_SOCKETDATA, this);
  curl_multi_setopt(multi_, CURLMOPT_TIMERFUNCTION, &CurlTransport::on_timer);
  curl_multi_setopt(multi_, CURLMOPT_TIMERDATA, this);
}

CurlTransport::~CurlTransport() {
  CurlTransport::cancel_all();
  for (CURL* handle : idle_) curl_easy_cleanup(handle);
  curl_multi_cleanup(multi_);
}

int CurlTransport::on_socket(CURL*, curl_socket_t socket, int what, void* self, void*) {
  static_cast<CurlTransport*>(self)->watch(socket, what);
  return 0;
}

int CurlTransport::on_timer(CURLM*, long milliseconds, void* self) {
  auto* transport = static_cast<CurlTransport*>(self);
  transport->timer_at_ =
      milliseconds < 0 ? -1 : steady_seconds() + static_cast<double>(milliseconds) / 1000;
  return 0;
}

void CurlTransport::watch(curl_socket_t socket, int what) {
  const auto found = std::find_if(polled_.begin(), polled_.end(),
                                  [&](const pollfd& entry) { return entry.fd == socket; });
  if (what == CURL_POLL_REMOVE) {
    if (found != polled_.end()) polled_.erase(found);
    return;
  }
  int events = 0;
  if (what == CURL_POLL_IN || what == CURL_POLL_INOUT) events |= POLLIN;
  if (what == CURL_POLL_OUT || what == CURL_POLL_INOUT) events |= POLLOUT;
  if (found == polled_.end()) {
    polled_.push_back({socket, static_cast<short>(events), 0});
  } else {
    found->events = static_cast<short>(events);
  }
}

void CurlTransport::start(HttpCall call) {
  CURL* handle = nullptr;
  if (idle_.empty()) {
    handle = curl_easy_init();
    DRP_CHECK(handle != nullptr, "libcurl gives a handle");
  } else {
    handle = idle_.back();
    idle_.pop_back();
  }
  auto state = std::make_unique<CurlCall>(handle, std::move(call), options_);
  calls_.emplace(handle, std::move(state));
  const CURLMcode added = curl_multi_add_handle(multi_, handle);
  DRP_CHECK(added == CURLM_OK, "libcurl takes a handle");
}

void CurlTransport::step(double seconds_max) {
  int running = 0;
  double wait_s = seconds_max;
  if (timer_at_ >= 0) wait_s = std::min(wait_s, std::max(0.0, timer_at_ - steady_seconds()));
  const int wait_ms = static_cast<int>(std::ceil(std::min(wait_s, 60.0) * 1000));
  const int count = ::poll(polled_.data(), static_cast<nfds_t>(polled_.size()), wait_ms);
  // libcurl changes polled_ while it is told.
  ready_.clear();
  if (count > 0) {
    std::copy_if(polled_.begin(), polled_.end(), std::back_inserter(ready_),
                 [](const pollfd& entry) { return entry.revents != 0; });
  }
  for (const pollfd& entry : ready_) {
    int bits = 0;
    if ((entry.revents & (POLLIN | POLLHUP)) != 0) bits |= CURL_CSELECT_IN;
    if ((entry.revents & POLLOUT) != 0) bits |= CURL_CSELECT_OUT;
    if ((entry.revents & (POLLERR | POLLNVAL)) != 0) bits |= CURL_CSELECT_ERR;
    curl_multi_socket_action(multi_, entry.fd, bits, &running);
  }
  if (timer_at_ >= 0 && timer_at_ <= steady_seconds()) {
    timer_at_ = -1;
    curl_multi_socket_action(multi_, CURL_SOCKET_TIMEOUT, 0, &running);
  }
}

void CurlTransport::collect(std::vector<HttpResult>& results) {
  int left = 0;
  while (CURLMsg* message = curl_multi_info_read(multi_, &left)) {
    if (message->msg != CURLMSG_DONE) continue;
    CURL* handle = message->easy_handle;
    const CURLcode code = message->data.result;
    const auto found = calls_.find(handle);
    DRP_CHECK(found != calls_.end(), "libcurl ends a call of ours");
    results.push_back(found->second->finish(code));
    retire(handle);
  }
}

void CurlTransport::retire(CURL* handle) {
  curl_multi_remove_handle(multi_, handle);
  calls_.erase(handle);
  curl_easy_reset(handle);
  idle_.push_back(handle);
}

std::vector<HttpResult> CurlTransport::wait(double seconds_max) {
  std::vector<HttpResult> results;
  const double until = steady_seconds() + seconds_max;
  double left = seconds_max;
  do {
    step(left);
    collect(results);
    left = until - steady_seconds();
  } while (results.empty() && left > 0);
  return results;
}

void CurlTransport::cancel_all() {
  while (!calls_.empty()) retire(calls_.begin()->first);
}

}  // namespace

std::unique_ptr<Transport> make_curl_transport(const TransportOptions& options) {
  return std::make_unique<CurlTransport>(options);
}

}  // namespace drp::llm::http

#endif
