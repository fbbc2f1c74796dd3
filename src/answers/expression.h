// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "answers/rational.h"

namespace drp::answers {

enum class NodeKind {
  kNumber,     // `value`; `decimals` >= 0 where it was written as a decimal
  kSymbol,     // `text`: x, x_1, alpha; e, i, pi and infty are constants
  kWord,       // `text`: words in a row, lower case
  kSum,        // args 2
  kProduct,    // args 2; `text` is "call" for a letter directly before a bracket: f(2)
  kQuotient,   // args 2; `text` is ":" for a ratio
  kRatio,      // three parts or more: 1:2:3
  kPower,      // args 2
  kRoot,       // radicand, index
  kNegate,     // args 1
  kPlusMinus,  // args 1 (of +-a) or 2 (of a +- b); `text` is +- or -+
  kFactorial,  // args 1; `text` is "double" for n!!
  kBinomial,   // args 2
  kAbsolute,   // args 1
  kFunction,   // `text`; argument and, for log, base; max, min, gcd, lcm: arguments
  kPercent,    // args 1
  kUnit,       // args 1; `text` is the unit
  kBased,      // `value` is what the digits say in the base, `text` the digits: 31_7
  kList,       // entries without brackets; `text` is "or" or "and" where only that joins them
  kSet,        // entries in \{ \}
  kGroup,      // entries in ( ) or [ ] or mixed; `text` is both brackets: "(]"
  kMatrix,     // entries by row; `decimals` is the number of columns
  kUnion,      // args 2; `text` is cup, cap or minus
  kRelation,   // args 2; `text` is = < > <= >= != in notin ~
};

struct Node {
  NodeKind kind = NodeKind::kNumber;
  std::string text;
  Rational value;
  int decimals = -1;
  std::vector<int> args;

  bool is_number() const { return kind == NodeKind::kNumber; }
  bool is_symbol(std::string_view name) const { return kind == NodeKind::kSymbol && text == name; }
};

// What an answer says. Arguments stand before the node that uses them, so a loop over `nodes` in
// order meets each value after its parts. What is exactly rational is folded into one kNumber.
struct Expression {
  std::vector<Node> nodes;
  int root = -1;  // -1: could not be read as mathematics
  bool too_large = false;

  bool parsed() const { return root >= 0; }
  const Node& at(int index) const { return nodes[static_cast<std::size_t>(index)]; }
  const Node& top() const { return at(root); }
};

// Reads one answer. Never throws on input. `as_list` reads plain-comma grouping (3,512) as a list.
Expression parse_answer(std::string_view text, bool as_list = false);

}  // namespace drp::answers
