// SPDX-License-Identifier: Apache-2.0
#include "llm/http/testing/chat_server.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <cmath>
#include <limits>
#include <list>
#include <mutex>
#include <thread>

#include "base/check.h"
#include "base/process.h"
#include "base/text.h"

namespace drp::llm::http::testing {
namespace {

constexpr std::size_t kReadBytes = 64 * 1024;
constexpr double kNever = std::numeric_limits<double>::infinity();
constexpr double kPollMax_s = 1;

double steady_seconds() {
  const auto now = std::chrono::steady_clock::now().time_since_epoch();
  return std::chrono::duration<double>(now).count();
}

// One connection: reads requests, one after another, and writes what is due.
struct Connection {
  explicit Connection(int descriptor) : socket(descriptor) {}

  Descriptor socket;
  std::int64_t number = 0;
  std::string in;
  std::string out;
  std::size_t written = 0;
  double due = kNever;  // when the next bytes may go
  bool answering = false;
  bool dead = false;
  ServerReply reply;
};

std::string status_line(int status) { return "HTTP/1.1 " + std::to_string(status) + " Told\r\n"; }

std::string render(const ServerReply& reply) {
  if (reply.ending == Ending::kGarbage) return "\x01\x02 this is no HTTP\r\n\r\n";
  std::string out = status_line(reply.status);
  bool typed = false;
  for (const auto& [name, value] : reply.headers) {
    out += name + ": " + value + "\r\n";
    typed = typed || to_lower(name) == "content-type";
  }
  if (!typed) out += "Content-Type: application/json\r\n";
  if (reply.ending == Ending::kClose) out += "Connection: close\r\n";
  out += "Content-Length: " + std::to_string(reply.body.size()) + "\r\n\r\n";
  out +=
      reply.ending == Ending::kCutBody ? reply.body.substr(0, reply.body.size() / 2) : reply.body;
  return out;
}

// A whole request at the begin of `in`, taken out of it; false where more bytes are needed.
bool take_request(std::string& in, ServerRequest& request) {
  const std::size_t head = in.find("\r\n\r\n");
  if (head == std::string::npos) return false;
  const std::string text = in.substr(0, head);
  const auto lines = split(text, '\n');
  const auto words = split(lines[0], ' ');
  std::size_t length = 0;
  request.headers.clear();
  for (std::size_t i = 1; i < lines.size(); ++i) {
    const std::size_t colon = lines[i].find(':');
    if (colon == std::string_view::npos) continue;
    request.headers[to_lower(trim(lines[i].substr(0, colon)))] = trim(lines[i].substr(colon + 1));
  }
  if (const auto found = request.headers.find("content-length"); found != request.headers.end()) {
    length = static_cast<std::size_t>(parse_int(found->second).value_or(0));
  }
  if (in.size() < head + 4 + length) return false;
  request.method = words[0];
  request.target = words.size() > 1 ? std::string(words[1]) : std::string();
  request.body = in.substr(head + 4, length);
  in.erase(0, head + 4 + length);
  return true;
}

void make_nonblocking(int socket) {
  ::fcntl(socket, F_SETFL, ::fcntl(socket, F_GETFL) | O_NONBLOCK);
  ::fcntl(socket, F_SETFD, FD_CLOEXEC);
}

}  // namespace

class ChatServer::Loop {
 public:
  Loop(Handler handler, Options options);
  ~Loop();
  Loop(const Loop&) = delete;
  Loop& operator=(const Loop&) = delete;

  int port() const { return port_; }
  std::vector<ServerRequest> requests() const {
    const std::lock_guard lock(mutex_);
    return requests_;
  }
  ServerCounts counts() const {
    const std::lock_guard lock(mutex_);
    return counts_;
  }

 private:
  void serve();
  double next_due() const;
  void accept_all();
  void read(Connection& connection);
  void answer(Connection& connection);
  void write(Connection& connection, double now);
  void end_reply(Connection& connection);
  static void reset(Connection& connection);

