// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <string_view>

namespace drp::path {

// Whether the blank at `at` ends a sentence that no full stop closes, in a unit that begins at
// `begin`: a computation is done and the next sentence or the next term opens ("6 x 3 = 18 eggs
// Then he sells them", "6x = 180 x = 30", "= 48 plates 10 glasses were broken"). A name after a
// preposition ("= 5 apples to Mary") and a unit of measure ("20 Mb") end nothing. Looks back 60
// bytes and ahead one word.
bool stop_is_missing(std::string_view text, std::size_t begin, std::size_t at);

}  // namespace drp::path
