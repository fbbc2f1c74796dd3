// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

namespace drp::llm::http::testing {

struct ServerRequest {
  std::string method;
  std::string target;                          // "/v1/chat/completions"
  std::map<std::string, std::string> headers;  // names in lower case
  std::string body;
  double at = 0;                // seconds since the server began, when the request was whole
  std::int64_t number = 0;      // 0-based, over all connections
  std::int64_t connection = 0;  // 0-based, in the order of arrival
};

// How a reply ends, or does not.
enum class Ending {
  kKeepAlive,  // whole, the connection stays
  kClose,      // whole, with "Connection: close"
  kCutBody,    // half of the body, then the connection is closed
  kReset,      // nothing, and the connection is reset
  kGarbage,    // bytes that are no HTTP
  kSilence,    // nothing for ever
};

struct ServerReply {
  int status = 200;
  std::vector<std::pair<std::string, std::string>> headers;
  std::string body;
  double delay_s = 0;  // before the first byte
  Ending ending = Ending::kKeepAlive;
  std::size_t trickle_bytes = 0;  // so many at a time, if not 0 ...
  double trickle_s = 0;           // ... with such a pause between
};

struct ServerCounts {
  std::int64_t connections = 0;
  std::int64_t requests = 0;
  std::int64_t in_flight_max = 0;  // requests that waited for their reply together
};

// An HTTP/1.1 server on a free port of 127.0.0.1 for tests and benches: one thread, poll(2). The
// handler runs in that thread, one request at a time; what it shares with the test is the test's to
// lock. Destroying the server closes every connection.
class ChatServer {
 public:
  using Handler = std::function<ServerReply(const ServerRequest&)>;

  struct Options {
    bool record = true;  // keep every request for requests()
  };
  explicit ChatServer(Handler handler);
  ChatServer(Handler handler, Options options);
  ~ChatServer();
  ChatServer(const ChatServer&) = delete;
  ChatServer& operator=(const ChatServer&) = delete;

  int port() const;
  std::string base_url() const;  // "http://127.0.0.1:PORT/v1"
  std::vector<ServerRequest> requests() const;
  ServerCounts counts() const;

 private:
  class Loop;
  std::unique_ptr<Loop> loop_;
};

// Enforces limits as services do: at most `requests` whole within any `window_s`. Call it once a
// request, in its order.
class LimitKeeper {
 public:
  LimitKeeper(std::size_t requests, double window_s) : requests_(requests), window_s_(window_s) {}
  // Seconds until the request would be taken; 0: it is, and counts.
  double wait_s(double now);

 private:
  std::size_t requests_;
  double window_s_;
  std::vector<double> taken_;
};

}  // namespace drp::llm::http::testing
