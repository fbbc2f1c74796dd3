// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include "answers/signs.h"
#include "answers/token.h"
#include "answers/token_tables.h"
#include "answers/units.h"
#include "base/text.h"

namespace drp::answers {
namespace {

class Tokenizer {
 public:
  explicit Tokenizer(std::string_view text) : text_(text) {
    const auto dollars = std::count(text.begin(), text.end(), '$');
    dollar_is_money_ = dollars % 2 == 1;
  }

  std::vector<Token> run() {
    while (at_ < text_.size() && tokens_.size() <= kTokensMax) step();
    while (!tokens_.empty() && tokens_.back().kind == TokenKind::kBad &&
           tokens_.back().text == ".") {
      tokens_.pop_back();
    }
    return std::move(tokens_);
  }

 private:
  void step() {
    const char c = text_[at_];
    if (is_space(c)) {
      spaced_ = true;
      ++at_;
    } else if (const std::size_t end = digits_of_base_end(at_); end > at_) {
      Token token{TokenKind::kNumber, {}, {}};
      token.text = text_.substr(at_, end - at_);
      for (char& digit : token.text)
        digit = is_lower(digit) ? static_cast<char>(digit - 32) : digit;
      token.literal.digits = token.text;
      at_ = end;
      push(std::move(token));
    } else if (starts_literal(text_, at_)) {
      Token token{TokenKind::kNumber, {}, scan_literal(text_, at_)};
      token.text = text_.substr(at_, token.literal.end - at_);
      at_ = token.literal.end;
      push(std::move(token));
    } else if (is_letter(c)) {
      letters();
    } else if (c == '\\') {
      command();
    } else if (c == '$') {
      dollar();
    } else {
      character();
    }
  }

  void push(Token token) {
    token.spaced = spaced_;
    spaced_ = false;
    tokens_.push_back(std::move(token));
  }
  void push(TokenKind kind, std::string_view text) { push(Token{kind, std::string(text), {}}); }

  void push(const Meaning& meaning) {
    if (meaning.kind == TokenKind::kBad && meaning.text.empty()) {
      spaced_ = true;
    } else {
      push(meaning.kind, meaning.text);
    }
  }

  void letters() {
    std::size_t end = at_;
    while (end < text_.size() && is_letter(text_[end])) ++end;
    const std::string_view run = text_.substr(at_, end - at_);
    const bool after_space = spaced_ || at_ == 0;
    const std::size_t begin = at_;
    at_ = end;
    const bool in_text = begin < text_mode_end_;
    if (!after_space && after_number() && is_ordinal(run)) return;  // 4th
    if (run.size() == 1) return push(in_text ? TokenKind::kWord : TokenKind::kSymbol, run);
    if (const auto meaning = word_meaning(to_lower(run)); meaning && is_meant(*meaning, run, end)) {
      return push(*meaning);
    }
    if (!in_text && is_product(run, after_space, end)) {
      for (char letter : run) push(TokenKind::kSymbol, std::string_view(&letter, 1));
      return;
    }
    push(TokenKind::kWord, run);
  }

  // "min" and "sec" are units, "max" and "abs" words, unless a bracket follows.
  bool is_meant(const Meaning& meaning, std::string_view run, std::size_t end) const {
    static constexpr std::string_view kAlways[] = {"sin", "cos", "tan", "cot", "exp", "ln", "log"};
    if (meaning.kind != TokenKind::kFunction) return true;
    const std::string lower = to_lower(run);
    if (std::find(std::begin(kAlways), std::end(kAlways), lower) != std::end(kAlways)) return true;
    while (end < text_.size() && is_space(text_[end])) ++end;
    return end < text_.size() && text_[end] == '(';
  }

  bool after_number() const {
    return !tokens_.empty() && tokens_.back().kind == TokenKind::kNumber &&
           tokens_.back().literal.decimals == 0;
  }

