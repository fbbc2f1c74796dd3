// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace drp::llm::http {

// An http or https address in its parts.
struct Url {
  std::string scheme;  // "http" or "https"
  std::string user;    // "name:password" or empty
  std::string host;    // lower case; IPv6 without brackets
  int port = 0;
  std::string path;   // empty or from its first slash
  std::string query;  // with its question mark, or empty

  // Nothing where it is no such address.
  static std::optional<Url> parse(std::string_view text);
  // Any text without what may be secret in an address: user, password, query.
  static std::string without_secrets(std::string_view text);

  std::string text() const;
  // For messages and identities: no user, no query, the port only where it is not the usual one.
  std::string shown() const;
  bool loopback() const;
  bool encrypted() const { return scheme == "https"; }

 private:
  std::string authority() const;
};

}  // namespace drp::llm::http
