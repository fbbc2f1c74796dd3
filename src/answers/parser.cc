// SPDX-License-Identifier: Apache-2.0
#include <utility>

#include "answers/expression.h"
#include "answers/operator_stack.h"
#include "answers/token.h"
#include "answers/units.h"
#include "base/text.h"

namespace drp::answers {
namespace {

// Walks the tokens once; the two stacks hold all state of depth.
class Parser {
 public:
  explicit Parser(std::vector<Token> tokens) : tokens_(std::move(tokens)) {}

  Expression run() {
    Expression result;
    if (tokens_.size() > kTokensMax) {
      result.too_large = true;
      return result;
    }
    if (!tokens_.empty() && tokens_.front().kind == TokenKind::kRelation) at_ = 1;  // "= 5"
    while (at_ < tokens_.size()) {
      const bool fine = stack_.wants_operand() ? operand() : after_operand();
      if (!fine) return result;
    }
    if (tokens_.empty()) return result;
    result.root = stack_.finish();
    if (result.root >= 0) result.root = stack_.builder().open_signs(result.root);
    result.too_large = stack_.builder().too_large();
    result.nodes = stack_.builder().take();
    return result;
  }

 private:
  const Token& token() const { return tokens_[at_]; }
  bool next_is(std::size_t ahead, TokenKind kind, std::string_view text = {}) const {
    if (at_ + ahead >= tokens_.size()) return false;
    const Token& next = tokens_[at_ + ahead];
    return next.kind == kind && (text.empty() || next.text == text);
  }

  // --- where an operand must stand --------------------------------------------------------------

  bool operand() {
    const Token& now = token();
    after_words_ = false;
    switch (now.kind) {
      case TokenKind::kNumber:
        return number();
      case TokenKind::kSymbol:
        return symbol();
      case TokenKind::kWord:
        return words_as_operand();
      case TokenKind::kFunction:
        return function();
      case TokenKind::kCommand:
        stack_.command(now.text);
        ++at_;
        return true;
      case TokenKind::kOperator:
        if (now.text != "-" && now.text != "+" && now.text != "+-") return false;
        stack_.prefix(now.text);
        ++at_;
        return true;
      case TokenKind::kCurrency:
        stack_.prefix(now.text);
        ++at_;
        return true;
      case TokenKind::kOpen:
        return stack_.open(tokens_[at_++].text);
      case TokenKind::kBar:
        ++at_;
        return stack_.open("|");
      case TokenKind::kClose:
        return stack_.close(tokens_[at_++].text);  // \{\}, a last \\ of rows
      case TokenKind::kSeparator:
      case TokenKind::kRelation:
      case TokenKind::kPercent:
      case TokenKind::kDegree:
      case TokenKind::kBad:
        return false;
    }
    return false;
  }

  bool number() {
    Token& now = tokens_[at_];
    const std::string_view command = stack_.awaits();
    const bool tex_argument = command == "frac" || command == "sqrt" || command == "binom";
    if (tex_argument && now.text.size() > 1 && is_digit(now.text[0])) {
      // TeX takes one digit: \frac12, \sqrt3.
      Literal digit;
      digit.digits = now.text.substr(0, 1);
      now.text.erase(0, 1);
      if (!starts_literal(now.text, 0)) return false;
      now.literal = scan_literal(now.text, 0);
      now.spaced = false;
      stack_.operand(stack_.builder().number(*Rational::from(digit)));
      return true;
    }
    if (next_is(1, TokenKind::kOperator, "_")) return based_number();
    auto value = Rational::from(now.literal);
    if (!value) return false;
    const int decimals = now.literal.decimals > 0 ? now.literal.decimals : -1;
    stack_.operand(stack_.builder().number(std::move(*value), decimals));
    ++at_;
    return true;
  }

  // 31_7 and 1011_{2}.
  bool based_number() {
    const std::string digits = token().literal.digits;
    const bool whole = token().literal.decimals == 0;
    ++at_;
    const auto base = parse_int(subscript());
    if (!base || *base < 2 || *base > 36 || !whole) return false;
    auto value = Rational::from_digits(digits, static_cast<int>(*base));
    if (!value) return false;
    stack_.operand(stack_.builder().based(std::move(*value), digits));
    return true;
  }

