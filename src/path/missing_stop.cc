// SPDX-License-Identifier: Apache-2.0
#include "path/missing_stop.h"

#include <algorithm>
#include <array>
#include <string>

#include "base/text.h"

namespace drp::path {
namespace {

constexpr std::array<std::string_view, 26> kOpeners = {
    "so", "he", "she", "it", "they", "then", "now", "that",  "this", "there", "the",  "in", "on",
    "we", "if", "to",  "an", "as",   "at",   "by",  "first", "next", "each",  "thus", "a",  "his"};
// Words after which a capital is a name.
constexpr std::array<std::string_view, 61> kLeadToNames = {
    "to",     "for",   "from",   "than",   "and",   "of",   "with",   "by",     "the",
    "in",     "on",    "as",     "a",      "an",    "or",   "at",     "that",   "if",
    "per",    "is",    "was",    "has",    "had",   "when", "then",   "but",    "after",
    "while",  "since", "are",    "both",   "his",   "her",  "each",   "x",      "be",
    "times",  "plus",  "minus",  "equals", "about", "were", "over",   "under",  "these",
    "those",  "gives", "we",     "every",  "least", "most", "before", "across", "because",
    "spends", "got",   "around", "within", "costs", "only", "time"};

// Their capital says nothing of where a sentence begins.
constexpr std::array<std::string_view, 19> kDays = {
    "monday",  "tuesday",   "wednesday", "thursday", "friday",  "saturday", "sunday",
    "january", "february",  "march",     "april",    "may",     "june",     "july",
    "august",  "september", "october",   "november", "december"};

// "Robert's | Monday shells": what is owned is still to come.
bool is_possessive(std::string_view before) {
  return before.ends_with("'s") || before.ends_with("\u2019s") || before.ends_with("s'");
}

// "Rug Width = Chair | Width + 5": the side that the last sign opens has no number yet.
bool side_is_open(std::string_view text, std::size_t begin, std::size_t at) {
  constexpr std::size_t kReach = 200;  // a longer side has its number
  const std::size_t from = std::max(begin, at < kReach ? 0 : at - kReach);
  const std::string_view before = text.substr(from, at - from);
  std::size_t side = 0;
  for (const std::string_view sign : {"=", " + ", " - ", " * ", " / ", "\u00d7", "\u00f7"}) {
    const std::size_t found = before.rfind(sign);
    if (found != std::string_view::npos) side = std::max(side, found);
  }
  const std::string_view since = before.substr(side);
  return std::none_of(since.begin(), since.end(), is_digit);
}

// Whether the word that ends at `at` wants a name or a number after it.
bool leads_to_name(std::string_view text, std::size_t begin, std::size_t at) {
  std::size_t from = at;
  while (from > begin && at - from < 16 && is_letter(text[from - 1])) --from;
  const std::string word = to_lower(text.substr(from, at - from));
  return std::find(kLeadToNames.begin(), kLeadToNames.end(), word) != kLeadToNames.end();
}

// Whether the unit so far has an equals sign, or its word, shortly before `at`.
bool has_result_before(std::string_view text, std::size_t begin, std::size_t at) {
  const std::size_t from = std::max(begin, at < 60 ? 0 : at - 60);
  const std::string_view before = text.substr(from, at - from);
  return contains(before, "=") || contains(before, " equals ");
}

// "(y + 2)(y^2 - 2 y - 4) = 0": no sentence ends inside a bracket.
bool inside_bracket(std::string_view text, std::size_t begin, std::size_t at) {
  constexpr std::size_t kReach = 200;
  int depth = 0;
  for (std::size_t i = std::max(begin, at < kReach ? 0 : at - kReach); i < at; ++i) {
    depth += text[i] == '(' ? 1 : text[i] == ')' && depth > 0 ? -1 : 0;
  }
  return depth > 0;
}

// "= 48 new plates": at most two words after the result.
bool result_just_before(std::string_view text, std::size_t begin, std::size_t at) {
  std::size_t from = at;
  for (int words = 0; words < 3 && from > begin; ++words) {
    std::size_t word = from;
    while (word > begin && is_lower(text[word - 1])) {
      --word;
    }
    if (word == from || word <= begin + 2 || text[word - 1] != ' ') {
      break;
    }
    from = word - 1;
  }
  if (from == at || from < begin + 3 || !is_digit(text[from - 1])) {
    return false;
  }
  const std::size_t number = text.find_last_not_of("0123456789.,$", from - 1);
  const std::size_t sign =
      number == std::string_view::npos ? number : text.find_last_not_of(' ', number);
  return sign != std::string_view::npos && sign >= begin && text[sign] == '=' &&
         !leads_to_name(text, begin, at);
}

// A whole number with its noun.
bool next_is_count(std::string_view text, std::size_t from) {
  std::size_t end = from;
  while (end < text.size() && is_digit(text[end])) {
    ++end;
  }
  return end + 1 < text.size() && text[end] == ' ' && is_lower(text[end + 1]);
}

// "6x = 180 x = 30", "= $3.00 2 cookies cost": a number and then another term, which no
// expression can hold; a mixed number (2 1/4) can.
bool next_is_term(std::string_view text, std::size_t from) {
  std::size_t end = from;
  bool slash = false;
  while (end < text.size() && !is_space(text[end])) {
    slash = slash || text[end] == '/';
    ++end;
  }
  if (slash || end + 1 >= text.size()) {
    return false;
  }
  if (is_digit(text[from])) {
    return end - from != 3;  // 400 000
  }
  const bool letter = is_letter(text[from]) && end == from + 1;
  const char sign = text[end + 1];
  return (letter && (sign == '=' || sign == '+' || sign == '-')) ||
         (is_letter(text[from]) && contains(text.substr(from, end - from), "="));
}

}  // namespace

bool stop_is_missing(std::string_view text, std::size_t begin, std::size_t at) {
  if (at + 4 >= text.size() || at < begin + 3 || !has_result_before(text, begin, at) ||
      inside_bracket(text, begin, at)) {
    return false;
  }
  if (is_digit(text[at - 1]) && next_is_term(text, at + 1)) {
    return true;
  }
  // "= 48 plates 10 glasses were broken"
  if (is_digit(text[at + 1]) && is_lower(text[at - 1]) && next_is_count(text, at + 1) &&
      result_just_before(text, begin, at)) {
    return true;
  }
  if (!is_upper(text[at + 1])) {
    return false;
  }
  std::size_t end = at + 1;
  while (end < text.size() && is_letter(text[end])) {
    ++end;
  }
  const std::string word = to_lower(text.substr(at + 1, end - at - 1));
  const bool opener = std::find(kOpeners.begin(), kOpeners.end(), word) != kOpeners.end();
  if (end >= text.size() || (text[end] != ' ' && text[end] != ',' && text[end] != '\'') ||
      (!opener && (word.size() < 3 || !is_lower(text[at + 2])))) {
    return false;
  }
  // "District A + District B": a letter that is a label, not the article.
  if (word.size() == 1 && (end + 1 >= text.size() || !is_lower(text[end + 1]))) {
    return false;
  }
  if (is_possessive(text.substr(begin, at - begin)) ||
      std::find(kDays.begin(), kDays.end(), word) != kDays.end()) {
    return false;
  }
  // Any other capitalised word may be a name inside the sentence: it must go on to a result, and
  // stand behind one.
  if (!opener && side_is_open(text, begin, at)) return false;
  const std::string_view next = text.substr(at + 1, 70);
  if (!opener && next.substr(0, next.find(". ")).find('=') == std::string_view::npos) {
    return false;
  }
  const char last = text[at - 1];
  if (!is_lower(last) && !is_digit(last) && last != '%' && last != ')') {
    return false;
  }
  return !leads_to_name(text, begin, at);
}

}  // namespace drp::path
