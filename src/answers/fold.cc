// SPDX-License-Identifier: Apache-2.0
#include "answers/fold.h"

#include "answers/exact_functions.h"

#include <flint/fmpz.h>

#include <algorithm>
#include <utility>

namespace drp::answers {
namespace {

// The exact `index`-th root of a fraction >= 0, if it has one.
std::optional<Rational> exact_root(const Rational& value, std::int64_t index) {
  if (index < 1 || index > 64 || value.sign() < 0) return std::nullopt;
  fmpq_t result;
  fmpq_init(result);
  const bool exact =
      fmpz_root(fmpq_numref(result), fmpq_numref(value.raw()), static_cast<slong>(index)) != 0 &&
      fmpz_root(fmpq_denref(result), fmpq_denref(value.raw()), static_cast<slong>(index)) != 0;
  std::optional<Rational> found;
  if (exact) found = Rational::copy(result);
  fmpq_clear(result);
  return found;
}

}  // namespace

int Builder::add(Node node) {
  nodes_.push_back(std::move(node));
  return static_cast<int>(nodes_.size()) - 1;
}

int Builder::number(Rational value, int decimals) {
  Node node;
  node.value = std::move(value);
  node.decimals = decimals;
  return add(std::move(node));
}

int Builder::leaf(NodeKind kind, std::string text) {
  Node node;
  node.kind = kind;
  node.text = std::move(text);
  return add(std::move(node));
}

int Builder::based(Rational value, std::string digits) {
  Node node;
  node.kind = NodeKind::kBased;
  node.value = std::move(value);
  node.text = std::move(digits);
  return add(std::move(node));
}

int Builder::function(std::string_view name, std::vector<int> args) {
  if (auto value = too_large() ? std::nullopt : folded_function(name, args)) {
    bits_ += value->bits();
    return number(std::move(*value));
  }
  return make(NodeKind::kFunction, std::move(args), std::string(name));
}

// 2:4:6 is 1:2:3: parts that are numbers are divided by the first that is not zero.
int Builder::ratio(std::vector<int> args) {
  Rational first;
  for (const int arg : args) {
    if (!at(arg).is_number()) return -1;
    if (first.sign() == 0) first = at(arg).value;
  }
  if (first.sign() == 0) return -1;
  for (int& arg : args) arg = number(at(arg).value / first);
  Node node;
  node.kind = NodeKind::kRatio;
  node.args = std::move(args);
  return add(std::move(node));
}

int Builder::make(NodeKind kind, std::vector<int> args, std::string text) {
  if (kind == NodeKind::kRatio) {
    if (const int node = ratio(args); node >= 0) return node;
  }
  if (kind == NodeKind::kQuotient && at(args[1]).is_number() && at(args[1]).value.sign() == 0) {
    return leaf(NodeKind::kWord, "undefined");
  }
  if (auto value = too_large() ? std::nullopt : folded(kind, args, text)) {
    bits_ += value->bits();
    const bool decimal = kind == NodeKind::kNegate;
    return number(std::move(*value), decimal ? at(args[0]).decimals : -1);
  }
  Node node;
  node.kind = kind;
  node.text = std::move(text);
  node.args = std::move(args);
  return add(std::move(node));
}

std::optional<Rational> Builder::folded_function(std::string_view name,
                                                 const std::vector<int>& args) const {
  if (name == "det") return determinant(nodes_, args[0]);
  const bool known = name == "max" || name == "min" || name == "gcd" || name == "lcm" ||
                     name == "mod" || ((name == "floor" || name == "ceil") && args.size() == 1);
  if (!known) return std::nullopt;
  std::vector<Rational> values;
  for (const int arg : args) {
    if (!at(arg).is_number()) return std::nullopt;
    values.push_back(at(arg).value);
  }
  return apply_function(name, values);
}

std::optional<Rational> Builder::folded(NodeKind kind, const std::vector<int>& args,
                                        std::string_view text) const {
  for (int arg : args) {
    if (!at(arg).is_number()) return std::nullopt;
  }
  if (args.empty()) return std::nullopt;
  const Rational& a = at(args[0]).value;
  const Rational& b = at(args.back()).value;
  switch (kind) {
    case NodeKind::kSum:
      return a + b;
    case NodeKind::kProduct:
      return a * b;
    case NodeKind::kQuotient:
      return b.sign() == 0 ? std::nullopt : std::optional(a / b);
    case NodeKind::kPower:
      return folded_power(a, b);
    case NodeKind::kRoot: {
      const auto index = b.to_int();
      if (!index) return std::nullopt;
      if (a.sign() < 0 && *index % 2 != 0) {
        auto root = exact_root(-a, *index);
        return root ? std::optional(-*root) : std::nullopt;
      }
      return exact_root(a, *index);
    }
    case NodeKind::kNegate:
      return -a;
    case NodeKind::kFactorial:
      return text == "double" ? a.double_factorial() : a.factorial();
    case NodeKind::kAbsolute:
      return a.absolute();
    case NodeKind::kBinomial:
      return a.binomial(b);
    case NodeKind::kNumber:
    case NodeKind::kSymbol:
    case NodeKind::kWord:
    case NodeKind::kPlusMinus:
    case NodeKind::kFunction:
    case NodeKind::kPercent:
    case NodeKind::kUnit:
    case NodeKind::kBased:
    case NodeKind::kList:
    case NodeKind::kSet:
    case NodeKind::kGroup:
    case NodeKind::kMatrix:
    case NodeKind::kUnion:
    case NodeKind::kRelation:
    case NodeKind::kRatio:
      return std::nullopt;
  }
  return std::nullopt;
}

std::optional<Rational> Builder::folded_power(const Rational& base,
                                              const Rational& exponent) const {
  if (exponent.is_integer()) return base.power(exponent);
  // 8^{2/3}: the root first.
  Rational denominator;
  fmpz_set(fmpq_numref(denominator.raw()), fmpq_denref(exponent.raw()));
  const auto index = denominator.to_int();
  if (!index) return std::nullopt;
  const auto root = exact_root(base, *index);
  return root ? root->power(exponent * denominator) : std::nullopt;
}

int Builder::open_signs(int root) {
  const auto is_open = [](const Node& node) { return node.kind == NodeKind::kPlusMinus; };
  if (std::none_of(nodes_.begin(), nodes_.end(), is_open)) return root;
  const NodeKind kind = at(root).kind;
  const bool entries = kind == NodeKind::kList || kind == NodeKind::kSet;
  const std::vector<int> parts = entries ? at(root).args : std::vector<int>{root};
  std::vector<int> opened;
  for (int part : parts) {
    opened.push_back(with_sign(part, false));
    opened.push_back(with_sign(part, true));
  }
  return make(entries ? kind : NodeKind::kList, std::move(opened));
}

int Builder::with_sign(int root, bool minus) {
  std::vector<int> copies(static_cast<std::size_t>(root) + 1, -1);
  for (int i = 0; i <= root; ++i) {
    Node node = at(i);
    for (int& arg : node.args) arg = copies[static_cast<std::size_t>(arg)];
    int& copy = copies[static_cast<std::size_t>(i)];
    if (node.kind == NodeKind::kPlusMinus) {
      int last = node.args.back();
      if (minus == (node.text == "+-")) last = make(NodeKind::kNegate, {last});
      copy = node.args.size() == 1 ? last : make(NodeKind::kSum, {node.args[0], last});
    } else if (node.args.empty()) {
      copy = i;
    } else {
      copy = make(node.kind, std::move(node.args), std::move(node.text));
      if (node.kind == NodeKind::kMatrix) at(copy).decimals = node.decimals;
    }
  }
  return copies.back();
}

}  // namespace drp::answers