  // The text of a subscript at "_", which is consumed: a token or a brace group.
  std::string subscript() {
    ++at_;
    std::string text;
    if (at_ >= tokens_.size()) return text;
    if (!next_is(0, TokenKind::kOpen, "{")) return tokens_[at_++].text;
    for (++at_; at_ < tokens_.size() && token().kind != TokenKind::kClose; ++at_) {
      text += token().text;
    }
    ++at_;
    return text;
  }

  bool symbol() {
    std::string name = token().text;
    ++at_;
    if (next_is(0, TokenKind::kOperator, "_")) name += "_" + subscript();
    stack_.operand(stack_.builder().leaf(NodeKind::kSymbol, std::move(name)));
    return true;
  }

  bool words_as_operand() {
    std::string words;
    const bool tex_argument = !stack_.awaits().empty();
    while (at_ < tokens_.size() &&
           (token().kind == TokenKind::kWord || token().kind == TokenKind::kSymbol)) {
      if (!words.empty() && token().spaced) words += ' ';
      words += to_lower(token().text);
      ++at_;
    }
    if (tex_argument) return false;
    stack_.operand(stack_.builder().leaf(NodeKind::kWord, std::move(words)));
    after_words_ = true;
    return true;
  }

  bool function() {
    const std::string name = token().text;
    int base = -1;
    int power = -1;
    ++at_;
    while (at_ < tokens_.size() && token().kind == TokenKind::kOperator) {
      if (token().text == "_" && base < 0) {
        base = simple_node(subscript());
        if (base < 0) return false;
      } else if (token().text == "^" && power < 0) {
        power = simple_node(subscript());
        if (power < 0) return false;
      } else {
        break;
      }
    }
    stack_.function(name, power, base);
    return true;
  }

  int simple_node(const std::string& text) {
    if (starts_literal(text, 0)) {
      const Literal literal = scan_literal(text, 0);
      auto value = Rational::from(literal);
      return value && literal.end == text.size() ? stack_.builder().number(std::move(*value)) : -1;
    }
    return text.empty() || text[0] == '-' ? -1 : stack_.builder().leaf(NodeKind::kSymbol, text);
  }

  // --- after an operand -------------------------------------------------------------------------

  bool after_operand() {
    const Token& now = token();
    switch (now.kind) {
      case TokenKind::kOperator:
        return operator_sign();
      case TokenKind::kRelation:
        stack_.binary(now.text);
        ++at_;
        return true;
      case TokenKind::kSeparator:
        return stack_.separator(tokens_[at_++].text);
      case TokenKind::kClose:
        return stack_.close(tokens_[at_++].text);
      case TokenKind::kBar:
        if (stack_.open_bracket() != "|") return false;
        ++at_;
        return stack_.close("|");
      case TokenKind::kPercent:
        return unit(NodeKind::kPercent, "%");
      case TokenKind::kCurrency:
        return unit(NodeKind::kUnit, now.text);
      case TokenKind::kDegree: {
        const bool loose = !stack_.inside_function();
        ++at_;
        stack_.suffix(NodeKind::kUnit, "degree", loose);
        after_words_ = loose;
        return true;
      }
      case TokenKind::kWord:
        return unit_words();
      case TokenKind::kNumber:
        return mixed_fraction();
      case TokenKind::kSymbol:
      case TokenKind::kFunction:
      case TokenKind::kCommand:
      case TokenKind::kOpen:
        return juxtaposed();
      case TokenKind::kBad:
        return false;
    }
    return false;
  }

  bool operator_sign() {
    const std::string& name = token().text;
    if (after_words_) return false;
    if (name == "!") {
      stack_.suffix(NodeKind::kFactorial, {}, false);
      ++at_;
      return true;
    }
    if (name == "_") return false;
    stack_.binary(name);
    ++at_;
    return true;
  }

