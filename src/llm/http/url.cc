// SPDX-License-Identifier: Apache-2.0
#include "llm/http/url.h"

#include <algorithm>

#include "base/text.h"

namespace drp::llm::http {
namespace {

constexpr int kPortMax = 65535;

int usual_port(std::string_view scheme) { return scheme == "https" ? 443 : 80; }

// "host", "host:8000", "[::1]:8000".
bool read_authority(std::string_view text, Url& url) {
  std::string_view rest;
  if (text.starts_with('[')) {
    const std::size_t end = text.find(']');
    if (end == std::string_view::npos) return false;
    url.host = to_lower(text.substr(1, end - 1));
    rest = text.substr(end + 1);
  } else {
    const std::size_t colon = text.find(':');
    url.host = to_lower(text.substr(0, colon));
    rest = colon == std::string_view::npos ? std::string_view() : text.substr(colon);
  }
  if (url.host.empty()) return false;
  url.port = usual_port(url.scheme);
  if (rest.empty()) return true;
  const auto port = rest.starts_with(':') ? parse_int(rest.substr(1)) : std::nullopt;
  if (!port || *port < 1 || *port > kPortMax) return false;
  url.port = static_cast<int>(*port);
  return true;
}

}  // namespace

std::optional<Url> Url::parse(std::string_view text) {
  text = trim(text);
  Url url;
  const std::size_t separator = text.find("://");
  if (separator == std::string_view::npos) return std::nullopt;
  url.scheme = to_lower(text.substr(0, separator));
  if (url.scheme != "http" && url.scheme != "https") return std::nullopt;
  if (std::any_of(text.begin(), text.end(), [](unsigned char c) { return c <= ' ' || c == 127; })) {
    return std::nullopt;
  }
  std::string_view rest = text.substr(separator + 3);
  rest = rest.substr(0, rest.find('#'));
  const std::size_t question = rest.find('?');
  if (question != std::string_view::npos) url.query = rest.substr(question);
  rest = rest.substr(0, question);
  const std::size_t slash = rest.find('/');
  if (slash != std::string_view::npos) url.path = rest.substr(slash);
  std::string_view authority = rest.substr(0, slash);
  const std::size_t at = authority.rfind('@');
  if (at != std::string_view::npos) {
    url.user = authority.substr(0, at);
    authority = authority.substr(at + 1);
  }
  if (!read_authority(authority, url)) return std::nullopt;
  return url;
}

std::string Url::without_secrets(std::string_view text) {
  text = text.substr(0, text.find('?'));
  const std::size_t at = text.rfind('@');
  return std::string(at == std::string_view::npos ? text : text.substr(at + 1));
}

std::string Url::authority() const {
  const bool bracket = contains(host, ":");
  std::string out = bracket ? "[" + host + "]" : host;
  if (port != usual_port(scheme)) out += ":" + std::to_string(port);
  return out;
}

std::string Url::text() const {
  return scheme + "://" + (user.empty() ? "" : user + "@") + authority() + path + query;
}

std::string Url::shown() const { return scheme + "://" + authority() + path; }

bool Url::loopback() const {
  return host == "localhost" || host.ends_with(".localhost") || host == "::1" ||
         (host.starts_with("127.") &&
          std::all_of(host.begin(), host.end(), [](char c) { return is_digit(c) || c == '.'; }));
}

}  // namespace drp::llm::http
