// SPDX-License-Identifier: Apache-2.0
#include "path/counted.h"

#include <algorithm>
#include <array>

#include "base/text.h"
#include "path/number.h"
#include "path/word_form.h"

namespace drp::path {
namespace {

constexpr std::size_t kWordsMax = 3;  // after the number

// After these a number is a difference or a factor, whatever it counts.
constexpr std::array<std::string_view, 12> kComparatives = {
    "more",    "fewer",  "less",    "older",  "younger", "taller",
    "heavier", "longer", "shorter", "higher", "lower",   "times"};

// Words that say nothing of what is counted and end the search for it.
constexpr std::array<std::string_view, 38> kGrammar = {
    "and",  "or",   "of",   "in",  "on",   "at",     "to",      "for",       "from", "by",
    "per",  "is",   "are",  "was", "were", "if",     "but",     "so",        "that", "which",
    "then", "than", "with", "the", "a",    "an",     "each",    "every",     "plus", "minus",
    "he",   "she",  "they", "it",  "who",  "equals", "divided", "multiplied"};

template <std::size_t N>
bool is_one_of(const std::array<std::string_view, N>& words, std::string_view word) {
  return std::find(words.begin(), words.end(), word) != words.end();
}

std::vector<std::string> things_after(std::string_view lower, const Number& number) {
  std::vector<std::string> things;
  if (number.percent) return {"percent"};
  if (number.span.begin > 0 && lower[number.span.begin - 1] == '$') return {"dollar"};
  bool ended = false;
  std::size_t at = number.span.end;
  for (std::size_t words = 0; words < kWordsMax; ++words) {
    while (at < lower.size() && (lower[at] == ' ' || lower[at] == '-')) ++at;
    std::size_t end = at;
    while (end < lower.size() && is_letter(lower[end])) ++end;
    if (end == at) break;
    const std::string_view word = lower.substr(at, end - at);
    if (is_one_of(kComparatives, word)) return {"more"};
    ended = ended || is_one_of(kGrammar, word);
    if (!ended) things.emplace_back(singular(word));
    at = end;
  }
  return things;
}

}  // namespace

std::vector<Counted> read_counted(std::string_view text) {
  std::vector<Counted> counted;
  const std::string lower = to_lower(text);
  for (const Number& number : find_numbers(text)) {
    if (number.fraction) continue;
    counted.push_back({number_key(number.value), things_after(lower, number)});
  }
  return counted;
}

bool counts_another(const std::vector<Counted>& known, std::string_view text, std::int64_t key) {
  std::vector<std::string> things;
  for (const Counted& counted : known) {
    if (counted.key != key) continue;
    if (counted.things.empty()) return false;
    things.insert(things.end(), counted.things.begin(), counted.things.end());
  }
  if (things.empty()) return false;
  bool another = false;
  for (const Counted& counted : read_counted(text)) {
    if (counted.key != key) continue;
    const bool same =
        std::any_of(counted.things.begin(), counted.things.end(), [&](const std::string& thing) {
          return std::find(things.begin(), things.end(), thing) != things.end();
        });
    if (same) return false;
    another = another || !counted.things.empty();
  }
  return another;
}

}  // namespace drp::path
