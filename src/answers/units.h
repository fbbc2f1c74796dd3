// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

namespace drp::answers {

// The canonical name of a unit of measure, money or time: "centimetres" and "cm" give "cm"; empty
// where `word` (one word, any case) names none.
std::string_view unit_name(std::string_view word);

// Whether two units, each words joined by blanks as written ("square units", "dollars per hour"),
// say the same; singular and plural do. An empty unit says nothing and agrees with every other.
bool units_agree(std::string_view a, std::string_view b);

}  // namespace drp::answers
