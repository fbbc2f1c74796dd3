// SPDX-License-Identifier: Apache-2.0
#include "answers/operator_stack.h"

#include <algorithm>
#include <utility>

#include "answers/operator_levels.h"
#include "base/text.h"

namespace drp::answers {
namespace {

int binary_level(std::string_view name) {
  if (name == "+" || name == "-" || name == "+-" || name == "-+") return kSumLevel;
  if (name == ":") return kRatioLevel;
  if (name == "*" || name == "/" || name == "bmod") return kProductLevel;
  if (name == "^") return kPowerLevel;
  if (name == "cup" || name == "cap" || name == "minus") return kUnionLevel;
  if (name == "over" || name == "choose") return kOverLevel;
  return kRelationLevel;
}

bool brackets_match(std::string_view open, std::string_view close) {
  if (open == "(" || open == "[") return close == ")" || close == "]";
  if (open == "{") return close == "}";
  if (open == "\\{") return close == "\\}";
  return open == close;
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
  // Powers bind from the right, and a:b:c is one ratio.
  reduce_to(name == "^" || name == ":" ? level + 1 : level);
  operators_.push_back({Sort::kBinary, std::string(name), level});
  wants_operand_ = true;
}

void OperatorStack::implicit_product(bool before_function) {
  // In "sin x cos x" the second function ends the argument of the first.
  const bool argument = inside_function() && !before_function;
  const int level = argument ? kArgumentProductLevel : kProductLevel;
  reduce_to(level);
  operators_.push_back({Sort::kBinary, "*", level});
  wants_operand_ = true;
}

void OperatorStack::call() {
  implicit_product(false);
  operators_.back().name = "call";
}

void OperatorStack::mixed() {
  reduce_to(kMixedLevel);
  operators_.push_back({Sort::kBinary, "mixed", kMixedLevel});
  wants_operand_ = true;
}

void OperatorStack::prefix(std::string_view name) {
  const bool sign = name == "-" || name == "+" || name == "+-" || name == "-+";
  operators_.push_back({Sort::kPrefix, std::string(name), sign ? kProductLevel : kUnitLevel});
}

void OperatorStack::function(std::string_view name, int power, int base) {
  Operator op{Sort::kFunction, std::string(name), kFunctionLevel};
  op.power = power;
  op.log_base = base;
  operators_.push_back(std::move(op));
}

void OperatorStack::series(std::string_view name, Series range) {
  Operator op{Sort::kSeries, std::string(name), kSeriesLevel};
  op.range = std::move(range);
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
  const bool matrix = open.name == "matrix" || open.name == "determinant";
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

void OperatorStack::scale(Rational factor) {
  reduce_to(kUnitLevel + 1);
  const int value = pop_operand();
  const int times = builder_.number(std::move(factor));
  operands_.push_back(builder_.make(NodeKind::kProduct, {value, times}));
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
  if (op.name == ":" && op.sort == Sort::kBinary) {
    operands_.push_back(ratio(right));
  } else if (op.sort == Sort::kBinary) {
    const int left = pop_operand();
    operands_.push_back(combined(op, left, right));
  } else {
    operands_.push_back(applied(op, right));
  }
}

int OperatorStack::finish() {
  reduce_to(kOpenLevel + 1);
  const Operator& bottom = operators_.back();
  if (broken_ || wants_operand_ || operators_.size() != 1 ||
      operands_.size() != bottom.separators.size() + 1) {
    return -1;
  }
  return list_node(operands_, bottom.separators);
}

}  // namespace drp::answers
