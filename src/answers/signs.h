// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace drp::answers {

// The text with Unicode's one-sign forms written out: full-width forms as ASCII, \u00bd as 1/2,
// \u00b2 as ^{2}, \u2082 as _{2}. Most texts hold none: they come back as they are, without a copy;
// `storage` keeps the others. Linear time.
std::string_view with_plain_signs(std::string_view text, std::string& storage);

// Whether the letters end an ordinal number: st, nd, rd, th.
bool is_ordinal(std::string_view letters);
// The length of a raised ordinal ending at the start of `text`: ^{th}, ^\text{nd}, ^{\mathrm{rd}};
// 0 where there is none.
std::size_t ordinal_mark(std::string_view text);

}  // namespace drp::answers
