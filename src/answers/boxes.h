// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/text.h"

namespace drp::answers {

// The answer in the last \boxed{} or \fbox{} of a text. Boxes before it that only a comma, "and" or
// the like joins to it belong to it ("4, 9"); equal ones count once.
struct BoxedAnswer {
  std::string text;
  Span span;  // from the first box's backslash to the last one's brace
};

struct BoxSearch {
  bool any = false;  // a box was opened, be it broken or empty
  // Nothing where the last box is empty or never closes: an older box is no answer then.
  std::optional<BoxedAnswer> answer;
};

BoxSearch find_boxed(std::string_view text);

}  // namespace drp::answers
