// SPDX-License-Identifier: Apache-2.0
#include "path/equation_token.h"

#include <algorithm>
#include <array>
#include <optional>
#include <string>

#include "base/first_byte_index.h"

namespace drp::path {
namespace {

struct Meaning {
  std::string_view word;
  TokenKind kind;
};

constexpr std::array<Meaning, 58> kMeanings = {{
    {"add", TokenKind::kAddVerb},
    {"added", TokenKind::kWord},
    {"adding", TokenKind::kAddVerb},
    {"and", TokenKind::kAnd},
    {"approximately", TokenKind::kWord},
    {"are", TokenKind::kIs},
    {"becomes", TokenKind::kIs},
    {"by", TokenKind::kBy},
    {"comes", TokenKind::kIs},
    {"costs", TokenKind::kIs},
    {"divide", TokenKind::kDivideVerb},
    {"divided", TokenKind::kDivide},
    {"dividing", TokenKind::kDivideVerb},
    {"earns", TokenKind::kIs},
    {"equal", TokenKind::kIs},
    {"equaling", TokenKind::kIs},
    {"equalling", TokenKind::kIs},
    {"equals", TokenKind::kIs},
    {"from", TokenKind::kFrom},
    {"get", TokenKind::kIs},
    {"gets", TokenKind::kIs},
    {"give", TokenKind::kIs},
    {"gives", TokenKind::kIs},
    {"giving", TokenKind::kIs},
    {"goes", TokenKind::kWord},
    {"have", TokenKind::kIs},
    {"is", TokenKind::kIs},
    {"leaves", TokenKind::kIs},
    {"leaving", TokenKind::kIs},
    {"less", TokenKind::kWord},
    {"make", TokenKind::kIs},
    {"makes", TokenKind::kIs},
    {"making", TokenKind::kIs},
    {"means", TokenKind::kWord},
    {"minus", TokenKind::kMinus},
    {"multiplied", TokenKind::kTimes},
    {"multiply", TokenKind::kMultiplyVerb},
    {"multiplying", TokenKind::kMultiplyVerb},
    {"of", TokenKind::kOf},
    {"over", TokenKind::kWord},
    {"plus", TokenKind::kPlus},
    {"produces", TokenKind::kIs},
    {"result", TokenKind::kIs},
    {"resulting", TokenKind::kIs},
    {"results", TokenKind::kIs},
    {"subtract", TokenKind::kSubtractVerb},
    {"subtracting", TokenKind::kSubtractVerb},
    {"sum", TokenKind::kAddVerb},
    {"summing", TokenKind::kAddVerb},
    {"times", TokenKind::kTimes},
    {"to", TokenKind::kAnd},
    {"total", TokenKind::kWord},
    {"totaling", TokenKind::kIs},
    {"totals", TokenKind::kIs},
    {"was", TokenKind::kIs},
    {"were", TokenKind::kIs},
    {"yields", TokenKind::kIs},
    {"yielding", TokenKind::kIs},
}};

constexpr FirstByteIndex<kMeanings.size()> kMeaningIndex(kMeanings,
                                                         [](const Meaning& m) { return m.word; });

std::optional<TokenKind> meaning_of(std::string_view word) {
  for (const std::uint8_t i : kMeaningIndex.starting_like(word)) {
    if (kMeanings[i].word == word) return kMeanings[i].kind;
  }
  return std::nullopt;
}

bool is_word_byte(char c) { return is_letter(c) || c == '\''; }

class TokenReader {
 public:
  TokenReader(std::string_view text, const std::vector<Number>& numbers)
      : text_(text), numbers_(numbers) {}

  std::vector<Token> run() {
    while (at_ < text_.size()) {
      if (take_number()) {
        continue;
      }
      const char c = text_[at_];
      if (c == '\\') {
        take_command();
      } else if (is_letter(c)) {
        take_word();
      } else if ((c & '\x80') != 0) {
        take_wide_sign();
      } else {
        take_sign(c);
      }
    }
    return std::move(tokens_);
  }

 private:
  void push(TokenKind kind, std::size_t size) {
    tokens_.push_back({kind, {at_, at_ + size}});
    at_ += size;
  }

