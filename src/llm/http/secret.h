// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

namespace drp::llm::http {

// A key. It has no operator<<, no format and no comparison, so it cannot slip into a log, a file or
// a fingerprint; only what builds a request's headers calls reveal().
class Secret {
 public:
  Secret() = default;
  explicit Secret(std::string value) : value_(std::move(value)) {}

  bool empty() const { return value_.empty(); }
  const std::string& reveal() const { return value_; }
  // `text` with every occurrence of the key, as it is or as JSON escapes it, replaced by "[key]".
  // Keys under four bytes are left alone: they would hit ordinary text.
  std::string redact(std::string_view text) const;

 private:
  std::string value_;
};

}  // namespace drp::llm::http
