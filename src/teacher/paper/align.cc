// SPDX-License-Identifier: Apache-2.0
#include "teacher/paper/align.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <functional>
#include <limits>
#include <unordered_map>

#include "path/unit.h"

namespace drp::teacher {
namespace {

constexpr std::size_t kNone = std::numeric_limits<std::size_t>::max();
constexpr std::size_t kCellsMax = 4'000'000;                 // of a word-by-word comparison
constexpr std::array<std::size_t, 4> kRuns = {12, 6, 3, 1};  // words an anchor, longest first

struct Word {
  std::uint64_t hash = 0;
  Span span;
};

// Not the asterisk, which is bold type as often as a product.
bool is_operator(char c) { return std::string_view("+-/=<>^%").find(c) != std::string_view::npos; }

// White space beyond ASCII, and bytes that are no character: a model that types leaves them out.
bool is_no_word(CodePoint point) {
  return (point.value == 0xFFFD && point.size == 1) || point.value == 0xA0 ||
         (point.value >= 0x2000 && point.value <= 0x200F) || point.value == 0x2028 ||
         point.value == 0x2029 || point.value == 0x85 || point.value == 0x3000 ||
         point.value == 0xFEFF;
}

// Letters and digits in runs, operators and characters beyond ASCII each by itself.
std::vector<Word> words_of(std::string_view text) {
  std::vector<Word> words;
  for (std::size_t at = 0; at < text.size();) {
    std::size_t end = at;
    while (end < text.size() && (is_letter(text[end]) || is_digit(text[end]))) ++end;
    if (end == at && (text[at] & '\x80') != 0) {
      const CodePoint point = decode_utf8(text, at);
      if (is_no_word(point)) {
        at += point.size;
        continue;
      }
      end = at + point.size;
    }
    if (end == at && is_operator(text[at])) end = at + 1;
    if (end == at) {
      ++at;
      continue;
    }
    words.push_back({std::hash<std::string>{}(to_lower(text.substr(at, end - at))), {at, end}});
    at = end;
  }
  return words;
}

struct Range {
  std::size_t a_begin, a_end, b_begin, b_end;
  std::size_t level = 0;  // of kRuns
};

struct Pair {
  std::size_t a, b;
};

class Matcher {
 public:
  Matcher(const std::vector<Word>& a, const std::vector<Word>& b)
      : a_(a), b_(b), match_(b.size(), kNone) {}

  // For each word of b the word of a that it is, or kNone; rising.
  std::vector<std::size_t> run() {
    std::vector<Range> open = {{0, a_.size(), 0, b_.size()}};
    while (!open.empty()) {
      Range range = open.back();
      open.pop_back();
      take_ends(range);
      if (range.a_begin == range.a_end || range.b_begin == range.b_end) continue;
      const std::size_t cells = (range.a_end - range.a_begin) * (range.b_end - range.b_begin);
      if (cells <= kCellsMax / 16 || (range.level == kRuns.size() && cells <= kCellsMax)) {
        compare(range);
      } else if (range.level < kRuns.size()) {
        split(range, open);
      }
    }
    return std::move(match_);
  }

 private:
  bool same(std::size_t a, std::size_t b) const { return a_[a].hash == b_[b].hash; }

  // Equal words at both ends of a range match.
  void take_ends(Range& range) {
    while (range.a_begin < range.a_end && range.b_begin < range.b_end &&
           same(range.a_begin, range.b_begin)) {
      match_[range.b_begin++] = range.a_begin++;
    }
    while (range.a_begin < range.a_end && range.b_begin < range.b_end &&
           same(range.a_end - 1, range.b_end - 1)) {
      match_[--range.b_end] = --range.a_end;
    }
  }

  static std::uint64_t run_hash(const std::vector<Word>& words, std::size_t at, std::size_t run) {
    std::uint64_t hash = 1469598103934665603U;
    for (std::size_t i = at; i < at + run; ++i) hash = (hash ^ words[i].hash) * 1099511628211U;
    return hash;
  }

  // Where each run of words stands, kNone where it stands more than once.
  static std::unordered_map<std::uint64_t, std::size_t> once(const std::vector<Word>& words,
                                                             std::size_t begin, std::size_t end,
                                                             std::size_t run) {
    std::unordered_map<std::uint64_t, std::size_t> places;
    for (std::size_t i = begin; i + run <= end; ++i) {
      const auto [place, fresh] = places.emplace(run_hash(words, i, run), i);
      if (!fresh) place->second = kNone;
    }
    return places;
  }

  // Cuts a range at the longest rising chain of runs that stand once on either side.
  void split(const Range& range, std::vector<Range>& open) const {
    const std::size_t run = kRuns[range.level];
    const auto in_a = once(a_, range.a_begin, range.a_end, run);
    const auto in_b = once(b_, range.b_begin, range.b_end, run);
    std::vector<Pair> pairs;
    for (const auto& [hash, b] : in_b) {
      const auto a = b == kNone ? in_a.end() : in_a.find(hash);
      if (a != in_a.end() && a->second != kNone) pairs.push_back({a->second, b});
    }
    std::sort(pairs.begin(), pairs.end(), [](const Pair& x, const Pair& y) { return x.b < y.b; });
    Range rest = range;
    rest.level = range.level + 1;
    for (const Pair& pair : rising_chain(pairs)) {
      if (pair.a < rest.a_begin || pair.b < rest.b_begin) continue;
      open.push_back({rest.a_begin, pair.a, rest.b_begin, pair.b, range.level + 1});
      // The run itself opens what comes next: take_ends() matches it.
      rest.a_begin = pair.a;
      rest.b_begin = pair.b;
      open.push_back({pair.a, pair.a + 1, pair.b, pair.b + 1, range.level + 1});
      rest.a_begin += 1;
      rest.b_begin += 1;
    }
    open.push_back(rest);
  }

