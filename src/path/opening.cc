// SPDX-License-Identifier: Apache-2.0
#include "path/opening.h"

#include <algorithm>
#include <array>

#include "base/first_byte_index.h"
#include "base/text.h"

namespace drp::path {
namespace {

enum class Kind { kHesitation, kDoubt, kSo, kBut, kThen, kFirst, kLater, kAlternative };

struct Opener {
  std::string_view words;
  Kind kind;
  // Only with a comma, full stop or dots after it ("First, ..." but not "first 4 miles").
  bool needs_mark;
};

constexpr std::array<Opener, 65> kOpeners = {{
    {"cool", Kind::kHesitation, true},
    {"okay", Kind::kHesitation, false},
    {"ok", Kind::kHesitation, false},
    {"alright", Kind::kHesitation, false},
    {"all right", Kind::kHesitation, true},
    {"hmm", Kind::kHesitation, false},
    {"hm", Kind::kHesitation, false},
    {"oh", Kind::kHesitation, false},
    {"ah", Kind::kHesitation, false},
    {"well", Kind::kHesitation, true},
    {"yeah", Kind::kHesitation, false},
    {"yep", Kind::kHesitation, true},
    {"yes", Kind::kHesitation, true},
    {"right", Kind::kHesitation, true},
    {"great", Kind::kHesitation, true},
    {"perfect", Kind::kHesitation, true},
    {"good", Kind::kHesitation, true},
    {"let me see", Kind::kHesitation, true},
    {"let's see", Kind::kHesitation, true},
    {"let me think", Kind::kHesitation, true},
    {"i think", Kind::kHesitation, true},
    {"of course", Kind::kHesitation, true},
    {"basically", Kind::kHesitation, true},
    {"anyway", Kind::kHesitation, true},
    {"actually", Kind::kHesitation, true},
    {"in fact", Kind::kHesitation, true},
    {"specifically", Kind::kHesitation, true},
    {"regardless", Kind::kHesitation, true},
    {"wait a minute", Kind::kDoubt, false},
    {"wait a second", Kind::kDoubt, false},
    {"wait a moment", Kind::kDoubt, false},
    {"wait", Kind::kDoubt, false},
    {"hold on", Kind::kDoubt, false},
    {"no", Kind::kDoubt, true},
    {"so therefore", Kind::kSo, false},
    {"so", Kind::kSo, false},
    {"therefore", Kind::kSo, false},
    {"thus", Kind::kSo, false},
    {"hence", Kind::kSo, false},
    {"consequently", Kind::kSo, true},
    {"as a result", Kind::kSo, true},
    {"but", Kind::kBut, false},
    {"however", Kind::kBut, true},
    {"still", Kind::kBut, true},
    {"and", Kind::kThen, false},
    {"also", Kind::kThen, true},
    {"again", Kind::kThen, true},
    {"similarly", Kind::kThen, true},
    {"then", Kind::kThen, false},
    {"now", Kind::kThen, false},
    {"next", Kind::kThen, true},
    {"next up", Kind::kThen, true},
    {"after that", Kind::kThen, true},
    {"moving on", Kind::kThen, true},
    {"first", Kind::kFirst, true},
    {"firstly", Kind::kFirst, true},
    {"first of all", Kind::kFirst, true},
    {"first off", Kind::kFirst, true},
    {"second", Kind::kLater, true},
    {"secondly", Kind::kLater, true},
    {"third", Kind::kLater, true},
    {"finally", Kind::kLater, true},
    {"lastly", Kind::kLater, true},
    {"alternatively", Kind::kAlternative, false},
    {"maybe", Kind::kHesitation, true},
}};

constexpr std::array<std::string_view, 29> kDemonstratives = {"that",
                                                              "that's",
                                                              "this",
                                                              "these",
                                                              "those",
                                                              "which",
                                                              "the same",
                                                              "doing that",
                                                              "doing this",
                                                              "doing so",
                                                              "the result",
                                                              "calculating that",
                                                              "calculating this",
                                                              "the former",
                                                              "the latter",
                                                              "here",
                                                              "computing that",
                                                              "both of these",
                                                              "adding these",
                                                              "adding those",
                                                              "adding them",
                                                              "subtracting this",
                                                              "subtracting that",
                                                              "adding this",
                                                              "adding that",
                                                              "multiplying this",
                                                              "multiplying that",
                                                              "dividing this",
                                                              "dividing that"};
constexpr std::array<std::string_view, 15> kPersonals = {
    "both of them", "all of them", "he",   "she",   "they", "it",      "his", "her",
    "their",        "its",         "he's", "she's", "it's", "they're", "them"};

constexpr auto kItself = [](std::string_view words) { return words; };
constexpr FirstByteIndex<kOpeners.size()> kOpenerIndex(kOpeners,
                                                       [](const Opener& o) { return o.words; });
constexpr FirstByteIndex<kDemonstratives.size()> kDemonstrativeIndex(kDemonstratives, kItself);
constexpr FirstByteIndex<kPersonals.size()> kPersonalIndex(kPersonals, kItself);

bool word_goes_on(std::string_view text, std::size_t at) {
  return at < text.size() && (is_letter(text[at]) || is_digit(text[at]) || text[at] == '\'' ||
                              (text[at] & '\x80') != 0);
}

bool starts_with_words(std::string_view lower, std::string_view words) {
  return lower.starts_with(words) && !word_goes_on(lower, words.size());
}

// Length of the white space and the mark after an opener; 0 where the sentence does not go on
// there.
std::size_t gap_after(std::string_view text, bool needs_mark) {
  std::size_t i = 0;
  bool mark = false;
  while (i < text.size()) {
    if (text[i] == ',' || text[i] == '.' || text[i] == '!' || text[i] == '?' || text[i] == ':') {
      mark = true;
    } else if (text.substr(i).starts_with("\u2026") || text.substr(i).starts_with("\u2014")) {
      mark = true;
      i += 2;
    } else if (text[i] != ' ') {
      break;
    }
    ++i;
  }
  return needs_mark && !mark ? 0 : i;
}

// "So far", "now that", "so many": the word belongs to what follows.
bool bound_to_next(std::string_view opener, std::string_view rest) {
  if (opener == "so") {
    return starts_with_words(rest, "far") || starts_with_words(rest, "many") ||
           starts_with_words(rest, "much") || starts_with_words(rest, "long");
  }
  return opener == "now" && starts_with_words(rest, "that");
}

void note(Opening& opening, Kind kind) {
  switch (kind) {
    case Kind::kDoubt:
      opening.doubts = true;
      opening.hesitates = true;
      break;
    case Kind::kHesitation:
      opening.hesitates = true;
      break;
    case Kind::kSo:
      opening.concludes = true;
      break;
    case Kind::kBut:
      opening.contrasts = true;
      break;
    case Kind::kThen:
      opening.continues = true;
      break;
    case Kind::kFirst:
      opening.first = true;
      break;
    case Kind::kLater:
      opening.later = true;
      break;
    case Kind::kAlternative:
      opening.alternative = true;
      break;
  }
}

Anaphor anaphor_of(std::string_view lower) {
  for (const std::uint8_t i : kDemonstrativeIndex.starting_like(lower)) {
    if (starts_with_words(lower, kDemonstratives[i])) return Anaphor::kDemonstrative;
  }
  for (const std::uint8_t i : kPersonalIndex.starting_like(lower)) {
    if (starts_with_words(lower, kPersonals[i])) return Anaphor::kPersonal;
  }
  return Anaphor::kNone;
}

}  // namespace

Opening read_opening(std::string_view text) {
  Opening opening;
  while (opening.begin < text.size() && is_space(text[opening.begin])) {
    ++opening.begin;
  }
  opening.core = opening.begin;
  const std::string lower = to_lower(text.substr(opening.begin, 160));
  const std::string_view view = lower;
  std::size_t at = 0;
  bool found = true;
  while (found && at < view.size()) {
    found = false;
    const std::string_view rest = view.substr(at);
    for (const std::uint8_t i : kOpenerIndex.starting_like(rest)) {
      const Opener& opener = kOpeners[i];
      if (!starts_with_words(rest, opener.words)) {
        continue;
      }
      const std::size_t gap = gap_after(rest.substr(opener.words.size()), opener.needs_mark);
      const std::string_view next = rest.substr(std::min(rest.size(), opener.words.size() + gap));
      if (gap == 0 || next.empty() || next.front() == '\n' || bound_to_next(opener.words, next)) {
        continue;
      }
      note(opening, opener.kind);
      at += opener.words.size() + gap;
      found = true;
      break;
    }
  }
  opening.core = opening.begin + at;
  opening.anaphor = anaphor_of(view.substr(std::min(at, view.size())));
  return opening;
}

void capitalise(std::string& text) {
  std::size_t at = 0;
  while (at < text.size() && (is_space(text[at]) || text[at] == '*')) {
    ++at;
  }
  const bool word = at + 1 < text.size() && is_lower(text[at]) &&
                    (is_lower(text[at + 1]) || text[at + 1] == '\'');
  if (word) {
    text[at] = static_cast<char>(text[at] - 'a' + 'A');
  }
}

std::string reopened(std::string_view text, std::size_t from) {
  std::string result(text.substr(from));
  std::size_t first = 0;
  while (first < text.size() && is_space(text[first])) {
    ++first;
  }
  if (first < text.size() && is_upper(text[first])) {
    // "a leap year", "a 6-year-old", not "a = 4"
    const bool article = result.size() > 3 && result.starts_with("a ") &&
                         (is_digit(result[2]) || (is_lower(result[2]) && is_lower(result[3])));
    if (article) {
      result[0] = 'A';
    } else {
      capitalise(result);
    }
  }
  return result;
}

}  // namespace drp::path
