// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace drp::llm {

// Texts that end a response (ChatRequest::stop), looked for while it grows.
class StopTexts {
 public:
  // Empty ones are left out.
  explicit StopTexts(std::vector<std::string> texts = {});

  bool empty() const { return texts_.empty(); }
  // Takes the next piece of the response; whether one of the texts is complete now.
  bool push(std::string_view piece);
  // The response up to the first of them.
  std::string_view before(std::string_view response) const;

 private:
  std::vector<std::string> texts_;
  std::size_t longest_ = 0;
  std::string tail_;  // of the response so far, as long as the begin of one of them may be
};

}  // namespace drp::llm
