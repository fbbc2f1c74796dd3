// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "answers/fold.h"

namespace drp::answers {

inline constexpr int kDepthMax = 200;
inline constexpr std::size_t kEntriesMax = 2'000;

// The two stacks of an operator-precedence parser, so that depth costs no call stack. Each function
// returns false where the text is no formula.
class OperatorStack {
 public:
  OperatorStack();

  // Whether an operand must come next (at the start and after an operator).
  bool wants_operand() const { return wants_operand_; }
  // The command or function whose argument must come next, else empty.
  std::string_view awaits() const;
  // Whether a function without brackets is reading its argument ("sin 2x").
  bool inside_function() const;
  // The innermost open bracket, "" outside all.
  std::string_view open_bracket() const;

  void operand(int node);
  void binary(std::string_view name);
  void implicit_product(bool before_function);
  // A letter directly before a bracket: f(x), P(A), but also a(b + c).
  void call();
  // An integer before a fraction: 2\frac{1}{4}.
  void mixed();
  void prefix(std::string_view name);
  void function(std::string_view name, int power, int base);
  // A sum or product over a range.
  void series(std::string_view name, Series range);
  void command(std::string_view name);
  bool open(std::string_view bracket);
  bool separator(std::string_view name);
  bool close(std::string_view bracket);
  // Wraps the newest operand; `loose` wraps all of the formula since the last relation.
  void suffix(NodeKind kind, std::string_view text, bool loose);
  // Multiplies the newest operand with its signs and fractions: 2.5 million.
  void scale(Rational factor);
  // Adds p/q to the newest operand: 2 1/4.
  void add_fraction(Rational fraction);
  // The whole; -1 where it is no formula.
  int finish();

  Builder& builder() { return builder_; }
  const Node& newest() const { return builder_.at(operands_.back()); }
  void replace_newest(int node) { operands_.back() = node; }

 private:
  enum class Sort { kOpen, kBinary, kPrefix, kFunction, kSeries, kCommand };
  struct Operator {
    Sort sort;
    std::string name;
    int precedence;
    std::size_t base = 0;                 // kOpen, kCommand: operands below it
    std::vector<std::string> separators;  // kOpen
    int needed = 0;                       // kCommand
    int power = -1;                       // kFunction: sin^2
    int log_base = -1;                    // kFunction: log_2
    Series range = {};                    // kSeries
  };

  void reduce_to(int precedence);
  void reduce_top();
  int combined(const Operator& op, int left, int right);
  int ratio(int last);
  int list_node(std::vector<int> entries, const std::vector<std::string>& separators);
  int set_node(const Operator& open, std::vector<int> entries);
  int applied(const Operator& op, int argument);
  int command_node(const Operator& op);
  std::string letters_of(int node) const;
  int group_node(const Operator& open, std::string_view bracket, std::vector<int> entries);
  int matrix_node(const Operator& open, std::vector<int> entries);
  int pop_operand();

  Builder builder_;
  std::vector<int> operands_;
  std::vector<Operator> operators_;
  bool wants_operand_ = true;
  int depth_ = 0;
  bool broken_ = false;
};

}  // namespace drp::answers
