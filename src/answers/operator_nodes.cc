// SPDX-License-Identifier: Apache-2.0
// The nodes that operators, commands and brackets make of their operands.
#include "answers/operator_stack.h"

#include <algorithm>
#include <utility>

#include "answers/operator_levels.h"
#include "base/text.h"

namespace drp::answers {
namespace {

// "or" where all parts of a list are joined by it, "and" likewise, else empty.
std::string joiner(const std::vector<std::string>& separators) {
  const auto all = [&](std::string_view word) {
    return std::all_of(separators.begin(), separators.end(),
                       [&](const std::string& separator) { return separator == word; });
  };
  return all("or") ? "or" : all("and") ? "and" : "";
}

bool is_tagged(const Node& node) {
  return node.kind == NodeKind::kUnit || node.kind == NodeKind::kPercent;
}

}  // namespace

// A list without what only says where a letter runs ("k \\in \\mathbb{Z}").
int OperatorStack::list_node(std::vector<int> entries, const std::vector<std::string>& separators) {
  const auto is_condition = [&](int entry) {
    const Node& node = builder_.at(entry);
    if (node.kind != NodeKind::kRelation || node.text != "in") return false;
    const Node& set = builder_.at(node.args[1]);
    return builder_.at(node.args[0]).kind == NodeKind::kSymbol &&
           (set.is_symbol("integers") || set.is_symbol("naturals") || set.is_symbol("reals"));
  };
  if (!std::all_of(entries.begin(), entries.end(), is_condition)) {
    std::erase_if(entries, is_condition);
  }
  if (entries.size() == 1) return entries[0];
  return builder_.make(NodeKind::kList, std::move(entries), joiner(separators));
}

// \{1, 2\}; \{x | x > 2\} is its condition, with the one before the bar if that is more than a
// name.
int OperatorStack::set_node(const Operator& open, std::vector<int> entries) {
  if (open.separators.empty() || open.separators[0] != "such") {
    return builder_.make(NodeKind::kSet, std::move(entries));
  }
  if (builder_.at(entries[0]).kind == NodeKind::kSymbol) entries.erase(entries.begin());
  if (entries.size() == 1) return entries[0];
  return builder_.make(NodeKind::kList, std::move(entries), "and");
}

int OperatorStack::group_node(const Operator& open, std::string_view bracket,
                              std::vector<int> entries) {
  if (open.name == "matrix") return matrix_node(open, std::move(entries));
  if (open.name == "determinant") {
    const int matrix = matrix_node(open, std::move(entries));
    return matrix < 0 ? -1 : builder_.function("det", {matrix});
  }
  if (open.name == "floor" || open.name == "ceil") {
    return entries.size() == 1 ? builder_.function(open.name, std::move(entries)) : -1;
  }
  if (open.name == "\\{") return set_node(open, std::move(entries));
  if (open.name == "|") {
    return entries.size() == 1 ? builder_.make(NodeKind::kAbsolute, std::move(entries)) : -1;
  }
  const std::string both = open.name + std::string(bracket);
  if (entries.size() == 1) {
    const bool same = both == "()" || both == "[]" || both == "{}";
    return same ? entries[0] : -1;
  }
  if (open.name == "{") {
    return builder_.make(NodeKind::kList, std::move(entries), joiner(open.separators));
  }
  return builder_.make(NodeKind::kGroup, std::move(entries), both);
}

int OperatorStack::matrix_node(const Operator& open, std::vector<int> entries) {
  const auto row = std::find(open.separators.begin(), open.separators.end(), "\\\\");
  const int columns = static_cast<int>(row - open.separators.begin()) + 1;
  if (entries.size() > 64 * 64 || entries.size() % static_cast<std::size_t>(columns) != 0) {
    return -1;
  }
  const int node = builder_.make(NodeKind::kMatrix, std::move(entries));
  builder_.at(node).decimals = columns;
  return node;
}

// The ratio that ends on `last`: all parts that are still joined by colons.
int OperatorStack::ratio(int last) {
  std::vector<int> parts = {last, pop_operand()};
  while (operators_.back().sort == Sort::kBinary && operators_.back().name == ":") {
    operators_.pop_back();
    parts.push_back(pop_operand());
  }
  std::reverse(parts.begin(), parts.end());
  if (parts.size() == 2) return builder_.make(NodeKind::kQuotient, std::move(parts), ":");
  return builder_.make(NodeKind::kRatio, std::move(parts));
}

int OperatorStack::combined(const Operator& op, int left, int right) {
  if (op.precedence == kRelationLevel) {
    return builder_.make(NodeKind::kRelation, {left, right}, op.name);
  }
  if (op.precedence == kUnionLevel) return builder_.make(NodeKind::kUnion, {left, right}, op.name);
  if (op.name == "bmod") return builder_.function("mod", {left, right});
  if (op.name == "choose") return builder_.make(NodeKind::kBinomial, {left, right});
  if (op.name == "+") return builder_.make(NodeKind::kSum, {left, right});
  if (op.name == "-") {
    return builder_.make(NodeKind::kSum, {left, builder_.make(NodeKind::kNegate, {right})});
  }
  if (op.name == "+-" || op.name == "-+") {
    return builder_.make(NodeKind::kPlusMinus, {left, right}, op.name);
  }
  if (op.name == "/" || op.name == "over") return builder_.make(NodeKind::kQuotient, {left, right});
  if (op.name == "^") return builder_.make(NodeKind::kPower, {left, right});
  if (op.name == "mixed") {
    const Node& part = builder_.at(right);
    const bool proper =
        part.is_number() && part.value.sign() > 0 && part.value.compare(Rational(1)) < 0;
    return builder_.make(proper ? NodeKind::kSum : NodeKind::kProduct, {left, right});
  }
  // A(1, 2) is the point (1, 2) with its name.
  const Node& name = builder_.at(left);
  const bool point = op.name == "call" && builder_.at(right).kind == NodeKind::kGroup &&
                     name.kind == NodeKind::kSymbol && name.text.size() == 1 &&
                     is_upper(name.text[0]);
  if (point) return right;
  const bool call = op.name == "call" && name.kind == NodeKind::kSymbol;
  return builder_.make(NodeKind::kProduct, {left, right}, call ? "call" : "");
}

int OperatorStack::applied(const Operator& op, int argument) {
  if (op.sort == Sort::kSeries) return builder_.series(op.name, op.range, argument);
  if (op.sort == Sort::kFunction) {
    std::vector<int> args = {argument};
    // max(3, 8): the entries are the arguments.
    const Node& inner = builder_.at(argument);
    const bool entries = inner.kind == NodeKind::kGroup || inner.kind == NodeKind::kSet ||
                         inner.kind == NodeKind::kList;
    if (entries) args = inner.args;
    if (op.log_base >= 0) args.push_back(op.log_base);
    const int node = op.name == "abs" && args.size() == 1
                         ? builder_.make(NodeKind::kAbsolute, std::move(args))
                         : builder_.function(op.name, std::move(args));
    return op.power < 0 ? node : builder_.make(NodeKind::kPower, {node, op.power});
  }
  const bool tagged = is_tagged(builder_.at(argument));
  if (op.name == "+") return argument;
  if (op.name == "-" && tagged) {
    Node& tag = builder_.at(argument);
    const std::string text = tag.text;
    const NodeKind kind = tag.kind;
    return builder_.make(kind, {builder_.make(NodeKind::kNegate, {tag.args[0]})}, text);
  }
  if (op.name == "-") return builder_.make(NodeKind::kNegate, {argument});
  if (op.name == "+-" || op.name == "-+") {
    return builder_.make(NodeKind::kPlusMinus, {argument}, op.name);
  }
  if (builder_.at(argument).kind == NodeKind::kUnit) {
    builder_.at(argument).text = op.name + " " + builder_.at(argument).text;
    return argument;
  }
  return builder_.make(NodeKind::kUnit, {argument}, op.name);
}

// AB of the product of the letters A and B, which \\overline{AB} names; empty for anything else.
std::string OperatorStack::letters_of(int node) const {
  std::string letters;
  std::vector<int> open = {node};
  while (!open.empty()) {
    const Node& now = builder_.at(open.back());
    open.pop_back();
    if (now.kind == NodeKind::kProduct) {
      open.insert(open.end(), now.args.rbegin(), now.args.rend());
    } else if (now.kind == NodeKind::kSymbol && now.text.size() == 1) {
      letters += now.text;
    } else {
      return {};
    }
  }
  return letters.size() > 1 ? letters : std::string();
}

int OperatorStack::command_node(const Operator& op) {
  const int last = pop_operand();
  if (op.name == "frac" || op.name == "binom") {
    const int first = pop_operand();
    return builder_.make(op.name == "frac" ? NodeKind::kQuotient : NodeKind::kBinomial,
                         {first, last});
  }
  if (op.name == "index") {
    const int index = pop_operand();
    return builder_.make(NodeKind::kRoot, {last, index});
  }
  if (op.name == "overline") {
    const std::string name = letters_of(last);
    return name.empty() ? builder_.function(op.name, {last})
                        : builder_.leaf(NodeKind::kWord, to_lower(name));
  }
  return builder_.make(NodeKind::kRoot, {last, builder_.number(Rational(2))});
}

}  // namespace drp::answers