  Handler handler_;
  Options options_;
  int port_ = 0;
  double began_ = steady_seconds();
  Descriptor listener_;
  Descriptor wake_read_;
  Descriptor wake_write_;
  std::list<Connection> connections_;
  mutable std::mutex mutex_;  // over the two that the test reads
  std::vector<ServerRequest> requests_;
  ServerCounts counts_;
  std::int64_t in_flight_ = 0;
  std::thread thread_;  // last: starts when all else is there
};

ChatServer::Loop::Loop(Handler handler, Options options)
    : handler_(std::move(handler)), options_(options) {
  listener_.reset(::socket(AF_INET, SOCK_STREAM, 0));
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof address;
  auto* generic = reinterpret_cast<sockaddr*>(&address);
  DRP_CHECK(::bind(listener_.get(), generic, size) == 0, "a free port is found");
  DRP_CHECK(::listen(listener_.get(), SOMAXCONN) == 0, "the port can be listened on");
  DRP_CHECK(::getsockname(listener_.get(), generic, &size) == 0, "the port can be read");
  port_ = ntohs(address.sin_port);
  make_nonblocking(listener_.get());
  int ends[2] = {};
  DRP_CHECK(::pipe(ends) == 0, "a pipe can be made");
  wake_read_.reset(ends[0]);
  wake_write_.reset(ends[1]);
  thread_ = std::thread([this] { serve(); });
}

ChatServer::Loop::~Loop() {
  const char byte = 0;
  const ssize_t ignored = ::write(wake_write_.get(), &byte, 1);
  static_cast<void>(ignored);
  thread_.join();
}

double ChatServer::Loop::next_due() const {
  double due = kNever;
  for (const Connection& connection : connections_) due = std::min(due, connection.due);
  return due;
}

void ChatServer::Loop::serve() {
  std::vector<pollfd> polled;
  while (true) {
    polled.clear();
    polled.push_back({wake_read_.get(), POLLIN, 0});
    polled.push_back({listener_.get(), POLLIN, 0});
    for (const Connection& connection : connections_) {
      polled.push_back({connection.socket.get(), POLLIN, 0});
    }
    const double wait_s = std::clamp(next_due() - steady_seconds(), 0.0, kPollMax_s);
    ::poll(polled.data(), static_cast<nfds_t>(polled.size()),
           static_cast<int>(std::ceil(wait_s * 1000)));
    if (polled[0].revents != 0) return;
    std::size_t i = 2;
    for (Connection& connection : connections_) {
      if (polled[i++].revents != 0) read(connection);
    }
    if (polled[1].revents != 0) accept_all();
    const double now = steady_seconds();
    for (Connection& connection : connections_) {
      if (connection.due <= now && !connection.dead) write(connection, now);
    }
    connections_.remove_if([](const Connection& connection) { return connection.dead; });
  }
}

void ChatServer::Loop::accept_all() {
  while (true) {
    const int socket = ::accept(listener_.get(), nullptr, nullptr);
    if (socket < 0) return;
    make_nonblocking(socket);
    const int on = 1;
    ::setsockopt(socket, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    connections_.emplace_back(socket);
    const std::lock_guard lock(mutex_);
    connections_.back().number = counts_.connections++;
  }
}

void ChatServer::Loop::read(Connection& connection) {
  char buffer[kReadBytes];
  while (true) {
    const ssize_t size = ::recv(connection.socket.get(), buffer, sizeof buffer, 0);
    if (size > 0) {
      connection.in.append(buffer, static_cast<std::size_t>(size));
      continue;
    }
    if (size < 0 && (errno == EAGAIN || errno == EINTR)) break;
    if (connection.answering) --in_flight_;
    connection.dead = true;  // the client left
    return;
  }
  answer(connection);
}

void ChatServer::Loop::answer(Connection& connection) {
  ServerRequest request;
  if (connection.answering || !take_request(connection.in, request)) return;
  request.at = steady_seconds() - began_;
  request.connection = connection.number;
  {
    const std::lock_guard lock(mutex_);
    request.number = counts_.requests++;
    counts_.in_flight_max = std::max(counts_.in_flight_max, ++in_flight_);
    if (options_.record) requests_.push_back(request);
  }
  connection.reply = handler_(request);
  connection.answering = true;
  connection.out = render(connection.reply);
  connection.written = 0;
  const bool silent = connection.reply.ending == Ending::kSilence;
  connection.due = silent ? kNever : steady_seconds() + connection.reply.delay_s;
}

void ChatServer::Loop::write(Connection& connection, double now) {
  if (connection.reply.ending == Ending::kReset) {
    reset(connection);
    --in_flight_;
    return;
  }
  std::size_t size = connection.out.size() - connection.written;
  const std::size_t trickle = connection.reply.trickle_bytes;
  if (trickle > 0) size = std::min(size, trickle);
  const ssize_t sent = ::send(connection.socket.get(), connection.out.data() + connection.written,
                              size, MSG_NOSIGNAL);
  if (sent < 0 && errno != EAGAIN && errno != EINTR) {
    connection.dead = true;
    --in_flight_;
    return;
  }
  if (sent > 0) connection.written += static_cast<std::size_t>(sent);
  if (connection.written == connection.out.size()) {
    end_reply(connection);
  } else {
    connection.due = now + (trickle > 0 ? connection.reply.trickle_s : 0.001);
  }
}

void ChatServer::Loop::end_reply(Connection& connection) {
  --in_flight_;
  connection.answering = false;
  connection.due = kNever;
  if (connection.reply.ending != Ending::kKeepAlive) {
    connection.dead = true;
    return;
  }
  answer(connection);  // the next one may be there already
}

// Closed with unsent data thrown away, which the other side sees as a reset.
void ChatServer::Loop::reset(Connection& connection) {
  const linger at_once{1, 0};
  ::setsockopt(connection.socket.get(), SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once);
  connection.dead = true;
}

// ------------------------------------------------------------------------------------------------

ChatServer::ChatServer(Handler handler) : ChatServer(std::move(handler), Options{}) {}
ChatServer::ChatServer(Handler handler, Options options)
    : loop_(std::make_unique<Loop>(std::move(handler), options)) {}
ChatServer::~ChatServer() = default;

int ChatServer::port() const { return loop_->port(); }
std::string ChatServer::base_url() const {
  return "http://127.0.0.1:" + std::to_string(port()) + "/v1";
}
std::vector<ServerRequest> ChatServer::requests() const { return loop_->requests(); }
ServerCounts ChatServer::counts() const { return loop_->counts(); }

double LimitKeeper::wait_s(double now) {
  std::erase_if(taken_, [&](double at) { return at <= now - window_s_; });
  if (taken_.size() < requests_) {
    taken_.push_back(now);
    return 0;
  }
  return taken_.front() + window_s_ - now;
}

}  // namespace drp::llm::http::testing