  bool unit(NodeKind kind, std::string_view text) {
    stack_.suffix(kind, text, true);
    after_words_ = true;
    ++at_;
    return true;
  }

  // "square units", "dollars per hour", "miles/hour", "cm^2", "meters".
  bool unit_words() {
    if (stack_.newest().kind == NodeKind::kWord) return false;
    std::string unit;
    while (at_ < tokens_.size()) {
      if (token().kind == TokenKind::kWord) {
        if (!unit.empty()) unit += ' ';
        unit += to_lower(token().text);
        ++at_;
      } else if (next_is(0, TokenKind::kOperator, "/") && next_is(1, TokenKind::kWord)) {
        unit += " per";
        ++at_;
      } else if (next_is(0, TokenKind::kOperator, "^")) {
        ++at_;
        const bool brace = next_is(0, TokenKind::kOpen, "{");
        const std::size_t number = brace ? 1 : 0;
        if (!next_is(number, TokenKind::kNumber)) return false;
        unit += " ^" + tokens_[at_ + number].text;
        at_ += brace ? 3 : 1;
      } else {
        break;
      }
    }
    const bool percent = unit == "percent";
    stack_.suffix(percent ? NodeKind::kPercent : NodeKind::kUnit, unit, true);
    after_words_ = true;
    return true;
  }

  // A number after an operand is only the fraction of a mixed number: 2 1/4.
  bool mixed_fraction() {
    const Token& before = tokens_[at_ - 1];
    const bool whole = before.kind == TokenKind::kNumber && before.literal.decimals == 0;
    if (!whole || !token().spaced || !next_is(1, TokenKind::kOperator, "/") ||
        !next_is(2, TokenKind::kNumber) || tokens_[at_ + 2].spaced) {
      return false;
    }
    const auto over = Rational::from(token().literal);
    const auto under = Rational::from(tokens_[at_ + 2].literal);
    if (!over || !under || over->compare(*under) >= 0 || over->sign() <= 0) return false;
    stack_.add_fraction(*over / *under);
    at_ += 3;
    return true;
  }

  // An operand right after an operand: a product, a mixed number, or a unit of one letter.
  bool juxtaposed() {
    if (after_words_) return false;
    const Token& now = token();
    const bool after_number = at_ > 0 && tokens_[at_ - 1].kind == TokenKind::kNumber;
    const bool last = at_ + 1 == tokens_.size();
    if (after_number && last && now.kind == TokenKind::kSymbol && now.spaced &&
        !unit_name(now.text).empty()) {
      return unit(NodeKind::kUnit, unit_name(now.text));
    }
    if (after_number && now.kind == TokenKind::kCommand && now.text == "frac" &&
        tokens_[at_ - 1].literal.decimals == 0) {
      stack_.mixed();
    } else {
      stack_.implicit_product();
    }
    return true;
  }

  std::vector<Token> tokens_;
  std::size_t at_ = 0;
  bool after_words_ = false;  // a unit or words stand before, so a formula cannot go on
  OperatorStack stack_;
};

// Splits numbers grouped by plain commas: 3,512 becomes 3 , 512.
std::vector<Token> without_groups(std::vector<Token> tokens) {
  std::vector<Token> result;
  for (Token& token : tokens) {
    if (!token.literal.comma_groups) {
      result.push_back(std::move(token));
      continue;
    }
    bool first = true;
    for (std::string_view part : split(token.text, ',')) {
      if (!first) result.push_back({TokenKind::kSeparator, ",", {}});
      first = false;
      if (!starts_literal(part, 0)) continue;
      Token number{TokenKind::kNumber, std::string(part), scan_literal(part, 0)};
      result.push_back(std::move(number));
    }
  }
  return result;
}

}  // namespace

Expression parse_answer(std::string_view text, bool as_list) {
  if (text.size() > kAnswerBytesMax) {
    Expression result;
    result.too_large = true;
    return result;
  }
  std::vector<Token> tokens = tokenize(text);
  if (as_list) tokens = without_groups(std::move(tokens));
  return Parser(std::move(tokens)).run();
}

}  // namespace drp::answers
