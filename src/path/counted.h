// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace drp::path {

// A number and the words by which a reader knows what it counts: 6 with "red" and "apple" of "6 red
// apples", 3 with "more" of "3 apples more", 5 with "dollar" of "$5"; without words where the text
// does not say.
struct Counted {
  std::int64_t key = 0;  // number_key
  std::vector<std::string> things;
};

// Every number of `text` that is written in digits or as a word, in order.
std::vector<Counted> read_counted(std::string_view text);

// Whether `text` uses the value for a thing that none of `known` with that value counts. False
// where either does not say what it counts, or does not have the value.
bool counts_another(const std::vector<Counted>& known, std::string_view text, std::int64_t key);

}  // namespace drp::path
