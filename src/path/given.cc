// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <array>

#include "base/text.h"
#include "path/at_hand.h"
#include "path/flow.h"

namespace drp::path {
namespace {

constexpr std::array<std::string_view, 62> kSentenceOpeners = {
    "The",   "How",       "What",    "She",     "His",     "Her",      "If",       "Each",
    "When",  "There",     "They",    "Their",   "This",    "That",     "These",    "Those",
    "After", "Then",      "And",     "But",     "For",     "From",     "With",     "Find",
    "Let",   "Given",     "Which",   "Who",     "Where",   "Some",     "All",      "One",
    "Two",   "Three",     "Four",    "Five",    "Six",     "Seven",    "Eight",    "Nine",
    "Ten",   "Every",     "Half",    "Today",   "Now",     "Next",     "Its",      "Our",
    "Since", "While",     "Suppose", "Express", "Compute", "Simplify", "Evaluate", "Determine",
    "Solve", "Calculate", "Both",    "Only",    "Before",  "During"};

// Names that no pronoun means; April, May, June and August are people as well.
constexpr std::array<std::string_view, 15> kDates = {
    "Monday",   "Tuesday", "Wednesday", "Thursday",  "Friday",  "Saturday", "Sunday",  "January",
    "February", "March",   "July",      "September", "October", "November", "December"};

template <std::size_t N>
bool is_one_of(const std::array<std::string_view, N>& words, std::string_view word) {
  return std::find(words.begin(), words.end(), word) != words.end();
}

// Capitalised words that are no common openers of a sentence.
std::vector<std::string> find_names(std::string_view question) {
  std::vector<std::string> names;
  for (std::size_t i = 0; i < question.size();) {
    if (!is_letter(question[i])) {
      ++i;
      continue;
    }
    std::size_t end = i;
    while (end < question.size() && is_letter(question[end])) ++end;
    const std::string word(question.substr(i, end - i));
    const bool name = is_upper(word[0]) && word.size() > 2 && is_lower(word[1]);
    const bool known = std::find(names.begin(), names.end(), word) != names.end();
    if (name && !known && !is_one_of(kSentenceOpeners, word)) names.push_back(word);
    i = end;
  }
  std::sort(names.begin(), names.end(), [&](const std::string& a, const std::string& b) {
    return question.find(a) < question.find(b);
  });
  return names;
}

}  // namespace

Given read_given(std::string_view question) {
  Given given;
  std::vector<std::int64_t> keys;
  const std::vector<Number> numbers = find_numbers(question);
  for (const Number& number : numbers) {
    keys.push_back(number_key(number.value));
    const double share = number.percent ? number.value / 100 : number.value;
    if (number.percent || (number.value < 1 && number.value > 0)) {
      for (const double derived :
           {share, 1 - share, 1 + share, share * 100, 100 - share * 100, 100 + share * 100}) {
        keys.push_back(number_key(derived));
      }
    }
  }
  given.numbers = number_keys(numbers);
  given.implied = implied_by(question, numbers);
  for (const std::int64_t key : keys) add_key(given.values, key);
  given.symbols = read_flow(question).symbols;
  given.counted = read_counted(question);
  given.names = find_names(question);
  given.people = given.names;
  std::erase_if(given.people, [](const std::string& name) { return is_one_of(kDates, name); });
  given.names_someone = std::any_of(question.begin(), question.end(), is_letter);
  return given;
}

Given read_given_in_words(std::string_view question) {
  Given given = read_given(question);
  given.claim_words = read_claim_words(question, given.names);
  given.claims = read_claims(question, given.claim_words);
  return given;
}

}  // namespace drp::path
