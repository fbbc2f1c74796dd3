// SPDX-License-Identifier: Apache-2.0
#include "path/equation.h"

#include <algorithm>
#include <cmath>
#include <optional>

#include "path/arithmetic.h"
#include "path/equation_token.h"

namespace drp::path {
namespace {

constexpr int kDepthMax = 8;
constexpr int kUnitWordsMax = 5;  // "60 miles per hour times 3"
constexpr int kLinkWordsMax = 5;  // "... 30 days, which in total is ..."
constexpr int kAfterLinkMax = 4;  // "... gives us a total of 75"
constexpr std::size_t kVerbTokensMax = 24;

class Parser {
 public:
  explicit Parser(const std::vector<Token>& tokens) : tokens_(tokens) {}

  std::vector<Equation> run() {
    while (at_ < tokens_.size()) {
      const std::size_t before = at_;
      if (is_verb(kind(at_))) {
        read_verb();
      } else if (may_start()) {
        read_chain();
      }
      at_ = std::max(at_, before + 1);
    }
    return std::move(equations_);
  }

 private:
  TokenKind kind(std::size_t i) const {
    return i < tokens_.size() ? tokens_[i].kind : TokenKind::kStop;
  }

  static bool is_verb(TokenKind k) {
    return k == TokenKind::kAddVerb || k == TokenKind::kSubtractVerb ||
           k == TokenKind::kMultiplyVerb || k == TokenKind::kDivideVerb;
  }

  bool may_start() const {
    const TokenKind k = kind(at_);
    if (k != TokenKind::kNumber && k != TokenKind::kOpen && k != TokenKind::kFraction) {
      return false;
    }
    if (at_ == 0) return true;
    const TokenKind before = kind(at_ - 1);
    const bool glued = tokens_[at_ - 1].span.end == tokens_[at_].span.begin;
    return !is_operator(before) && !(before == TokenKind::kSymbol && glued) &&
           before != TokenKind::kFraction;
  }

  // factor := NUMBER | ( sum ) | \frac{sum}{sum} | - factor, then powers and a bracket glued to it
  std::optional<Value> factor(int depth) {
    if (depth > kDepthMax) {
      return std::nullopt;
    }
    std::optional<Value> value;
    switch (kind(at_)) {
      case TokenKind::kNumber: {
        const Token& token = tokens_[at_++];
        operands_.push_back(token.value);
        value = Value{token.percent ? token.value / 100 : token.value, token.value, token.percent};
        break;
      }
      case TokenKind::kOpen:
        value = bracket(depth);
        break;
      case TokenKind::kFraction:
        ++at_;
        value = fraction(depth);
        break;
      case TokenKind::kMinus:
        ++at_;
        value = factor(depth + 1);
        if (value) {
          value->number = -value->number;
          value->raw = -value->raw;
        }
        break;
      default:
        return std::nullopt;
    }
    while (value && kind(at_) == TokenKind::kPower) {
      ++at_;
      const std::optional<Value> exponent = factor(depth + 1);
      if (!exponent) {
        return std::nullopt;
      }
      value = Value{std::pow(value->number, exponent->number), std::pow(value->raw, exponent->raw),
                    false, true};
    }
    return value;
  }

  std::optional<Value> bracket(int depth) {
    ++at_;
    const std::optional<Value> value = sum(depth + 1);
    skip_words(kUnitWordsMax);
    if (!value || kind(at_) != TokenKind::kClose) {
      return std::nullopt;
    }
    ++at_;
    return value;
  }

  std::optional<Value> fraction(int depth) {
    if (kind(at_) != TokenKind::kOpen) {
      return std::nullopt;
    }
    const std::optional<Value> above = bracket(depth);
    if (!above || kind(at_) != TokenKind::kOpen) {
      return std::nullopt;
    }
    const std::optional<Value> below = bracket(depth);
    if (!below || below->number == 0) {
      return std::nullopt;
    }
    return Value{above->number / below->number, above->raw / below->raw, false, true};
  }

  // A word, or the slash of "6 lemons/tree".
  bool is_wordlike(std::size_t i) const {
    return kind(i) == TokenKind::kWord ||
           (kind(i) == TokenKind::kDivide && kind(i + 1) == TokenKind::kWord);
  }

  std::size_t skip_words(int words_max) {
    const std::size_t before = at_;
    for (int i = 0; i < words_max && is_wordlike(at_); ++i) {
      ++at_;
    }
    return before;
  }

