// SPDX-License-Identifier: Apache-2.0
#include "answers/parser.h"

#include "answers/expression.h"
#include "answers/token_tables.h"
#include "base/text.h"

namespace drp::answers {

Expression Parser::run() {
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

bool Parser::operand() {
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
      if (now.text != "-" && now.text != "+" && now.text != "+-" && now.text != "-+") return false;
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
    case TokenKind::kSeparator: {
      // "1, 2, and 3"
      const bool joins = now.text == "and" || now.text == "or";
      const bool again = joins && at_ > 0 && tokens_[at_ - 1].kind == TokenKind::kSeparator &&
                         tokens_[at_ - 1].text == ",";
      ++at_;
      return again;
    }
    case TokenKind::kRelation:
    case TokenKind::kPercent:
    case TokenKind::kDegree:
    case TokenKind::kBad:
      return false;
  }
  return false;
}

bool Parser::number() {
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
  const bool finite = now.literal.decimals > 0 && now.literal.repeating.empty();
  const int decimals = finite ? now.literal.decimals : -1;
  stack_.operand(stack_.builder().number(std::move(*value), decimals));
  ++at_;
  return true;
}

bool Parser::based_number() {
  const std::string digits = token().literal.digits;
  const bool whole = token().literal.decimals == 0;
  ++at_;
  const auto base = base_number(subscript());
  if (!base || *base < 2 || *base > 36 || !whole) return false;
  auto value = Rational::from_digits(digits, static_cast<int>(*base));
  if (!value) return false;
  stack_.operand(stack_.builder().based(std::move(*value), digits));
  return true;
}

std::optional<std::int64_t> Parser::base_number(const std::string& text) {
  static constexpr std::string_view kNames[] = {
      "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve"};
  for (std::size_t i = 0; i < std::size(kNames); ++i) {
    if (to_lower(text) == kNames[i]) return static_cast<std::int64_t>(i) + 2;
  }
  return parse_int(text);
}

std::string Parser::subscript() {
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

bool Parser::symbol() {
  std::string name = token().text;
  ++at_;
  if (next_is(0, TokenKind::kOperator, "_")) name += "_" + subscript();
  stack_.operand(stack_.builder().leaf(NodeKind::kSymbol, std::move(name)));
  return true;
}

bool Parser::words_as_operand() {
  std::string words;
  const bool tex_argument = !stack_.awaits().empty();
  while (at_ < tokens_.size() &&
         (token().kind == TokenKind::kWord || token().kind == TokenKind::kSymbol)) {
    if (!words.empty() && token().spaced) words += ' ';
    words += to_lower(token().text);
    ++at_;
  }
  if (tex_argument) return false;
  if (const auto meaning = phrase_meaning(words)) {
    const NodeKind kind = meaning->kind == TokenKind::kSymbol ? NodeKind::kSymbol : NodeKind::kWord;
    stack_.operand(stack_.builder().leaf(kind, std::string(meaning->text)));
  } else {
    stack_.operand(stack_.builder().leaf(NodeKind::kWord, std::move(words)));
  }
  after_words_ = true;
  return true;
}

bool Parser::function() {
  const std::string name = token().text;
  if (name == "sum" || name == "prod") return series();
  int base = -1;
  int power = -1;
  ++at_;
  while (at_ < tokens_.size() && token().kind == TokenKind::kOperator) {
    if (token().text == "^" && power < 0 && inverse_follows()) {
      stack_.function("arc" + name, power, base);
      return true;
    }
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

bool Parser::series() {
  const std::string name = tokens_[at_++].text;
  Series range;
  while (next_is(0, TokenKind::kOperator, "_") || next_is(0, TokenKind::kOperator, "^")) {
    const bool low = token().text == "_";
    std::string text = subscript();
    if (low) {
      const std::size_t equals = text.find('=');
      if (equals == std::string::npos) return false;
      range.index = text.substr(0, equals);
      text.erase(0, equals + 1);
    }
    int& node = low ? range.low : range.high;
    if (node >= 0 || text.empty()) return false;
    node = bound(text);
  }
  if (range.low < 0 || range.high < 0 || range.index.empty()) return false;
  stack_.series(name, std::move(range));
  return true;
}

int Parser::bound(const std::string& text) {
  if (const auto value = parse_int(text)) return stack_.builder().number(Rational(*value));
  return stack_.builder().leaf(text.size() == 1 ? NodeKind::kSymbol : NodeKind::kWord, text);
}

bool Parser::inverse_follows() {
  const bool brace = next_is(1, TokenKind::kOpen, "{");
  const std::size_t sign = brace ? 2 : 1;
  if (!next_is(sign, TokenKind::kOperator, "-") || !next_is(sign + 1, TokenKind::kNumber, "1") ||
      (brace && !next_is(sign + 2, TokenKind::kClose, "}"))) {
    return false;
  }
  at_ += brace ? 5 : 3;
  return true;
}

int Parser::simple_node(const std::string& text) {
  if (starts_literal(text, 0)) {
    const Literal literal = scan_literal(text, 0);
    auto value = Rational::from(literal);
    return value && literal.end == text.size() ? stack_.builder().number(std::move(*value)) : -1;
  }
  return text.empty() || text[0] == '-' ? -1 : stack_.builder().leaf(NodeKind::kSymbol, text);
}

namespace {

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
