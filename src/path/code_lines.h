// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string_view>
#include <vector>

#include "base/text.h"

namespace drp::path {

// Stretches of source code that no fence marks, in order: a line that opens a block ("def f(x):",
// "for (...) {") with the deeper lines below it, up to where the block ends. Looked for in lines
// that could be nothing else: prose and formulas never open with such a line over an indented one.
// A stretch ends before its last line break. Time is linear in the text.
std::vector<Span> find_code_lines(std::string_view text);

// Whether a text begins with code, fenced or not: such a text is never reworded.
bool opens_with_code(std::string_view text);

}  // namespace drp::path
