// SPDX-License-Identifier: Apache-2.0
#include "path/options.h"

#include <algorithm>
#include <array>
#include <optional>

#include "base/text.h"

namespace drp::path {
namespace {

constexpr char kLastLetter = 'J';

bool is_word_byte(char c) { return is_letter(c) || is_digit(c) || (c & '\x80') != 0; }

// What stands around a marker: "(A) " gives the whole of it.
struct Marker {
  Span span;
  bool opens_line = false;
  bool bracketed = false;  // "A)", "(A)", "[A]": a marker inside a line, too
};

// The marker of `letter` whose letter stands at `at`.
std::optional<Marker> marker_at(std::string_view text, std::size_t at) {
  std::size_t begin = at;
  std::size_t end = at + 1;
  const bool bold = begin >= 2 && text.substr(begin - 2, 2) == "**";
  if (bold) begin -= 2;
  const bool bracket = begin > 0 && (text[begin - 1] == '(' || text[begin - 1] == '[');
  if (bracket) --begin;
  if (begin > 0 && !is_space(text[begin - 1]) && text[begin - 1] != '-') return std::nullopt;
  const std::size_t closers = end;
  while (end < text.size() && contains(").:]*", text.substr(end, 1))) ++end;
  const bool closed = end > closers && (!bracket || text[closers] == ')' || text[closers] == ']');
  if (!closed || end >= text.size() || !is_space(text[end])) return std::nullopt;
  std::size_t line = begin;
  while (line > 0 && (text[line - 1] == ' ' || text[line - 1] == '\t' || text[line - 1] == '-')) {
    --line;
  }
  const bool bracketed = text[closers] == ')' || text[closers] == ']';
  return Marker{{begin, end}, line == 0 || text[line - 1] == '\n', bracketed};
}

std::optional<Marker> next_marker(std::string_view text, char letter, std::size_t from) {
  for (std::size_t at = text.find(letter, from); at != std::string_view::npos;
       at = text.find(letter, at + 1)) {
    const auto marker = marker_at(text, at);
    if (marker && (marker->opens_line || marker->bracketed)) return marker;
  }
  return std::nullopt;
}

std::string option_text(std::string_view text) {
  text = trim(text);
  while (!text.empty() && contains(",;.*", text.substr(text.size() - 1))) text.remove_suffix(1);
  return std::string(trim(text));
}

// Words after which a letter is an option's name.
constexpr std::array<std::string_view, 20> kNaming = {
    "option ",     "options ", "choice ", "answer is ", "answer: ", "answer ", "letter ",
    "choose ",     "pick ",    "select ", "must be ",   "is ",      "be ",     "not ",
    "answer is: ", "so ",      "to ",     "eliminate ", "both ",    "exclude "};

bool is_named(std::string_view text, std::size_t at) {
  std::string before = to_lower(text.substr(at < 24 ? 0 : at - 24, std::min<std::size_t>(at, 24)));
  return std::any_of(kNaming.begin(), kNaming.end(), [&](std::string_view word) {
    if (!before.ends_with(word)) return false;
    const std::size_t begin = before.size() - word.size();
    return begin == 0 || !is_word_byte(before[begin - 1]);
  });
}

// "is A good one", "so I think": a word and no letter.
bool reads_as_word(std::string_view text, std::size_t at) {
  if (text[at] != 'A' && text[at] != 'I') return false;
  return at + 2 < text.size() && text[at + 1] == ' ' && is_lower(text[at + 2]) &&
         !text.substr(at + 2).starts_with("is ") && !text.substr(at + 2).starts_with("and ") &&
         !text.substr(at + 2).starts_with("or ") && !text.substr(at + 2).starts_with("because ") &&
         !text.substr(at + 2).starts_with("says ") && !text.substr(at + 2).starts_with("tells ") &&
         !text.substr(at + 2).starts_with("lies");
}

// The next place at or after `from` where the letter is no part of a word.
std::size_t find_apart(std::string_view text, char letter, std::size_t from) {
  for (std::size_t at = text.find(letter, from); at != std::string_view::npos;
       at = text.find(letter, at + 1)) {
    const bool word_before = at > 0 && (is_word_byte(text[at - 1]) || text[at - 1] == '\'');
    const bool word_after =
        at + 1 < text.size() && (is_word_byte(text[at + 1]) || text[at + 1] == '\'');
    if (!word_before && !word_after) return at;
  }
  return std::string_view::npos;
}

}  // namespace

std::vector<Option> read_options(std::string_view question) {
  std::vector<Marker> markers;
  std::size_t from = 0;
  for (char letter = 'A'; letter <= kLastLetter; ++letter) {
    const auto marker = next_marker(question, letter, from);
    if (!marker) break;
    markers.push_back(*marker);
    from = marker->span.end;
  }
  if (markers.size() < 2) return {};
  std::vector<Option> options;
  for (std::size_t i = 0; i < markers.size(); ++i) {
    std::size_t end = i + 1 < markers.size() ? markers[i + 1].span.begin : question.size();
    const std::size_t begin = markers[i].span.end;
    if (markers[i].opens_line || i + 1 == markers.size()) {
      const std::size_t first = question.find_first_not_of(" \t\n", begin);
      end = std::min(end, question.find('\n', std::min(first, question.size())));
    }
    options.push_back(
        {static_cast<char>('A' + i), option_text(question.substr(begin, end - begin))});
  }
  return options;
}

bool names_option(std::string_view text, char letter) {
  for (std::size_t at = find_apart(text, letter, 0); at != std::string_view::npos;
       at = find_apart(text, letter, at + 1)) {
    const char before = at > 0 ? text[at - 1] : ' ';
    const char after = at + 1 < text.size() ? text[at + 1] : ' ';
    const bool closed = after == '}' || after == '*';
    const bool marked =
        after == ')' || after == ']' || ((before == '{' || before == '*') && closed);
    if (marked || (is_named(text, at) && !reads_as_word(text, at))) return true;
  }
  return false;
}

bool names_letter(std::string_view text, char letter) {
  for (std::size_t at = find_apart(text, letter, 0); at != std::string_view::npos;
       at = find_apart(text, letter, at + 1)) {
    if (!reads_as_word(text, at)) return true;
  }
  return false;
}

std::string spaced_words(std::string_view text) {
  std::string words = " ";
  words.reserve(text.size() + 2);
  for (const char c : text) {
    if (is_word_byte(c)) {
      words += is_upper(c) ? static_cast<char>(c - 'A' + 'a') : c;
    } else if (words.back() != ' ') {
      words += ' ';
    }
  }
  if (words.back() != ' ') words += ' ';
  return words;
}

}  // namespace drp::path
