// SPDX-License-Identifier: Apache-2.0
#include "llm/http/secret.h"

#include "base/text.h"

namespace drp::llm::http {
namespace {

constexpr std::size_t kBytesMin = 4;
constexpr std::string_view kMark = "[key]";

// Services differ in whether they escape the slash.
std::string json_escaped(std::string_view text, bool slash) {
  std::string out;
  for (const char c : text) {
    if (c == '"' || c == '\\' || (c == '/' && slash)) out.push_back('\\');
    out.push_back(c);
  }
  return out;
}

}  // namespace

std::string Secret::redact(std::string_view text) const {
  if (value_.size() < kBytesMin) return std::string(text);
  std::string out = replace_all(text, value_, kMark);
  for (const bool slash : {false, true}) {
    const std::string escaped = json_escaped(value_, slash);
    if (escaped != value_) out = replace_all(out, escaped, kMark);
  }
  return out;
}

}  // namespace drp::llm::http
