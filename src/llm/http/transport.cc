// SPDX-License-Identifier: Apache-2.0
#include "llm/http/transport.h"

#include "base/text.h"

namespace drp::llm::http {

void Headers::add(std::string_view name, std::string_view value) {
  lines_.emplace_back(to_lower(trim(name)), std::string(trim(value)));
}

std::optional<std::string> Headers::get(std::string_view name) const {
  for (auto line = lines_.rbegin(); line != lines_.rend(); ++line) {
    if (line->first == name) return line->second;
  }
  return std::nullopt;
}

}  // namespace drp::llm::http
