// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

#include "answers/expression.h"

namespace drp::answers {

// What was read, as plain text: "9/4" of 2\frac14, "2*sqrt(3)", "(1, 2]", "x = 9". At most about
// 2,000 bytes; what is left out is "...".
std::string show(const Expression& expression);

// The same of an answer; the answer itself where it is no mathematics.
std::string show_reading(std::string_view answer);

}  // namespace drp::answers
