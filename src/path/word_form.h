// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string_view>

namespace drp::path {

// An English noun without the s of its plural: "apples" and "apple" are one word, "glass" and "gas"
// stay. For comparing words, not for writing them.
std::string_view singular(std::string_view lower_case_word);

}  // namespace drp::path