  // Skips units and "by" so that an operator is next; stays where there is none.
  TokenKind next_operator() {
    const std::size_t before = skip_words(kUnitWordsMax);
    const TokenKind found = kind(at_);
    const bool glued_bracket = found == TokenKind::kOpen && before == at_ && at_ > 0 &&
                               tokens_[at_ - 1].span.end == tokens_[at_].span.begin;
    if (!is_operator(found) && !glued_bracket) {
      at_ = before;
      return TokenKind::kStop;
    }
    return glued_bracket ? TokenKind::kTimes : found;
  }

  std::optional<Value> product(int depth) {
    std::optional<Value> left = factor(depth);
    while (left) {
      const std::size_t before = at_;
      const bool bracket_next = kind(at_) == TokenKind::kOpen;
      const TokenKind op = next_operator();
      const bool multiplies = op == TokenKind::kTimes || (op == TokenKind::kOf && scales(*left));
      if (!multiplies && op != TokenKind::kDivide) {
        at_ = before;
        return left;
      }
      at_ += bracket_next ? 0 : 1;
      if (kind(at_) == TokenKind::kBy) ++at_;
      const std::size_t operands_before = operands_.size();
      const std::optional<Value> right = factor(depth);
      if (!right || (op == TokenKind::kDivide && right->number == 0)) {
        at_ = before;
        operands_.resize(operands_before);
        return left;
      }
      left = combine(multiplies ? TokenKind::kTimes : op, *left, *right);
    }
    return left;
  }

  static bool scales(const Value& value) {
    return value.percent || (value.number > 0 && value.number < 1);
  }

  std::optional<Value> sum(int depth) {
    std::optional<Value> left = product(depth);
    while (left) {
      const std::size_t before = at_;
      const TokenKind op = next_operator();
      if (op != TokenKind::kPlus && op != TokenKind::kMinus) {
        at_ = before;
        return left;
      }
      ++at_;
      const std::size_t operands_before = operands_.size();
      const std::optional<Value> right = product(depth);
      if (!right) {
        at_ = before;
        operands_.resize(operands_before);
        return left;
      }
      left = combine(op, *left, *right);
    }
    return left;
  }

  // The position after a link ("=", "which equals", "gives me a total of"), or nothing.
  std::optional<std::size_t> after_link(bool& approximate, bool& sign) const {
    std::size_t i = at_;
    for (int skipped = 0; skipped < kLinkWordsMax && i < tokens_.size(); ++skipped, ++i) {
      if (!is_wordlike(i) && kind(i) != TokenKind::kComma) {
        break;
      }
    }
    if (!is_link(kind(i))) {
      return std::nullopt;
    }
    sign = kind(i) == TokenKind::kEquals;
    while (is_link(kind(i))) {
      approximate = approximate || tokens_[i].approximate;
      ++i;
    }
    for (int skipped = 0; !sign && skipped < kAfterLinkMax; ++skipped) {
      const TokenKind k = kind(i);
      if (k != TokenKind::kWord && k != TokenKind::kAnd && k != TokenKind::kOf &&
          k != TokenKind::kIs) {
        break;
      }
      ++i;
    }
    return i;
  }

  void read_chain() {
    const std::size_t first = at_;
    const std::size_t found = equations_.size();
    operands_.clear();
    std::optional<Value> left = sum(0);
    while (left) {
      bool approximate = false;
      bool sign = false;
      const std::size_t here = at_;
      const std::optional<std::size_t> next = after_link(approximate, sign);
      if (!next) {
        at_ = std::max(here, first + 1);
        if (equations_.size() > found) go_on_from(*left);
        return;
      }
      std::vector<double> left_operands = std::move(operands_);
      operands_.clear();
      at_ = *next;
      const std::size_t right_at = at_;
      const std::optional<Value> right = may_start_here() ? sum(0) : std::nullopt;
      if (!right || next_is_unknown()) {
        at_ = std::max(here, first + 1);
        return;
      }
      if (left->computed || (sign && right->computed)) {
        if (!left->computed) {
          left_operands = operands_;
        }
        add(first, right_at, std::move(left_operands), *left, *right, approximate);
      }
      left = right;
    }
  }

  // Behind "70 plus 40 is 110": ", and then plus 5 more is 115", as often as it goes on. Stays
  // where it does not.
  void go_on_from(Value left) {
    constexpr int kBetweenMax = 4;
    for (;;) {
      const std::size_t here = at_;
      bool joined = false;
      for (int skipped = 0; skipped < kBetweenMax; ++skipped) {
        const TokenKind k = kind(at_);
        if (k != TokenKind::kComma && k != TokenKind::kAnd && k != TokenKind::kWord) break;
        joined = joined || k != TokenKind::kWord;
        ++at_;
      }
      const std::size_t first = at_;
      const std::optional<Value> result = joined ? go_on(first, left) : std::nullopt;
      if (!result) {
        at_ = here;
        return;
      }
      left = *result;
    }
  }

