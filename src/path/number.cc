// SPDX-License-Identifier: Apache-2.0
#include "path/number.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <optional>
#include <utility>

#include "base/first_byte_index.h"

namespace drp::path {
namespace {

constexpr double kMagnitudeMax = 9e13;
constexpr double kKeysPerUnit = 1e4;
constexpr std::size_t kDigitsMax = 40;
constexpr std::size_t kMarkerDigitsMax = 2;

struct Word {
  std::string_view text;
  double value;
};

constexpr std::array<Word, 52> kWords = {{
    {"billion", 1e9},   {"double", 2},       {"dozen", 12},      {"eight", 8},
    {"eighteen", 18},   {"eighth", 0.125},   {"eighths", 0.125}, {"eighty", 80},
    {"eleven", 11},     {"fifteen", 15},     {"fifth", 0.2},     {"fifths", 0.2},
    {"fifty", 50},      {"five", 5},         {"forty", 40},      {"four", 4},
    {"fourteen", 14},   {"fourth", 0.25},    {"fourths", 0.25},  {"half", 0.5},
    {"halves", 0.5},    {"hundred", 100},    {"million", 1e6},   {"nine", 9},
    {"nineteen", 19},   {"ninety", 90},      {"once", 1},        {"one", 1},
    {"pair", 2},        {"quarter", 0.25},   {"quarters", 0.25}, {"seven", 7},
    {"seventeen", 17},  {"seventy", 70},     {"six", 6},         {"sixteen", 16},
    {"sixth", 1.0 / 6}, {"sixty", 60},       {"ten", 10},        {"tenth", 0.1},
    {"third", 1.0 / 3}, {"thirds", 1.0 / 3}, {"thirteen", 13},   {"thirty", 30},
    {"thousand", 1000}, {"three", 3},        {"thrice", 3},      {"triple", 3},
    {"twelve", 12},     {"twenty", 20},      {"twice", 2},       {"two", 2},
}};

constexpr FirstByteIndex<kWords.size()> kWordIndex(kWords, [](const Word& w) { return w.text; });
constexpr std::size_t kWordSizeMin = 3;
constexpr std::size_t kWordSizeMax = 9;

// Labels of places in an order.
constexpr std::array<std::string_view, 5> kLabels = {"step ", "method ", "approach ", "option ",
                                                     "case "};

// `lower` is in lower case.
bool ends_like(std::string_view text, std::string_view lower) {
  return text.size() >= lower.size() &&
         std::equal(lower.rbegin(), lower.rend(), text.rbegin(), [](char wanted, char c) {
           return wanted == (is_upper(c) ? static_cast<char>(c - 'A' + 'a') : c);
         });
}

bool is_word_byte(char c) { return is_letter(c) || (c & '\x80') != 0; }

class Reader {
 public:
  explicit Reader(std::string_view text) : text_(text) {}

  std::vector<Number> run() {
    while (at_ < text_.size()) {
      const char c = text_[at_];
      if (is_digit(c) || (c == '.' && at_ + 1 < text_.size() && is_digit(text_[at_ + 1]) &&
                          (at_ == 0 || !is_digit(text_[at_ - 1])))) {
        read_digits();
      } else if (is_letter(c)) {
        read_word();
      } else if (c == '\xef' && fullwidth_digit(at_) >= 0) {
        read_fullwidth();
      } else {
        ++at_;
      }
    }
    return std::move(numbers_);
  }

 private:
  // Group separators: "," "{,}" "\," "\!," before exactly three digits.
  std::size_t separator_size(std::size_t at) const {
    if (text_[at] != ',' && text_[at] != '{' && text_[at] != '\\') return 0;
    for (const std::string_view sign : {",", "{,}", "\\,", ",\\!", "\\!,"}) {
      const std::size_t next = at + sign.size();
      if (text_.substr(at).starts_with(sign) && next + 3 <= text_.size() && is_digit(text_[next]) &&
          is_digit(text_[next + 1]) && is_digit(text_[next + 2]) &&
          (next + 3 == text_.size() || !is_digit(text_[next + 3]))) {
        return sign.size();
      }
    }
    return 0;
  }

  void read_digits() {
    const std::size_t begin = at_;
    std::string digits;
    bool point = false;
    while (at_ < text_.size()) {
      const char c = text_[at_];
      if (is_digit(c)) {
        digits += c;
        ++at_;
      } else if (c == '.' && !point && at_ + 1 < text_.size() && is_digit(text_[at_ + 1])) {
        point = true;
        digits += c;
        ++at_;
      } else if (const std::size_t skip = point ? 0 : separator_size(at_); skip > 0) {
        at_ += skip;
      } else {
        break;
      }
    }
    if (!point && digits.size() <= kMarkerDigitsMax && is_marker(begin)) return;
    push(digits, begin);
  }

  // "3. Subtract 7" at the head of a line, "Step 3": a place in an order, no quantity. [begin, at_)
  // are the digits.
  bool is_marker(std::size_t begin) const {
    const std::string_view before = text_.substr(0, begin);
    const std::string_view after = text_.substr(at_);
    // Back over signs alone: the line's start may be far, and every number of the line asks for it.
    const std::size_t sign = before.find_last_not_of(" \t*#->(");
    const bool heads = sign == std::string_view::npos || before[sign] == '\n';
    const bool dotted = after.size() > 2 && (after[0] == '.' || after[0] == ')') &&
                        (after[1] == ' ' || after[1] == '*') && !is_digit(after[2]);
    if (heads && dotted) return true;
    return before.ends_with(' ') &&
           std::any_of(kLabels.begin(), kLabels.end(),
                       [&](std::string_view label) { return ends_like(before, label); });
  }