  bool take_number() {
    while (number_ < numbers_.size() &&
           (numbers_[number_].fraction || numbers_[number_].span.begin < at_)) {
      ++number_;
    }
    if (number_ == numbers_.size() || numbers_[number_].span.begin != at_) {
      return false;
    }
    const Number& number = joined(number_);
    Token token{TokenKind::kNumber, number.span, number.value, number.percent};
    at_ = number.span.end;
    // "9S" and "2x" are a coefficient and its unknown.
    if (!number.word && at_ < text_.size() && is_letter(text_[at_]) &&
        (at_ + 1 == text_.size() || !is_letter(text_[at_ + 1]))) {
      token.kind = TokenKind::kSymbol;
      token.span.end = ++at_;
    }
    tokens_.push_back(token);
    return true;
  }

  // "one-fourth", "twenty-five" and "5 million" are one number: their hyphen takes nothing away.
  const Number& joined(std::size_t first) const {
    constexpr std::size_t kReach = 3;
    for (std::size_t i = first + 1; i < numbers_.size() && i < first + kReach; ++i) {
      const Number& number = numbers_[i];
      if (number.word && number.fraction && number.span.begin == numbers_[first].span.begin) {
        return number;
      }
    }
    return numbers_[first];
  }

  void take_command() {
    std::size_t end = at_ + 1;
    while (end < text_.size() && is_letter(text_[end])) {
      ++end;
    }
    const std::string_view name = text_.substr(at_ + 1, end - at_ - 1);
    const std::size_t size = std::max<std::size_t>(2, end - at_);
    if (name == "times" || name == "cdot") {
      push(TokenKind::kTimes, size);
    } else if (name == "div") {
      push(TokenKind::kDivide, size);
    } else if (name == "frac" || name == "dfrac" || name == "tfrac") {
      push(TokenKind::kFraction, size);
    } else if (name == "approx") {
      push(TokenKind::kEquals, size);
      tokens_.back().approximate = true;
    } else if (name == "text" || name == "mathrm" || name == "textbf") {
      skip_braces(size);
    } else if (name.empty() || name == "left" || name == "right" || name == "quad" ||
               name == "displaystyle") {
      at_ = std::min(text_.size(), at_ + (name.empty() ? escaped_size() : size));
    } else if (name == "boxed") {
      at_ += size;
    } else {
      push(TokenKind::kSymbol, std::min(size, text_.size() - at_));
    }
  }

  // "\\" ends a line of a formula; "\(" and "\[" only delimit; "\," "\$" "\%" are decoration.
  std::size_t escaped_size() {
    const char next = at_ + 1 < text_.size() ? text_[at_ + 1] : ' ';
    if (next == '\\' || next == ']' || next == '[') {
      tokens_.push_back({TokenKind::kStop, {at_, at_ + 2}});
    }
    return 2;
  }

  // Units inside \text{..} are words: they neither compute nor stop a computation.
  void skip_braces(std::size_t size) {
    const std::size_t begin = at_;
    at_ += size;
    if (at_ < text_.size() && text_[at_] == '{') {
      const std::size_t close = text_.substr(0, std::min(text_.size(), at_ + 120)).find('}', at_);
      at_ = close == std::string_view::npos ? at_ + 1 : close + 1;
    }
    tokens_.push_back({TokenKind::kWord, {begin, at_}});
  }

  void take_word() {
    std::size_t end = at_;
    while (end < text_.size() && is_word_byte(text_[end])) {
      ++end;
    }
    const std::size_t size = end - at_;
    if (size == 1) {
      push(is_times_letter() ? TokenKind::kTimes : single_letter(), 1);
      return;
    }
    if (size > 13) {
      push(TokenKind::kWord, size);
      return;
    }
    if (size <= 6 && take_adds_up(size)) return;
    if (size == 4 && to_lower(text_.substr(at_, 9)) == "take away") {
      push(TokenKind::kMinus, 9);
      return;
    }
    const std::string word = to_lower(text_.substr(at_, size));
    const bool is = word == "that's" || word == "it's" || (word == "be" && is_conditional());
    push(is ? TokenKind::kIs : meaning_of(word).value_or(TokenKind::kWord), size);
  }