  // The end of digits of a base over ten that are told by their subscript: 4A in 4A_{16}; else
  // `at`. FF_{16} counts, a_{11} is an indexed letter.
  std::size_t digits_of_base_end(std::size_t at) const {
    if (text_.find('_', at) == std::string_view::npos) return at;
    std::size_t end = at;
    bool letter = false;
    while (end < text_.size() && (is_digit(text_[end]) || is_letter(text_[end]))) {
      letter = letter || is_letter(text_[end]);
      ++end;
    }
    if (!letter || end - at < 2 || end == text_.size() || text_[end] != '_') return at;
    const std::string_view rest = text_.substr(end + 1);
    const bool hexadecimal = rest.starts_with("{16}") || rest.starts_with("16");
    const bool dozenal = rest.starts_with("{12}") || rest.starts_with("12");
    if (!hexadecimal && !dozenal) return at;
    const bool named = is_letter(text_[at]) && !is_upper(text_[at]);
    for (std::size_t i = at; i < end; ++i) {
      const char digit = is_letter(text_[i]) ? static_cast<char>(text_[i] | 32) : text_[i];
      if (named || (is_letter(digit) && digit >= (hexadecimal ? 'g' : 'c'))) return at;
    }
    return end;
  }

  // "xy" in "6xy", "xy+1" or "x(ab)" is a product; "cm" in "6cm" and "xy" alone are words.
  bool is_product(std::string_view run, bool after_space, std::size_t end) const {
    if (run.size() > 3 || !unit_name(run).empty()) return false;
    const auto formula = [](char c) { return contains("+-*/^_=(){}0123456789\\", {&c, 1}); };
    const bool left = !after_space && formula(text_[end - run.size() - 1]);
    return left ||
           (end < text_.size() && formula(text_[end]) && text_[end] != '(' && text_[end] != '-');
  }

  void command() {
    std::size_t end = at_ + 1;
    while (end < text_.size() && is_letter(text_[end])) ++end;
    if (end == at_ + 1) return control_symbol();
    const std::string_view name = text_.substr(at_ + 1, end - at_ - 1);
    at_ = end;
    if (name == "begin" || name == "end") return environment(name == "begin");
    if (name == "circ") return push(TokenKind::kDegree, "degree");
    if (name == "mathbb" || name == "Bbb") return blackboard();
    if (name == "mathbf" && text_.substr(at_).starts_with("{R}")) return blackboard();
    if (is_layout_command(name)) {
      braced();
      return;
    }
    if (is_text_command(name)) return text_group();
    if (const auto meaning = command_meaning(name)) return push(*meaning);
    push(TokenKind::kBad, name);
  }

  void control_symbol() {
    if (at_ + 1 == text_.size()) return push_bad(1);
    const char c = text_[at_ + 1];
    at_ += 2;
    if (c == '{') return push(TokenKind::kOpen, "\\{");
    if (c == '}') return push(TokenKind::kClose, "\\}");
    if (c == '%') return push(TokenKind::kPercent, "%");
    if (c == '$') return push(TokenKind::kCurrency, "$");
    if (c == '\\') return push(TokenKind::kSeparator, "\\\\");
    if (c == '|') return push(TokenKind::kBar, "|");
    if (contains(",;:! ()[]", {&c, 1})) {
      spaced_ = true;
      return;
    }
    push(TokenKind::kBad, text_.substr(at_ - 1, 1));
  }

  // The byte of the brace that closes the one at `open`, or npos.
  std::size_t closing_brace(std::size_t open) {
    if (closing_.empty()) {
      closing_.assign(text_.size(), std::string_view::npos);
      std::vector<std::size_t> opened;
      for (std::size_t i = 0; i < text_.size(); ++i) {
        if (text_[i] == '{') opened.push_back(i);
        if (text_[i] != '}' || opened.empty()) continue;
        closing_[opened.back()] = i;
        opened.pop_back();
      }
    }
    return closing_[open];
  }

  // Content in braces after `at_`, and `at_` behind it; nothing where there is none.
  std::string_view braced() {
    if (at_ >= text_.size() || text_[at_] != '{') return {};
    const std::size_t close = closing_brace(at_);
    if (close == std::string_view::npos) return {};
    const std::string_view inner = text_.substr(at_ + 1, close - at_ - 1);
    at_ = close + 1;
    return inner;
  }

