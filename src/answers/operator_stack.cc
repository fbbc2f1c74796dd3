// SPDX-License-Identifier: Apache-2.0
#include "answers/operator_stack.h"

#include <algorithm>
#include <utility>

#include "base/text.h"

namespace drp::answers {
namespace {

constexpr int kOpenLevel = 0;
constexpr int kOverLevel = 1;  // {a \\over b}
constexpr int kRelationLevel = 2;
constexpr int kUnionLevel = 3;
constexpr int kUnitLevel = 4;
constexpr int kSumLevel = 5;
constexpr int kRatioLevel = 6;
constexpr int kProductLevel = 7;
constexpr int kFunctionLevel = 8;
constexpr int kArgumentProductLevel = 9;  // the product in "sin 2x"
constexpr int kMixedLevel = 10;
constexpr int kPowerLevel = 11;
constexpr int kCommandLevel = 12;

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