  // The longest subsequence whose places in a rise (patience sorting).
  static std::vector<Pair> rising_chain(const std::vector<Pair>& pairs) {
    std::vector<std::size_t> tops;  // index of the pair on top of each pile
    std::vector<std::size_t> below(pairs.size(), kNone);
    for (std::size_t i = 0; i < pairs.size(); ++i) {
      const auto pile =
          std::lower_bound(tops.begin(), tops.end(), pairs[i].a,
                           [&](std::size_t top, std::size_t a) { return pairs[top].a < a; });
      if (pile != tops.begin()) below[i] = *(pile - 1);
      if (pile == tops.end()) {
        tops.push_back(i);
      } else {
        *pile = i;
      }
    }
    std::vector<Pair> chain;
    for (std::size_t i = tops.empty() ? kNone : tops.back(); i != kNone; i = below[i]) {
      chain.push_back(pairs[i]);
    }
    std::reverse(chain.begin(), chain.end());
    return chain;
  }

  // The longest common subsequence of a small range.
  void compare(const Range& range) {
    const std::size_t rows = range.a_end - range.a_begin;
    const std::size_t columns = range.b_end - range.b_begin;
    const std::size_t width = columns + 1;
    std::vector<std::uint32_t> length((rows + 1) * width, 0);
    for (std::size_t i = rows; i-- > 0;) {
      for (std::size_t j = columns; j-- > 0;) {
        length[i * width + j] =
            same(range.a_begin + i, range.b_begin + j)
                ? length[(i + 1) * width + j + 1] + 1
                : std::max(length[(i + 1) * width + j], length[i * width + j + 1]);
      }
    }
    for (std::size_t i = 0, j = 0; i < rows && j < columns;) {
      if (same(range.a_begin + i, range.b_begin + j)) {
        match_[range.b_begin + j++] = range.a_begin + i++;
      } else if (length[(i + 1) * width + j] >= length[i * width + j + 1]) {
        ++i;
      } else {
        ++j;
      }
    }
  }

  const std::vector<Word>& a_;
  const std::vector<Word>& b_;
  std::vector<std::size_t> match_;
};

// Where the text is cut between byte `end`, after which a piece has no word, and `begin`, where the
// first word of the next one stands.
std::size_t boundary(std::string_view text, const std::vector<std::size_t>& unit_ends,
                     std::size_t end, std::size_t begin) {
  const auto unit = std::lower_bound(unit_ends.begin(), unit_ends.end(), end);
  if (unit != unit_ends.end() && *unit <= begin) return *unit;
  for (std::size_t at = end; at < begin; ++at) {
    if (is_space(text[at]) && !is_space(text[at + 1])) return at + 1;
  }
  return begin;
}

}  // namespace

Alignment align_pieces(std::string_view text, const std::vector<std::string>& pieces) {
  const std::vector<Word> words = words_of(text);
  std::vector<Word> typed;
  std::vector<std::size_t> first_typed;  // of each piece, and the end
  for (const std::string& piece : pieces) {
    first_typed.push_back(typed.size());
    for (const Word& word : words_of(piece)) typed.push_back(word);
  }
  first_typed.push_back(typed.size());
  const std::vector<std::size_t> match = Matcher(words, typed).run();

  std::vector<std::size_t> unit_ends;
  for (const path::Unit& unit : path::cut_units(text)) unit_ends.push_back(unit.span.end);
  Alignment alignment;
  alignment.spans.resize(pieces.size());
  const auto found = static_cast<std::size_t>(
      std::count_if(match.begin(), match.end(), [](std::size_t a) { return a != kNone; }));
  alignment.coverage =
      words.empty() ? 1 : static_cast<double>(found) / static_cast<double>(words.size());
  std::size_t at = 0;             // begin of the piece in hand
  std::size_t open = kNone;       // that piece, once a word of it is found
  std::size_t last_word_end = 0;  // in the text
  for (std::size_t piece = 0; piece < pieces.size(); ++piece) {
    std::size_t first = kNone;
    std::size_t last = kNone;
    for (std::size_t i = first_typed[piece]; i < first_typed[piece + 1]; ++i) {
      if (match[i] == kNone) continue;
      if (first == kNone) first = match[i];
      last = match[i];
    }
    if (first == kNone) continue;
    if (open != kNone) {
      const std::size_t cut = boundary(text, unit_ends, last_word_end, words[first].span.begin);
      alignment.spans[open] = {at, cut};
      at = cut;
    }
    open = piece;
    last_word_end = words[last].span.end;
  }
  if (open != kNone) alignment.spans[open] = {at, text.size()};
  return alignment;
}

}  // namespace drp::teacher