  static int fullwidth_value(std::string_view sign) {
    if (sign.size() < 3 || sign[0] != '\xef' || sign[1] != '\xbc') {
      return -1;
    }
    const int value = static_cast<unsigned char>(sign[2]) - 0x90;
    return value >= 0 && value <= 9 ? value : -1;
  }
  int fullwidth_digit(std::size_t at) const { return fullwidth_value(text_.substr(at, 3)); }

  void read_fullwidth() {
    const std::size_t begin = at_;
    std::string digits;
    while (at_ < text_.size() && fullwidth_digit(at_) >= 0) {
      digits += static_cast<char>('0' + fullwidth_digit(at_));
      at_ += 3;
    }
    push(digits, begin);
  }

  void push(std::string& digits, std::size_t begin) {
    if (digits.size() > kDigitsMax) {
      return;  // no quantity has so many digits; a serial number or noise
    }
    if (digits.front() == '.') {
      digits.insert(0, "0");
    }
    const std::optional<double> value = parse_double(digits);
    if (!value) {
      return;
    }
    Number number{*value, {begin, at_}};
    const std::string_view rest = text_.substr(at_, 12);
    number.percent = rest.starts_with("%") || rest.starts_with("\\%") ||
                     rest.starts_with(" percent") || rest.starts_with(" %") ||
                     rest.starts_with("-percent");
    numbers_.push_back(number);
    join_fraction();
  }

  // a/b, \frac{a}{b}: the quotient is listed beside its two numbers.
  void join_fraction() {
    if (numbers_.size() < 2) {
      return;
    }
    const Number& below = numbers_.back();
    const Number& above = numbers_[numbers_.size() - 2];
    if (above.word || above.fraction || below.value == 0 || above.span.end > below.span.begin) {
      return;
    }
    const std::string_view between =
        text_.substr(above.span.end, below.span.begin - above.span.end);
    // Not \binom{10}{8}.
    const bool stacked = between == "}{" && text_.substr(0, above.span.begin).ends_with("frac{");
    if (between == "/" || stacked) {
      numbers_.push_back(
          {above.value / below.value, {above.span.begin, below.span.end}, false, false, true});
    }
  }

  void read_word() {
    const std::size_t begin = at_;
    while (at_ < text_.size() && is_word_byte(text_[at_])) {
      ++at_;
    }
    if (at_ - begin > kWordSizeMax || at_ - begin < kWordSizeMin) {
      return;
    }
    const double value = number_word(to_lower(text_.substr(begin, at_ - begin)));
    if (value >= 0) {
      numbers_.push_back({value, {begin, at_}, false, true, false});
      join_words();
    }
  }

  // "twenty-five", "two hundred", "5 million", "three fourths".
  void join_words() {
    if (numbers_.size() < 2) {
      return;
    }
    Number& last = numbers_.back();
    const Number& before = numbers_[numbers_.size() - 2];
    // "three and a half" is one number and neither of the two.
    constexpr std::string_view kAnd = " and a ";
    if (last.value == 0.5 && last.word && !before.fraction && before.value >= 1 &&
        before.span.end + kAnd.size() == last.span.begin &&
        text_.substr(before.span.end, kAnd.size()) == kAnd) {
      const Number whole{
          before.value + 0.5, {before.span.begin, last.span.end}, false, true, false};
      numbers_.resize(numbers_.size() - 2);
      numbers_.push_back(whole);
      return;
    }
    if (before.fraction || before.span.end + 1 != last.span.begin) {
      return;
    }
    const double a = before.value;
    const double b = last.value;
    const bool tens = before.word && a >= 20 && a < 100 && b < 10 && b >= 1;
    const bool scale = b >= 100 || b == 12 || (b < 1 && a >= 1);
    if (!tens && !scale) {
      return;
    }
    const Span span{before.span.begin, last.span.end};
    numbers_.push_back({tens ? a + b : a * b, span, false, true, true});
  }

  std::string_view text_;
  std::size_t at_ = 0;
  std::vector<Number> numbers_;
};

}  // namespace

std::vector<Number> find_numbers(std::string_view text) { return Reader(text).run(); }

std::int64_t number_key(double value) {
  return std::llround(std::min(std::abs(value), kMagnitudeMax) * kKeysPerUnit);
}

double key_value(std::int64_t key) { return static_cast<double>(key) / kKeysPerUnit; }

std::string key_text(std::int64_t key) {
  std::string text = format_fixed(key_value(key), 4);
  while (text.back() == '0') text.pop_back();
  if (text.back() == '.') text.pop_back();
  return text;
}

double number_word(std::string_view lower_case_word) {
  for (const std::uint8_t i : kWordIndex.starting_like(lower_case_word)) {
    if (kWords[i].text == lower_case_word) return kWords[i].value;
  }
  return -1;
}

std::vector<std::int64_t> number_keys(const std::vector<Number>& numbers) {
  std::vector<std::int64_t> keys;
  keys.reserve(numbers.size());
  for (const Number& number : numbers) {
    keys.push_back(number_key(number.value));
  }
  std::sort(keys.begin(), keys.end());
  keys.erase(std::unique(keys.begin(), keys.end()), keys.end());
  return keys;
}

bool has_key(const std::vector<std::int64_t>& sorted_keys, std::int64_t key) {
  return std::binary_search(sorted_keys.begin(), sorted_keys.end(), key);
}

void add_key(std::vector<std::int64_t>& sorted_keys, std::int64_t key) {
  const auto at = std::lower_bound(sorted_keys.begin(), sorted_keys.end(), key);
  if (at == sorted_keys.end() || *at != key) {
    sorted_keys.insert(at, key);
  }
}

}  // namespace drp::path
