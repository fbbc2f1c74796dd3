// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string_view>

#include "base/text.h"

namespace drp::answers {

// The content of the last formula of a text: $..$, $$..$$, \(..\) or \[..\]. A dollar sign opens
// only before a non-blank and closes only after one and not before a digit, so "$180 + $350" holds
// no formula. Linear time.
std::optional<Span> last_math_span(std::string_view text);

// What stands right of the last "=" of a formula that is not inside brackets; all of it without
// one.
std::string_view last_right_side(std::string_view formula);

}  // namespace drp::answers