  void environment(bool opens) {
    const std::string_view name = braced();
    if (!name.ends_with("matrix") && name != "array" && name != "cases") {
      return push(TokenKind::kBad, name);
    }
    if (opens && name == "array") braced();
    const bool determinant = name == "vmatrix";
    push(opens ? TokenKind::kOpen : TokenKind::kClose, determinant ? "determinant" : "matrix");
  }

  void blackboard() {
    const std::string_view set = braced();
    static constexpr std::pair<std::string_view, std::string_view> kSets[] = {{"R", "reals"},
                                                                              {"Z", "integers"},
                                                                              {"N", "naturals"},
                                                                              {"Q", "rationals"},
                                                                              {"C", "complexes"}};
    for (const auto& [letter, name] : kSets) {
      if (set == letter) return push(TokenKind::kSymbol, name);
    }
    push(TokenKind::kBad, set);
  }

  // \text{...}: its braces leave no token and its letters are words.
  void text_group() {
    while (at_ < text_.size() && is_space(text_[at_])) ++at_;
    if (at_ >= text_.size() || text_[at_] != '{') return;
    const std::size_t close = closing_brace(at_);
    if (close == std::string_view::npos) return;
    text_mode_end_ = std::max(text_mode_end_, close);
    skipped_braces_.push_back(close);
    ++at_;
  }

  void dollar() {
    ++at_;
    if (dollar_is_money_) return push(TokenKind::kCurrency, "$");
    spaced_ = true;
  }

  void character() {
    if (!skipped_braces_.empty() && skipped_braces_.back() == at_) {
      skipped_braces_.pop_back();
      ++at_;
      return;
    }
    const std::string_view rest = text_.substr(at_);
    if (rest.starts_with("^\\circ") || rest.starts_with("^{\\circ}") ||
        rest.starts_with("^\\degree")) {
      at_ += rest[1] == '{' ? 8 : rest[2] == 'c' ? 6 : 8;
      return push(TokenKind::kDegree, "degree");
    }
    if (const std::size_t size = ordinal_mark(rest); size > 0 && after_number()) {
      at_ += size;  // 4^{th}
      return;
    }
    for (const auto& [written, kind, meaning] : kPairs) {
      if (!rest.starts_with(written)) continue;
      at_ += written.size();
      return push(kind, meaning);
    }
    const CodePoint point = decode_utf8(text_, at_);
    if (const auto meaning = character_meaning(point.value)) {
      at_ += point.size;
      return push(*meaning);
    }
    push_bad(point.size);
  }

  void push_bad(std::size_t size) {
    const std::string_view bytes = text_.substr(at_, size);
    at_ += size;
    push(TokenKind::kBad, bytes);
  }

  struct Pair {
    std::string_view written;
    TokenKind kind;
    std::string_view meaning;
  };
  static constexpr Pair kPairs[] = {{"<=", TokenKind::kRelation, "<="},
                                    {">=", TokenKind::kRelation, ">="},
                                    {"!=", TokenKind::kRelation, "!="},
                                    {"**", TokenKind::kOperator, "^"},
                                    {"+/-", TokenKind::kOperator, "+-"}};

  std::string_view text_;
  std::size_t at_ = 0;
  std::size_t text_mode_end_ = 0;
  std::vector<std::size_t> skipped_braces_;  // of text groups, outermost first
  std::vector<std::size_t> closing_;         // by open brace; empty until needed
  bool spaced_ = false;
  bool dollar_is_money_ = false;
  std::vector<Token> tokens_;
};

}  // namespace

std::vector<Token> tokenize(std::string_view text) {
  std::string storage;
  return Tokenizer(with_plain_signs(text, storage)).run();
}

std::string plain_words(std::string_view text) {
  std::string words;
  for (const Token& token : tokenize(text)) {
    const bool joined = token.kind == TokenKind::kBad || !token.spaced;
    if (!joined && !words.empty()) words += ' ';
    words += to_lower(token.text);
  }
  return words;
}

}  // namespace drp::answers