  // The result of "plus 5 more is 115" at token `first`, which goes on from `left`.
  std::optional<Value> go_on(std::size_t first, const Value& left) {
    const TokenKind op = kind(first);
    if (op != TokenKind::kPlus && op != TokenKind::kMinus && op != TokenKind::kTimes &&
        op != TokenKind::kDivide) {
      return std::nullopt;
    }
    ++at_;
    if (kind(at_) == TokenKind::kBy) ++at_;
    if (kind(at_) != TokenKind::kNumber) return std::nullopt;
    operands_.clear();
    const std::optional<Value> right = factor(0);
    bool approximate = false;
    bool sign = false;
    const std::optional<std::size_t> next = after_link(approximate, sign);
    if (!right || !next || (op == TokenKind::kDivide && right->number == 0)) return std::nullopt;
    at_ = *next;
    if (kind(at_) != TokenKind::kNumber) return std::nullopt;
    const std::optional<Value> result = factor(0);
    if (!result || next_is_unknown()) return std::nullopt;
    const Value value = combine(op, left, *right);
    add(first, *next, {left.raw, right->raw}, value, *result, approximate);
    return result;
  }

  bool may_start_here() const {
    const TokenKind k = kind(at_);
    return k == TokenKind::kNumber || k == TokenKind::kOpen || k == TokenKind::kFraction ||
           k == TokenKind::kMinus;
  }

  // "= 28 + W": the right side goes on with an unknown, so nothing is claimed of its first number.
  bool next_is_unknown() const {
    if (kind(at_) == TokenKind::kSymbol) {
      return at_ > 0 && tokens_[at_ - 1].span.end == tokens_[at_].span.begin;
    }
    return is_operator(kind(at_)) && kind(at_) != TokenKind::kOf &&
           kind(at_ + 1) == TokenKind::kSymbol;
  }

  void add(std::size_t first, std::size_t right_at, std::vector<double> operands, const Value& left,
           const Value& right, bool approximate) {
    Equation equation;
    const bool reversed = !left.computed;
    equation.span = {tokens_[first].span.begin, tokens_[at_ - 1].span.end};
    equation.operands = std::move(operands);
    equation.result = reversed ? left.raw : right.raw;
    equation.result_span = reversed ? tokens_[first].span
                                    : Span{tokens_[right_at].span.begin, tokens_[at_ - 1].span.end};
    equation.holds = same_value(left.number, right.number, approximate) ||
                     same_value(left.raw, right.raw, approximate) ||
                     same_value(left.number, right.raw, approximate) ||
                     same_value(left.number * 100, right.raw, approximate);
    equations_.push_back(std::move(equation));
  }

  // "adding 3, 5 and 6 gives 14", "subtract 2 from 14 to get 12", "the sum of 40 and 2 is 42".
  void read_verb() {
    const TokenKind verb = kind(at_);
    const std::size_t first = at_++;
    std::vector<double> numbers;
    bool reversed = false;
    bool percent = false;
    while (at_ < tokens_.size() && at_ - first < kVerbTokensMax) {
      const TokenKind k = kind(at_);
      if (is_link(k) || k == TokenKind::kStop || (is_operator(k) && k != TokenKind::kOf)) {
        break;
      }
      if (k == TokenKind::kNumber) {
        numbers.push_back(tokens_[at_].value);
        percent = percent || tokens_[at_].percent;
      }
      reversed = reversed || k == TokenKind::kFrom;
      ++at_;
    }
    bool approximate = false;
    bool sign = false;
    const std::optional<std::size_t> next = after_link(approximate, sign);
    const bool arity = verb == TokenKind::kAddVerb ? numbers.size() >= 2 : numbers.size() == 2;
    if (!arity || percent || !next || kind(*next) != TokenKind::kNumber) {
      at_ = first + 1;
      return;
    }
    at_ = *next + 1;
    const double result = tokens_[*next].value;
    const double left = apply_verb(verb, numbers, reversed);
    equations_.push_back({{tokens_[first].span.begin, tokens_[*next].span.end},
                          std::move(numbers),
                          result,
                          tokens_[*next].span,
                          same_value(left, result, approximate)});
  }

  const std::vector<Token>& tokens_;
  std::size_t at_ = 0;
  std::vector<double> operands_;
  std::vector<Equation> equations_;
};

}  // namespace

std::vector<Equation> find_equations(std::string_view text, const std::vector<Number>& numbers) {
  return numbers.size() < 2 ? std::vector<Equation>() : find_equations(read_tokens(text, numbers));
}

std::vector<Equation> find_equations(const std::vector<Token>& tokens) {
  return Parser(tokens).run();
}

}  // namespace drp::path
