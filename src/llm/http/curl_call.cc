// SPDX-License-Identifier: Apache-2.0
#ifdef DRP_HAVE_CURL

#include "llm/http/curl_call.h"

#include <algorithm>
#include <cerrno>
#include <cmath>
#include <cstring>

#include "base/error.h"
#include "base/text.h"
#include "llm/http/url.h"

namespace drp::llm::http {
namespace {

constexpr long kConnectTimeoutMax_ms = 30'000;
// Requests are kilobytes: the default of 64 KiB a handle would be most of the memory at work.
constexpr long kUploadBufferBytes = 16 * 1024;

}  // namespace

CurlCall::CurlCall(CURL* handle, HttpCall call, const TransportOptions& options)
    : handle_(handle), call_(std::move(call)) {
  result_.id = call_.id;
  for (const std::string& line : call_.headers) {
    headers_ = curl_slist_append(headers_, line.c_str());
  }
  headers_ = curl_slist_append(headers_, "Expect:");  // no round trip before a long body
  curl_easy_setopt(handle_, CURLOPT_URL, call_.url.c_str());
  curl_easy_setopt(handle_, CURLOPT_PROTOCOLS_STR, "http,https");
  curl_easy_setopt(handle_, CURLOPT_FOLLOWLOCATION, 0L);
  curl_easy_setopt(handle_, CURLOPT_HTTPHEADER, headers_);
  curl_easy_setopt(handle_, CURLOPT_NOSIGNAL, 1L);
  curl_easy_setopt(handle_, CURLOPT_ERRORBUFFER, error_);
  curl_easy_setopt(handle_, CURLOPT_ACCEPT_ENCODING, "");
  curl_easy_setopt(handle_, CURLOPT_TCP_KEEPALIVE, 1L);
  curl_easy_setopt(handle_, CURLOPT_HTTP_VERSION, CURL_HTTP_VERSION_2TLS);
  curl_easy_setopt(handle_, CURLOPT_UPLOAD_BUFFERSIZE, kUploadBufferBytes);
  const long timeout_ms = std::lround(std::max(0.001, call_.timeout_s) * 1000);
  curl_easy_setopt(handle_, CURLOPT_TIMEOUT_MS, timeout_ms);
  curl_easy_setopt(handle_, CURLOPT_CONNECTTIMEOUT_MS, std::min(timeout_ms, kConnectTimeoutMax_ms));
  curl_easy_setopt(handle_, CURLOPT_HEADERFUNCTION, &CurlCall::on_header);
  curl_easy_setopt(handle_, CURLOPT_HEADERDATA, this);
  curl_easy_setopt(handle_, CURLOPT_WRITEFUNCTION, &CurlCall::on_body);
  curl_easy_setopt(handle_, CURLOPT_WRITEDATA, this);
  set_body();
  set_trust(options);
}

CurlCall::~CurlCall() {
  curl_slist_free_all(headers_);
  curl_mime_free(form_);
}

void CurlCall::set_body() {
  if (!call_.form.empty()) {
    form_ = curl_mime_init(handle_);
    for (const FormPart& part : call_.form) {
      curl_mimepart* field = curl_mime_addpart(form_);
      curl_mime_name(field, part.name.c_str());
      if (part.file.empty()) {
        curl_mime_data(field, part.value.data(), part.value.size());
      } else {
        curl_mime_filedata(field, part.file.c_str());
      }
    }
    curl_easy_setopt(handle_, CURLOPT_MIMEPOST, form_);
  } else if (call_.method == "GET") {
    curl_easy_setopt(handle_, CURLOPT_HTTPGET, 1L);
  } else {
    curl_easy_setopt(handle_, CURLOPT_POST, 1L);
    curl_easy_setopt(handle_, CURLOPT_POSTFIELDSIZE_LARGE,
                     static_cast<curl_off_t>(call_.body.size()));
    curl_easy_setopt(handle_, CURLOPT_POSTFIELDS, call_.body.data());
  }
}

void CurlCall::set_trust(const TransportOptions& options) {
  const std::optional<Url> url = Url::parse(call_.url);
  if (!url) return;
  if (url->loopback()) curl_easy_setopt(handle_, CURLOPT_PROXY, "");
  if (!url->encrypted()) return;
  // Wait for the first connection to say whether it can carry all requests (HTTP/2).
  curl_easy_setopt(handle_, CURLOPT_PIPEWAIT, 1L);
  if (!options.ca_file.empty()) {
    curl_easy_setopt(handle_, CURLOPT_CAINFO, options.ca_file.c_str());
  }
  if (!options.ca_folder.empty()) {
    curl_easy_setopt(handle_, CURLOPT_CAPATH, options.ca_folder.c_str());
  }
}

std::size_t CurlCall::on_header(char* data, std::size_t size, std::size_t count, void* self) {
  auto* call = static_cast<CurlCall*>(self);
  const std::string_view line(data, size * count);
  if (line.starts_with("HTTP/")) {
    call->result_.headers = {};  // those before belonged to an interim reply or a proxy
  } else if (const std::size_t colon = line.find(':'); colon != std::string_view::npos) {
    call->result_.headers.add(line.substr(0, colon), line.substr(colon + 1));
  }
  return size * count;
}

std::size_t CurlCall::on_body(char* data, std::size_t size, std::size_t count, void* self) {
  // A short count makes libcurl end the transfer.
  return static_cast<CurlCall*>(self)->take_body({data, size * count}) ? size * count : 0;
}

bool CurlCall::take_body(std::string_view data) {
  long status = 0;
  curl_easy_getinfo(handle_, CURLINFO_RESPONSE_CODE, &status);
  if (!call_.save_to.empty() && status == 200) {
    try {
      if (!file_) file_ = std::make_unique<AtomicFile>(call_.save_to);
      file_->write(data);
      return true;
    } catch (const Error& error) {
      file_error_ = error.message();
      return false;
    }
  }
  too_large_ = result_.body.size() + data.size() > kReplyBytesMax;
  if (!too_large_) result_.body += data;
  return !too_large_;
}

Fault CurlCall::fault_of(CURLcode code) const {
  long os_error = 0;
  curl_easy_getinfo(handle_, CURLINFO_OS_ERRNO, &os_error);
  switch (code) {
    case CURLE_OK:
      return Fault::kNone;
    case CURLE_WRITE_ERROR:
      return too_large_ ? Fault::kTooLarge : Fault::kSetting;
    case CURLE_OPERATION_TIMEDOUT:
      return Fault::kTimeout;
    case CURLE_COULDNT_RESOLVE_PROXY:
    case CURLE_COULDNT_RESOLVE_HOST:
    case CURLE_COULDNT_CONNECT:
    case CURLE_PROXY:
    case CURLE_SSL_CONNECT_ERROR:
      return os_error == EMFILE || os_error == ENFILE ? Fault::kSetting : Fault::kUnreachable;
    case CURLE_PEER_FAILED_VERIFICATION:
    case CURLE_SSL_CACERT_BADFILE:
    case CURLE_SSL_CERTPROBLEM:
    case CURLE_SSL_ISSUER_ERROR:
      return Fault::kTls;
    case CURLE_URL_MALFORMAT:
    case CURLE_READ_ERROR:  // a file to upload that is not there
      return Fault::kSetting;
    default:
      return Fault::kCut;
  }
}

HttpResult CurlCall::finish(CURLcode code) {
  long status = 0;
  double seconds = 0;
  curl_easy_getinfo(handle_, CURLINFO_RESPONSE_CODE, &status);
  curl_easy_getinfo(handle_, CURLINFO_TOTAL_TIME, &seconds);
  result_.seconds = seconds;
  result_.status = static_cast<int>(status);
  result_.fault = fault_of(code);
  if (result_.fault == Fault::kNone) {
    try {
      if (!call_.save_to.empty() && status == 200) {
        if (!file_) file_ = std::make_unique<AtomicFile>(call_.save_to);  // an empty reply
        file_->publish();
      }
    } catch (const Error& error) {
      result_.fault = Fault::kSetting;
      file_error_ = error.message();
    }
  }
  if (result_.fault != Fault::kNone) {
    result_.fault_text = error_[0] != '\0' ? error_ : curl_easy_strerror(code);
    if (!file_error_.empty()) result_.fault_text = file_error_;
    if (too_large_) result_.fault_text = "the reply is over 64 MiB";
    if (call_.save_to.empty()) result_.body.clear();
  }
  return std::move(result_);
}

}  // namespace drp::llm::http

#endif
