// SPDX-License-Identifier: Apache-2.0
#include "answers/parser.h"
#include "answers/units.h"
#include "base/text.h"

namespace drp::answers {

bool Parser::after_operand() {
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
      if (stack_.open_bracket() == "\\{") {
        ++at_;
        return stack_.separator("such");
      }
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
      // 15 °C
      const bool scale = loose &&
                         (next_is(0, TokenKind::kSymbol) || next_is(0, TokenKind::kWord)) &&
                         (token().text == "C" || token().text == "F") && at_ + 1 == tokens_.size();
      stack_.suffix(NodeKind::kUnit, scale ? "degree " + token().text : "degree", loose);
      if (scale) ++at_;
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
      if (now.text == "(" && next_is(1, TokenKind::kWord, "mod")) {
        ++at_;
        return unit_words() && next_is(0, TokenKind::kClose, ")") && ++at_ > 0;
      }
      return juxtaposed();
    case TokenKind::kBad:
      return false;
  }
  return false;
}

bool Parser::operator_sign() {
  const std::string& name = token().text;
  if (after_words_) return false;
  if (name == "!") {
    const bool twice = next_is(1, TokenKind::kOperator, "!") && !tokens_[at_ + 1].spaced;
    stack_.suffix(NodeKind::kFactorial, twice ? "double" : "", false);
    at_ += twice ? 2 : 1;
    return true;
  }
  if (name == ":" && stack_.open_bracket() == "\\{") {
    ++at_;
    return stack_.separator("such");
  }
  if (name == "_") return bracketed_in_base();
  stack_.binary(name);
  ++at_;
  return true;
}

bool Parser::bracketed_in_base() {
  const Node number = stack_.newest();
  if (!number.is_number() || number.decimals >= 0 || !number.value.is_integer() ||
      number.value.sign() < 0) {
    return false;
  }
  const auto base = base_number(subscript());
  const std::string digits = number.value.text();
  if (!base || *base < 2 || *base > 36) return false;
  auto value = Rational::from_digits(digits, static_cast<int>(*base));
  if (!value) return false;
  stack_.replace_newest(stack_.builder().based(std::move(*value), digits));
  return true;
}

bool Parser::unit(NodeKind kind, std::string_view text) {
  stack_.suffix(kind, text, true);
  after_words_ = true;
  ++at_;
  return true;
}

int Parser::zeros_of(std::string_view word) {
  const std::string lower = to_lower(word);
  if (lower == "hundred") return 2;
  if (lower == "thousand") return 3;
  if (lower == "million") return 6;
  if (lower == "billion") return 9;
  return lower == "trillion" ? 12 : 0;
}

bool Parser::unit_words() {
  if (stack_.newest().kind == NodeKind::kWord) return false;
  std::string unit;
  if (const int zeros = zeros_of(token().text); zeros > 0) {
    stack_.scale(Rational::power_of_ten(zeros));
    ++at_;
    if (!next_is(0, TokenKind::kWord)) {
      after_words_ = true;
      return true;
    }
  }
  while (at_ < tokens_.size()) {
    if (token().kind == TokenKind::kWord && token().text == "mod") {
      ++at_;
      const bool brace = next_is(0, TokenKind::kOpen);
      const std::size_t number = brace ? 1 : 0;
      if (!next_is(number, TokenKind::kNumber)) return false;
      unit += (unit.empty() ? "mod " : " mod ") + tokens_[at_ + number].text;
      at_ += brace ? 3 : 1;
    } else if (token().kind == TokenKind::kWord) {
      if (!unit.empty()) unit += ' ';
      unit += to_lower(token().text);
      ++at_;
    } else if (next_is(0, TokenKind::kOperator, "/") &&
               (next_is(1, TokenKind::kWord) ||
                (next_is(1, TokenKind::kSymbol) && !unit_name(tokens_[at_ + 1].text).empty()))) {
      unit += " per " + to_lower(tokens_[at_ + 1].text);
      at_ += 2;
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

bool Parser::mixed_fraction() {
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

bool Parser::juxtaposed() {
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
  } else if (at_ > 0 && tokens_[at_ - 1].kind == TokenKind::kSymbol &&
             now.kind == TokenKind::kOpen && now.text == "(" && !now.spaced) {
    stack_.call();
  } else {
    stack_.implicit_product(now.kind == TokenKind::kFunction);
  }
  return true;
}

}  // namespace drp::answers
