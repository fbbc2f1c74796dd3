// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <utility>

#include "answers/equality.h"
#include "answers/real_set.h"

namespace drp::answers {
namespace {

bool is_equation(const Node& node) { return node.kind == NodeKind::kRelation && node.text == "="; }

// What may stand on the left of an assignment: x, x_1, AB, f(x), a word, (x, y).
bool is_name(const Expression& expression, int node) {
  const Node& now = expression.at(node);
  if (now.kind == NodeKind::kSymbol || now.kind == NodeKind::kWord ||
      now.kind == NodeKind::kFunction) {
    return true;
  }
  // f(2), P(A), f^{-1}(x); a : b
  if (now.kind == NodeKind::kProduct && expression.at(now.args[0]).kind == NodeKind::kPower) {
    const Node& power = expression.at(now.args[0]);
    return expression.at(power.args[0]).kind == NodeKind::kSymbol &&
           expression.at(power.args[1]).is_number() &&
           expression.at(power.args[1]).value == Rational(-1);
  }
  if (now.kind == NodeKind::kProduct && now.text == "call") return true;
  if (now.kind == NodeKind::kQuotient && now.text == ":") {
    return expression.at(now.args[0]).kind == NodeKind::kSymbol &&
           expression.at(now.args[1]).kind == NodeKind::kSymbol;
  }
  if (now.kind != NodeKind::kProduct && now.kind != NodeKind::kGroup) return false;
  for (int arg : now.args) {
    const Node& part = expression.at(arg);
    if (part.kind != NodeKind::kSymbol && part.kind != NodeKind::kProduct) return false;
    for (int inner : part.args) {
      if (expression.at(inner).kind != NodeKind::kSymbol) return false;
    }
  }
  return true;
}

// Whether the letter stands in the node or below it.
bool names(const Expression& expression, int node, std::string_view letter) {
  const std::vector<int> all = nodes_below(expression, node);
  return std::any_of(all.begin(), all.end(),
                     [&](int part) { return expression.at(part).is_symbol(letter); });
}

// The relation with its open side on the right, and whether it was turned for that.
std::pair<std::string_view, bool> forward(std::string_view relation) {
  if (relation == ">") return {"<", true};
  if (relation == ">=") return {"<=", true};
  return {relation, false};
}

}  // namespace

// The name of "x = 9" (or "9 = x"), -1 where the relation is no assignment.
int Equality::assigned_name(const Expression& expression, int relation) {
  const Node& now = expression.at(relation);
  if (!is_equation(now)) return -1;
  if (is_name(expression, now.args[0])) {
    // x = 2x + 3 says nothing about its right side.
    const Node& left = expression.at(now.args[0]);
    const bool again = left.kind == NodeKind::kSymbol && names(expression, now.args[1], left.text);
    return again ? -1 : now.args[0];
  }
  const Node& right = expression.at(now.args[1]);
  const bool swapped = right.kind == NodeKind::kSymbol && expression.at(now.args[0]).is_number();
  return swapped ? now.args[1] : -1;
}

// The value that a relation states: 9 of "x = 9" and "4 + 5 = 9", S of "x in S"; -1 for a general
// equation or inequality.
int Equality::stated_value(const Expression& expression, int relation) {
  const Node& now = expression.at(relation);
  if (now.text == "in") return now.args[1];
  if (now.text == "~") {
    const Node& left = expression.at(now.args[0]);
    const int exact = is_equation(left) ? stated_value(expression, now.args[0]) : -1;
    if (exact >= 0) return exact;
    return is_name(expression, now.args[0]) ? now.args[1] : now.args[0];
  }
  if (!is_equation(now)) return -1;
  const int name = assigned_name(expression, relation);
  if (name >= 0) return name == now.args[0] ? now.args[1] : now.args[0];
  const bool chain = is_equation(expression.at(now.args[0]));
  const bool computed =
      is_scalar(expression, now.args[0]) && !has_variables(expression, now.args[0]);
  return chain || computed ? now.args[1] : -1;
}

// The decimal behind an approximation sign, -1 where there is none.
int Equality::approximate_value(const Expression& expression, int relation) {
  const Node& now = expression.at(relation);
  return now.kind == NodeKind::kRelation && now.text == "~" ? now.args[1] : -1;
}

Outcome Equality::relations(int gold, int pred, int depth) const {
  const bool gold_relation = gold_.at(gold).kind == NodeKind::kRelation;
  const bool pred_relation = pred_.at(pred).kind == NodeKind::kRelation;
  if (const auto outcome = real_sets(gold, pred)) return *outcome;
  if (gold_relation && pred_relation) return two_equations(gold, pred, depth);
  const Expression& side = gold_relation ? gold_ : pred_;
  const int relation = gold_relation ? gold : pred;
  const int value = stated_value(side, relation);
  if (value < 0) return {Verdict::kUnequal, "an equation and a value"};
  const Outcome exact =
      gold_relation ? nodes(value, pred, depth + 1) : nodes(gold, value, depth + 1);
  const int about = approximate_value(side, relation);
  if (exact.equal() || about < 0 || about == value) return exact;
  const bool by_decimal = gold_relation || gold_.at(gold).decimals >= 0;
  if (!by_decimal) return exact;
  const Outcome near =
      gold_relation ? nodes(about, pred, depth + 1) : nodes(gold, about, depth + 1);
  return near.equal() ? near : exact;
}

// Whether two left sides may name the same thing: x and x, "Area" and A, y and f(x); not x and y,
// nor f(2) and f(3).
bool Equality::names_agree(int gold, int pred, int depth) const {
  const Node& a = gold_.at(gold);
  const Node& b = pred_.at(pred);
  if (a.kind == b.kind && (a.kind == NodeKind::kSymbol || a.kind == NodeKind::kWord)) {
    return a.text == b.text;
  }
  const auto letter_or_word = [](const Node& node) {
    return node.kind == NodeKind::kSymbol || node.kind == NodeKind::kWord;
  };
  const auto of_letter = [](const Expression& expression, const Node& node) {
    return node.kind == NodeKind::kProduct && node.text == "call" &&
           expression.at(node.args[1]).kind == NodeKind::kSymbol;
  };
  if (letter_or_word(a) && letter_or_word(b)) return true;
  if (letter_or_word(a)) return of_letter(pred_, b);
  if (letter_or_word(b)) return of_letter(gold_, a);
  return nodes(gold, pred, depth + 1).equal();
}

Outcome Equality::two_equations(int gold, int pred, int depth) const {
  const Node& left = gold_.at(gold);
  const Node& right = pred_.at(pred);
  const int first = assigned_name(gold_, gold);
  const int second = assigned_name(pred_, pred);
  if (first >= 0 && second >= 0) {
    if (options_.strict && !names_agree(first, second, depth)) {
      return {Verdict::kUnequal, "different unknowns"};
    }
    const bool letters =
        gold_.at(first).kind == NodeKind::kSymbol && pred_.at(second).kind == NodeKind::kSymbol;
    const Outcome same = nodes(stated_value(gold_, gold), stated_value(pred_, pred), depth + 1);
    if (same.equal() || !letters) return same;
  }
  const bool scalar_sides = is_scalar(gold_, left.args[0]) && is_scalar(gold_, left.args[1]) &&
                            is_scalar(pred_, right.args[0]) && is_scalar(pred_, right.args[1]);
  if (is_equation(left) && is_equation(right) && scalar_sides) {
    switch (same_equation(gold_, gold, pred_, pred)) {
      case Sameness::kSame:
        return {Verdict::kEqual, "equations are multiples of each other"};
      case Sameness::kDifferent:
        return {Verdict::kUnequal, "different equations"};
      case Sameness::kUnknown:
        return {Verdict::kUndecided, "equations could not be told apart"};
    }
  }
  const int gold_value = stated_value(gold_, gold);
  const int pred_value = stated_value(pred_, pred);
  const bool members = left.text == "in" && right.text == "in";
  if (members && options_.strict && !names_agree(left.args[0], right.args[0], depth)) {
    return {Verdict::kUnequal, "different unknowns"};
  }
  if (gold_value >= 0 && pred_value >= 0) return nodes(gold_value, pred_value, depth + 1);
  // a < b is b > a.
  const auto [gold_sign, gold_turned] = forward(left.text);
  const auto [pred_sign, pred_turned] = forward(right.text);
  if (gold_sign != pred_sign) return {Verdict::kUnequal, "different relations"};
  const bool turned = gold_turned != pred_turned;
  const Outcome sides = nodes(left.args[0], right.args[turned ? 1 : 0], depth + 1);
  return sides.equal() ? nodes(left.args[1], right.args[turned ? 0 : 1], depth + 1) : sides;
}

}  // namespace drp::answers
