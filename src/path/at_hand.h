// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "path/flow.h"

// What a sentence brings itself, so that nothing before it has to introduce it.
namespace drp::path {

// "20 songs, and Luri has 3 times that amount": the pointer means a value of an earlier clause of
// its own sentence. `lower` is the begin of the sentence in lower case.
bool means_own_value(std::string_view lower);

// C(9, 5), P(14, 6): the letter at `i` is the common sign for choosing out of many, no unknown.
bool counts_choices(std::string_view text, std::size_t i);

// "So, that's 6 + 4 = 10": what the sentence opens with means the computation that follows.
bool presents_formula(std::string_view text, const Flow& flow);

// Whether kept item `i` brings the value (a number_key) itself:
//  - a term of a fraction that it reduces or expands: 5 and 16 of "10/32 simplifies to 5/16"
//  - the next count of a list: 3 of "11^3 = 1331" after the kept "11^2 = 121"
//  - an equation worked on: 28 of "28 + W = 41" after the kept "4 + 24 + W = 41"
bool brings(const std::vector<FlowItem>& items, std::size_t i, std::int64_t key);

// "3 into 6 is 2" in the division of 96: the value is a digit of one of the last of `recent`, the
// figures of kept items with the latest last.
bool is_digit_of(const std::vector<std::int64_t>& recent, std::int64_t key);

// Whether the deleted `flow` has nothing but values that the kept `last` has as well.
bool restates(const Flow& flow, const Flow& last);

// Whether the deleted `flow` computes what the kept `last` has come to: what "this weight" means
// behind "So the weight is 500 kg." and a deleted "420 + 80 is indeed 500." stands.
bool comes_to(const Flow& flow, const Flow& last);

// What a reader makes of the words of a question: the inverse of a fraction (a fourth: divide by
// 4), and the ratios of the units that it names. Sorted keys.
std::vector<std::int64_t> implied_by(std::string_view question, const std::vector<Number>& numbers);

}  // namespace drp::path
