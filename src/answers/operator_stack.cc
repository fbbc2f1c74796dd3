// SPDX-License-Identifier: Apache-2.0
#include "answers/operator_stack.h"

#include <algorithm>
#include <utility>

namespace drp::answers {
namespace {

constexpr int kOpenLevel = 0;
constexpr int kRelationLevel = 2;
constexpr int kUnionLevel = 3;
constexpr int kUnitLevel = 4;
constexpr int kSumLevel = 5;
constexpr int kProductLevel = 6;
constexpr int kFunctionLevel = 7;
constexpr int kArgumentProductLevel = 8;  // the product in "sin 2x"
constexpr int kMixedLevel = 9;
constexpr int kPowerLevel = 10;
constexpr int kCommandLevel = 11;

int binary_level(std::string_view name) {
  if (name == "+" || name == "-" || name == "+-") return kSumLevel;
  if (name == "*" || name == "/" || name == ":") return kProductLevel;
  if (name == "^") return kPowerLevel;
  if (name == "cup") return kUnionLevel;
  return kRelationLevel;
}

bool brackets_match(std::string_view open, std::string_view close) {
  if (open == "(" || open == "[") return close == ")" || close == "]";
  if (open == "{") return close == "}";
  if (open == "\\{") return close == "\\}";
  return open == close;
}

bool is_tagged(const Node& node) {
  return node.kind == NodeKind::kUnit || node.kind == NodeKind::kPercent;
}

}  // namespace

OperatorStack::OperatorStack() { operators_.push_back({Sort::kOpen, "", kOpenLevel}); }

std::string_view OperatorStack::awaits() const {
  const Operator& top = operators_.back();
  const bool waits = top.sort == Sort::kCommand || top.sort == Sort::kFunction;
  return waits && wants_operand_ ? std::string_view(top.name) : std::string_view();
}

bool OperatorStack::inside_function() const {
  for (auto op = operators_.rbegin(); op != operators_.rend(); ++op) {
    if (op->precedence < kFunctionLevel) return false;
    if (op->sort == Sort::kFunction) return true;
  }
  return false;
}

std::string_view OperatorStack::open_bracket() const {
  for (auto op = operators_.rbegin(); op != operators_.rend(); ++op) {
    if (op->sort == Sort::kOpen) return op->name;
  }
  return {};
}

int OperatorStack::pop_operand() {
  if (operands_.empty()) {
    broken_ = true;
    return builder_.leaf(NodeKind::kWord, "");
  }
  const int node = operands_.back();
  operands_.pop_back();
  return node;
}

void OperatorStack::operand(int node) {
  operands_.push_back(node);
  wants_operand_ = false;
  while (operators_.back().sort == Sort::kCommand) {
    Operator& command = operators_.back();
    if (operands_.size() < command.base + static_cast<std::size_t>(command.needed)) {
      wants_operand_ = true;
      return;
    }
    const Operator done = std::move(command);
    operators_.pop_back();
    operands_.push_back(command_node(done));
  }
}

void OperatorStack::binary(std::string_view name) {
  const int level = binary_level(name);
  reduce_to(name == "^" ? level + 1 : level);
  operators_.push_back({Sort::kBinary, std::string(name), level});
  wants_operand_ = true;
}

void OperatorStack::implicit_product() {
  const int level = inside_function() ? kArgumentProductLevel : kProductLevel;
  reduce_to(level);
  operators_.push_back({Sort::kBinary, "*", level});
  wants_operand_ = true;
}

void OperatorStack::mixed() {
  reduce_to(kMixedLevel);
  operators_.push_back({Sort::kBinary, "mixed", kMixedLevel});
  wants_operand_ = true;
}

void OperatorStack::prefix(std::string_view name) {
  const bool sign = name == "-" || name == "+" || name == "+-";
  operators_.push_back({Sort::kPrefix, std::string(name), sign ? kProductLevel : kUnitLevel});
}

void OperatorStack::function(std::string_view name, int power, int base) {
  Operator op{Sort::kFunction, std::string(name), kFunctionLevel};
  op.power = power;
  op.log_base = base;
  operators_.push_back(std::move(op));
}

void OperatorStack::command(std::string_view name) {
  Operator op{Sort::kCommand, std::string(name), kCommandLevel, operands_.size()};
  op.needed = name == "frac" || name == "binom" ? 2 : 1;
  operators_.push_back(std::move(op));
  wants_operand_ = true;
}

bool OperatorStack::open(std::string_view bracket) {
  if (++depth_ > kDepthMax) return false;
  operators_.push_back({Sort::kOpen, std::string(bracket), kOpenLevel, operands_.size()});
  wants_operand_ = true;
  return true;
}

bool OperatorStack::separator(std::string_view name) {
  const bool new_row = name == "\\\\";
  if (wants_operand_) return false;
  reduce_to(kOpenLevel + 1);
  Operator& open = operators_.back();
  const bool matrix = open.name == "matrix";
  if (matrix != (new_row || name == "&")) return false;
  open.separators.emplace_back(name);
  wants_operand_ = true;
  return operands_.size() == open.base + open.separators.size() && !broken_ &&
         open.separators.size() < kEntriesMax;
}

bool OperatorStack::close(std::string_view bracket) {
  reduce_to(kOpenLevel + 1);
  if (operators_.size() < 2 || broken_) return false;
  Operator open = std::move(operators_.back());
  operators_.pop_back();
  --depth_;
  if (!brackets_match(open.name, bracket) || operands_.size() < open.base) return false;
  const bool row_end =
      wants_operand_ && !open.separators.empty() && open.separators.back() == "\\\\";
  if (row_end) open.separators.pop_back();
  std::vector<int> entries(operands_.begin() + static_cast<std::ptrdiff_t>(open.base),
                           operands_.end());
  operands_.resize(open.base);
  const bool empty_set = open.name == "\\{" && entries.empty() && open.separators.empty();
  if (!empty_set && entries.size() != open.separators.size() + 1) return false;
  if (wants_operand_ && !row_end && !empty_set) return false;
  const bool root_index = open.name == "[" && operators_.back().sort == Sort::kCommand &&
                          operators_.back().name == "sqrt" && operators_.back().needed == 1 &&
                          operators_.back().base == operands_.size();
  if (root_index && bracket == "]" && entries.size() == 1) {
    operators_.back().name = "index";
    operators_.back().needed = 2;
    operand(entries[0]);
    return true;
  }
  const int node = group_node(open, bracket, std::move(entries));
  if (node < 0) return false;
  const bool to_function = operators_.back().sort == Sort::kFunction && open.name == "(";
  operand(node);
  if (to_function) reduce_top();
  return !broken_;
}

int OperatorStack::group_node(const Operator& open, std::string_view bracket,
                              std::vector<int> entries) {
  if (open.name == "matrix") return matrix_node(open, std::move(entries));
  if (open.name == "\\{") return builder_.make(NodeKind::kSet, std::move(entries));
  if (open.name == "|") {
    return entries.size() == 1 ? builder_.make(NodeKind::kAbsolute, std::move(entries)) : -1;
  }
  const std::string both = open.name + std::string(bracket);
  if (entries.size() == 1) {
    const bool same = both == "()" || both == "[]" || both == "{}";
    return same ? entries[0] : -1;
  }
  if (open.name == "{") return builder_.make(NodeKind::kList, std::move(entries));
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

void OperatorStack::suffix(NodeKind kind, std::string_view text, bool loose) {
  reduce_to(loose ? kUnitLevel + 1 : kPowerLevel);
  const int node = pop_operand();
  if (kind == NodeKind::kUnit && builder_.at(node).kind == NodeKind::kUnit) {
    builder_.at(node).text += ' ';
    builder_.at(node).text += text;
    operands_.push_back(node);
    return;
  }
  operands_.push_back(builder_.make(kind, {node}, std::string(text)));
}

void OperatorStack::add_fraction(Rational fraction) {
  const int left = pop_operand();
  const int right = builder_.number(std::move(fraction));
  operands_.push_back(builder_.make(NodeKind::kSum, {left, right}));
}

void OperatorStack::reduce_to(int precedence) {
  while (operators_.back().sort != Sort::kOpen && operators_.back().precedence >= precedence &&
         !broken_) {
    reduce_top();
  }
}

void OperatorStack::reduce_top() {
  const Operator op = std::move(operators_.back());
  operators_.pop_back();
  if (wants_operand_ || op.sort == Sort::kCommand) {
    broken_ = true;
    return;
  }
  const int right = pop_operand();
  if (op.sort == Sort::kBinary) {
    const int left = pop_operand();
    operands_.push_back(combined(op, left, right));
  } else {
    operands_.push_back(applied(op, right));
  }
}

int OperatorStack::combined(const Operator& op, int left, int right) {
  if (op.precedence == kRelationLevel) {
    return builder_.make(NodeKind::kRelation, {left, right}, op.name);
  }
  if (op.name == "cup") return builder_.make(NodeKind::kUnion, {left, right});
  if (op.name == "+") return builder_.make(NodeKind::kSum, {left, right});
  if (op.name == "-") {
    return builder_.make(NodeKind::kSum, {left, builder_.make(NodeKind::kNegate, {right})});
  }
  if (op.name == "+-") return builder_.make(NodeKind::kPlusMinus, {left, right});
  if (op.name == "/" || op.name == ":") return builder_.make(NodeKind::kQuotient, {left, right});
  if (op.name == "^") return builder_.make(NodeKind::kPower, {left, right});
  if (op.name == "mixed") {
    const Node& part = builder_.at(right);
    const bool proper =
        part.is_number() && part.value.sign() > 0 && part.value.compare(Rational(1)) < 0;
    return builder_.make(proper ? NodeKind::kSum : NodeKind::kProduct, {left, right});
  }
  return builder_.make(NodeKind::kProduct, {left, right});
}

int OperatorStack::applied(const Operator& op, int argument) {
  if (op.sort == Sort::kFunction) {
    std::vector<int> args = {argument};
    if (op.log_base >= 0) args.push_back(op.log_base);
    const int node = builder_.make(NodeKind::kFunction, std::move(args), op.name);
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
  if (op.name == "+-") return builder_.make(NodeKind::kPlusMinus, {argument});
  if (builder_.at(argument).kind == NodeKind::kUnit) {
    builder_.at(argument).text = op.name + " " + builder_.at(argument).text;
    return argument;
  }
  return builder_.make(NodeKind::kUnit, {argument}, op.name);
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
  if (op.name == "overline") return builder_.make(NodeKind::kFunction, {last}, op.name);
  return builder_.make(NodeKind::kRoot, {last, builder_.number(Rational(2))});
}

int OperatorStack::finish() {
  reduce_to(kOpenLevel + 1);
  const Operator& bottom = operators_.back();
  if (broken_ || wants_operand_ || operators_.size() != 1 ||
      operands_.size() != bottom.separators.size() + 1) {
    return -1;
  }
  return operands_.size() == 1 ? operands_[0] : builder_.make(NodeKind::kList, operands_);
}

}  // namespace drp::answers
