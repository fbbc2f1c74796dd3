// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace drp::llm::http {

// Header lines of a reply; names are lower case.
class Headers {
 public:
  void add(std::string_view name, std::string_view value);
  // The last value of this (lower-case) name.
  std::optional<std::string> get(std::string_view name) const;

 private:
  std::vector<std::pair<std::string, std::string>> lines_;
};

// One field of a form upload; a file's content is streamed from disk.
struct FormPart {
  std::string name;
  std::string value;
  std::filesystem::path file;  // instead of value
};

struct HttpCall {
  std::uint64_t id = 0;  // the caller's
  std::string method = "POST";
  std::string url;
  std::vector<std::string> headers;  // "Name: value"
  std::string body;
  std::vector<FormPart> form;     // instead of body
  std::filesystem::path save_to;  // where a reply of status 200 goes instead of into memory
  double timeout_s = 600;         // of the whole call
};

// What went wrong where no whole reply arrived.
enum class Fault {
  kNone,
  kUnreachable,  // no such host, refused
  kCut,          // the connection ended or made no sense midway
  kTimeout,
  kTooLarge,  // the reply is over kReplyBytesMax
  kTls,       // the certificate is not trusted; asking again is no use
  kSetting,   // an address or a proxy that cannot work; asking again is no use
};

struct HttpResult {
  std::uint64_t id = 0;
  Fault fault = Fault::kNone;
  std::string fault_text;
  int status = 0;
  Headers headers;
  std::string body;
  double seconds = 0;
};

constexpr std::size_t kReplyBytesMax = std::size_t{64} << 20U;

// Sends calls side by side, for one thread. Destroying it drops what is under way.
class Transport {
 public:
  virtual ~Transport() = default;
  virtual void start(HttpCall call) = 0;
  // Waits until a call ends, for `seconds_max` at most, and returns what has ended since.
  virtual std::vector<HttpResult> wait(double seconds_max) = 0;
  // Drops every call under way; nothing of them is reported.
  virtual void cancel_all() = 0;
};

struct TransportOptions {
  int connections_max = 64;
  std::string ca_file;    // certificates to trust instead of the system's
  std::string ca_folder;  // likewise
};

// libcurl: connections are kept alive and shared, HTTP/2 is used where an https server offers it,
// proxies are those of the environment (HTTPS_PROXY, NO_PROXY, ...), never for loopback. Redirects
// are not followed, so that a key goes nowhere else. Throws Error{kConfig} where the limit of open
// files is too low for `connections_max`, or where the program was built without libcurl.
std::unique_ptr<Transport> make_curl_transport(const TransportOptions& options);

}  // namespace drp::llm::http
