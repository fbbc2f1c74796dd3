// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/text.h"

namespace drp::path {

// A number as it stands in a text.
struct Number {
  double value = 0;
  Span span;
  bool percent = false;
  // Spelt out ("twelve", "half", "twice").
  bool word = false;
  // Made of two others that are also listed: 3/4, \frac{3}{4}.
  bool fraction = false;
};

// All numbers of `text` in order: 1,234 and 1{,}234, .25, 3/4, \frac{3}{4}, 60%, fullwidth digits,
// number words and the words for simple fractions and multiples. Signs are not part of a number,
// since "minus" and a dash cannot be told apart locally. Exponents and indices count as numbers;
// the markers of a numbered list and of "Step 3" do not.
std::vector<Number> find_numbers(std::string_view text);

// Two numbers are the same when their keys are: the magnitude in ten-thousandths, rounded.
std::int64_t number_key(double value);
// The magnitude that a key stands for.
double key_value(std::int64_t key);
// The number of a key as text: "0.25" for 2500.
std::string key_text(std::int64_t key);

// The value of a number word ("seven", "dozen", "third"), or a negative number where it is none.
double number_word(std::string_view lower_case_word);

// Keys up to this, of 0, 1 and 2, turn up everywhere: they need no introduction and prove no use.
inline constexpr std::int64_t kTrivialKeyMax = 20'000;

// Sorted keys without repeats.
std::vector<std::int64_t> number_keys(const std::vector<Number>& numbers);
bool has_key(const std::vector<std::int64_t>& sorted_keys, std::int64_t key);
void add_key(std::vector<std::int64_t>& sorted_keys, std::int64_t key);

}  // namespace drp::path
