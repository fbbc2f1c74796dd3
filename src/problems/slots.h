// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace drp::problems {

// What stands for each slot name of a text (family.h lists the names).
using Slots = std::map<std::string, std::string, std::less<>>;

// The text with its slots filled. {an NAME} puts the fitting article before the value; {times NAME}
// is "twice" for 2, else "N times". An unknown slot is a bug of ours.
std::string fill_slots(std::string_view text, const Slots& slots);

// "a" or "an", by the first letter.
std::string_view article(std::string_view noun);
// First letter in upper case.
std::string capitalised(std::string text);
// "a", "a and b", "a, b and c".
std::string listed(const std::vector<std::string>& items);

}  // namespace drp::problems
