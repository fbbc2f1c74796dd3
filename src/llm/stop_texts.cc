// SPDX-License-Identifier: Apache-2.0
#include "llm/stop_texts.h"

#include <algorithm>

namespace drp::llm {

StopTexts::StopTexts(std::vector<std::string> texts) : texts_(std::move(texts)) {
  std::erase_if(texts_, [](const std::string& text) { return text.empty(); });
  for (const std::string& text : texts_) longest_ = std::max(longest_, text.size());
}

bool StopTexts::push(std::string_view piece) {
  if (empty()) return false;
  tail_ += piece;
  const bool found = before(tail_).size() < tail_.size();
  if (tail_.size() >= longest_) tail_.erase(0, tail_.size() - (longest_ - 1));
  return found;
}

std::string_view StopTexts::before(std::string_view response) const {
  std::size_t end = response.size();
  for (const std::string& text : texts_) end = std::min(end, response.find(text));
  return response.substr(0, end);
}

}  // namespace drp::llm