  // "That adds up to $2400."
  bool take_adds_up(std::size_t size) {
    const std::string rest = to_lower(text_.substr(at_, size + 6));
    const bool adds = rest == "adds up to" || rest == "add up to" || rest == "adding up to";
    if (adds) push(TokenKind::kIs, rest.size());
    return adds;
  }

  // "16 times 2 would be 32", but not "her speed needs to be 6".
  bool is_conditional() const {
    const std::string_view before = text_.substr(0, at_);
    return before.ends_with("would ") || before.ends_with("should ") || before.ends_with("will ");
  }

  TokenKind single_letter() const {
    const char c = text_[at_];
    return c == 'a' || c == 'A' || c == 'I' || c == 's' ? TokenKind::kWord : TokenKind::kSymbol;
  }

  // "5 x 3": the letter stands between two numbers.
  bool is_times_letter() const {
    if ((text_[at_] != 'x' && text_[at_] != 'X') || tokens_.empty() ||
        tokens_.back().kind != TokenKind::kNumber) {
      return false;
    }
    std::size_t next = at_ + 1;
    while (next < text_.size() && (text_[next] == ' ' || text_[next] == '$')) {
      ++next;
    }
    return next < text_.size() && (is_digit(text_[next]) || text_[next] == '.');
  }

  void take_wide_sign() {
    struct Sign {
      std::string_view text;
      TokenKind kind;
    };
    static constexpr std::array<Sign, 9> kSigns = {{{"\u00d7", TokenKind::kTimes},
                                                    {"\u00b7", TokenKind::kTimes},
                                                    {"\u22c5", TokenKind::kTimes},
                                                    {"\u00f7", TokenKind::kDivide},
                                                    {"\u2212", TokenKind::kMinus},
                                                    {"\u2013", TokenKind::kMinus},
                                                    {"\uff1d", TokenKind::kEquals},
                                                    {"\uff0b", TokenKind::kPlus},
                                                    {"\u2248", TokenKind::kEquals}}};
    for (const Sign& sign : kSigns) {
      if (text_.substr(at_).starts_with(sign.text)) {
        push(sign.kind, sign.text.size());
        tokens_.back().approximate = sign.text == "\u2248";
        return;
      }
    }
    const std::size_t size = decode_utf8(text_, at_).size;
    const std::string_view sign = text_.substr(at_, size);
    const bool stops = sign == "\u3002" || sign == "\uff1b" || sign == "\uff1f" || sign == "\uff01";
    const bool comma = sign == "\uff0c" || sign == "\u3001";
    // "\u03c6(30)" is no 30, "9\u03c0" no 9.
    const bool greek = size == 2 && (sign[0] == '\xCE' || sign[0] == '\xCF');
    push(stops   ? TokenKind::kStop
         : comma ? TokenKind::kComma
         : greek ? TokenKind::kSymbol
                 : TokenKind::kWord,
         size);
  }

  void take_sign(char c) {
    switch (c) {
      case '+':
        return push(TokenKind::kPlus, 1);
      case '-':
        return push(TokenKind::kMinus, 1);
      case '*':
        return push(TokenKind::kTimes, text_.substr(at_).starts_with("**") ? 2 : 1);
      case '/':
        return push(TokenKind::kDivide, 1);
      case '^':
        return push(TokenKind::kPower, 1);
      case '(':
      case '[':
      case '{':
        return push(TokenKind::kOpen, 1);
      case ')':
      case ']':
      case '}':
        return push(TokenKind::kClose, 1);
      case '=':
        return push(TokenKind::kEquals, 1);
      case ',':
        return push(TokenKind::kComma, 1);
      case '.':
        if (text_.substr(at_).starts_with("...")) {
          at_ += 3;  // a pause
          return;
        }
        return push(TokenKind::kStop, 1);
      case ';':
      case ':':
      case '?':
      case '!':
      case '\n':
      case '<':
      case '>':
      case '|':
        return push(TokenKind::kStop, 1);
      default:
        ++at_;
    }
  }

  std::string_view text_;
  const std::vector<Number>& numbers_;
  std::size_t number_ = 0;
  std::size_t at_ = 0;
  std::vector<Token> tokens_;
};

}  // namespace

std::vector<Token> read_tokens(std::string_view text, const std::vector<Number>& numbers) {
  return TokenReader(text, numbers).run();
}

}  // namespace drp::path
