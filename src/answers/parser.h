// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "answers/operator_stack.h"
#include "answers/token.h"

namespace drp::answers {

// Reads the tokens of one answer in a single walk; the two stacks hold all state of depth. For
// parse_answer() only.
class Parser {
 public:
  explicit Parser(std::vector<Token> tokens) : tokens_(std::move(tokens)) {}

  Expression run();

 private:
  const Token& token() const { return tokens_[at_]; }
  bool next_is(std::size_t ahead, TokenKind kind, std::string_view text = {}) const {
    if (at_ + ahead >= tokens_.size()) return false;
    const Token& next = tokens_[at_ + ahead];
    return next.kind == kind && (text.empty() || next.text == text);
  }

  // parser.cc: where an operand must stand
  bool operand();
  bool number();
  // 31_7 and 1011_{2}.
  bool based_number();
  // 7 of "7" and "seven".
  static std::optional<std::int64_t> base_number(const std::string& text);
  // The text of a subscript at "_", which is consumed: a token or a brace group.
  std::string subscript();
  bool symbol();
  bool words_as_operand();
  bool function();
  // \\sum_{k=1}^{10}: its bounds, in either order.
  bool series();
  // The node of a bound: an integer, or words that keep its form.
  int bound(const std::string& text);
  // sin^{-1} is arcsin; consumes the mark where it stands.
  bool inverse_follows();
  int simple_node(const std::string& text);

  // parser_suffix.cc: after an operand
  bool after_operand();
  bool operator_sign();
  // (31)_7
  bool bracketed_in_base();
  bool unit(NodeKind kind, std::string_view text);
  // 6 of "million"; 0 for any other word.
  static int zeros_of(std::string_view word);
  // "square units", "dollars per hour", "miles/hour", "cm^2", "meters".
  bool unit_words();
  // A number after an operand is only the fraction of a mixed number: 2 1/4.
  bool mixed_fraction();
  // An operand right after an operand: a product, a mixed number, or a unit of one letter.
  bool juxtaposed();

  std::vector<Token> tokens_;
  std::size_t at_ = 0;
  bool after_words_ = false;  // a unit or words stand before, so a formula cannot go on
  OperatorStack stack_;
};

}  // namespace drp::answers
