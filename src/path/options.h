// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace drp::path {

// A lettered option of a question: "B) a red fox".
struct Option {
  char letter = 'A';
  std::string text;

  bool operator==(const Option&) const = default;
};

// The options that a question lists from A on, on lines of their own or in a row: "A) x", "(A) x",
// "A. x", "A: x", "**A** x". At least two; empty where the question lists none.
std::vector<Option> read_options(std::string_view question);

// Whether `text` speaks of the option `letter`: marked, as (B), B), **B**, or after a word such as
// "option" or "answer is". Never the article "A", the pronoun "I" or a letter inside a word.
bool names_option(std::string_view text, char letter);

// Whether a capital stands apart as a name ("B lies"), and not as the article or the pronoun.
bool names_letter(std::string_view text, char letter);

// Lower-case words of a text with one blank before and after each, for whole-word searches.
std::string spaced_words(std::string_view text);

}  // namespace drp::path
