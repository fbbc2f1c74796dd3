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

// Capitalised words that are no common openers of a sentence: names, mostly.
std::vector<std::string> find_people(std::string_view question) {
  std::vector<std::string> people;
  for (std::size_t i = 0; i < question.size();) {
    if (!is_letter(question[i])) {
      ++i;
      continue;
    }
    std::size_t end = i;
    while (end < question.size() && is_letter(question[end])) ++end;
    const std::string word(question.substr(i, end - i));
    const bool name = is_upper(word[0]) && word.size() > 2 && is_lower(word[1]);
    const auto known = [&](const std::vector<std::string>& list) {
      return std::find(list.begin(), list.end(), word) != list.end();
    };
    const bool common =
        std::find(kSentenceOpeners.begin(), kSentenceOpeners.end(), word) != kSentenceOpeners.end();
    if (name && !common && !known(people)) people.push_back(word);
    i = end;
  }
  std::sort(people.begin(), people.end(), [&](const std::string& a, const std::string& b) {
    return question.find(a) < question.find(b);
  });
  return people;
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
  given.people = find_people(question);
  given.names_someone = std::any_of(question.begin(), question.end(), is_letter);
  return given;
}

Given read_given_in_words(std::string_view question) {
  Given given = read_given(question);
  given.claim_words = read_claim_words(question, given.people);
  given.claims = read_claims(question, given.claim_words);
  return given;
}

}  // namespace drp::path
