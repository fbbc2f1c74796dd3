// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <curl/curl.h>

#include <memory>

#include "base/file.h"
#include "llm/http/transport.h"

namespace drp::llm::http {

// One call on one libcurl handle: sets it up and gathers what comes back. The handle is borrowed
// and holds pointers into this object, so the object outlives the transfer.
class CurlCall {
 public:
  CurlCall(CURL* handle, HttpCall call, const TransportOptions& options);
  ~CurlCall();
  CurlCall(const CurlCall&) = delete;
  CurlCall& operator=(const CurlCall&) = delete;

  // The result, once libcurl has ended the transfer with `code`.
  HttpResult finish(CURLcode code);

 private:
  static std::size_t on_header(char* data, std::size_t size, std::size_t count, void* self);
  static std::size_t on_body(char* data, std::size_t size, std::size_t count, void* self);
  void set_body();
  void set_trust(const TransportOptions& options);
  bool take_body(std::string_view data);
  Fault fault_of(CURLcode code) const;

  CURL* handle_;
  HttpCall call_;
  curl_slist* headers_ = nullptr;
  curl_mime* form_ = nullptr;
  std::unique_ptr<AtomicFile> file_;
  std::string file_error_;
  bool too_large_ = false;
  HttpResult result_;
  char error_[CURL_ERROR_SIZE] = {};
};

}  // namespace drp::llm::http
