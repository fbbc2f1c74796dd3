// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string_view>

namespace drp::answers {

// The last number of a text, with its sign and percent sign, as a part of `text`.
std::optional<std::string_view> last_number(std::string_view text);

// The number that a text without a box or answer phrase ends on: the result of its last equation
// where the closing words state it again ("= 18. So she makes 18 to reach 72"), a number in bold in
// the last paragraph, else the last number.
std::optional<std::string_view> concluding_number(std::string_view text);

}  // namespace drp::answers
