// SPDX-License-Identifier: Apache-2.0
#include "answers/code_block.h"

#include <algorithm>
#include <string>

namespace drp::answers {

std::optional<Span> last_code_block(std::string_view text) {
  std::optional<Span> last;
  std::size_t open = std::string_view::npos;  // where the content of an open block begins
  std::string fence;
  for (std::size_t begin = 0; begin <= text.size();) {
    const std::size_t feed = std::min(text.find('\n', begin), text.size());
    const std::string_view line = trim(text.substr(begin, feed - begin));
    const bool fenced = line.starts_with("```") || line.starts_with("~~~");
    if (fenced && open == std::string_view::npos) {
      const std::size_t signs = line.find_first_not_of(line[0]);
      fence = line.substr(0, signs);
      open = feed + 1;
    } else if (fenced && line.starts_with(fence) &&
               line.find_first_not_of(line[0]) == std::string_view::npos) {
      last = Span{std::min(open, text.size()), std::max(begin, std::min(open, text.size()))};
      open = std::string_view::npos;
    }
    begin = feed + 1;
  }
  return last;
}

}  // namespace drp::answers
