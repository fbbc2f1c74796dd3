// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <utility>

#include "answers/evaluate.h"
#include "answers/real_set.h"

namespace drp::answers {
namespace {

constexpr int kDepthMax = 40;

// slope x + offset.
struct Linear {
  Rational slope;
  Rational offset;
};

int sign_of_infinity(const Expression& expression, int node) {
  const Node& now = expression.at(node);
  if (now.is_symbol("infty")) return 1;
  const bool negated =
      now.kind == NodeKind::kNegate && expression.at(now.args[0]).is_symbol("infty");
  return negated ? -1 : 0;
}

std::optional<Endpoint> endpoint(const Expression& expression, int node) {
  const int infinite = sign_of_infinity(expression, node);
  if (infinite != 0) return Endpoint{.infinite = infinite};
  if (!is_scalar(expression, node) || has_variables(expression, node)) return std::nullopt;
  return Endpoint{.expression = &expression, .node = node};
}

bool is_unknown(const Node& node) {
  return node.kind == NodeKind::kSymbol && !is_constant_name(node.text) && node.text != "infty" &&
         node.text != "reals" && node.text != "emptyset";
}

bool is_order(std::string_view relation) {
  return relation == "<" || relation == ">" || relation == "<=" || relation == ">=";
}

class Describer {
 public:
  Describer(const Expression& expression, bool solve) : expression_(expression), solve_(solve) {}

  std::optional<RealSet> set(int node, int depth = 0) {
    if (depth > kDepthMax) return std::nullopt;
    const Node& now = expression_.at(node);
    if (now.is_symbol("reals")) return RealSet::all();
    if (now.is_symbol("emptyset")) return RealSet();
    switch (now.kind) {
      case NodeKind::kGroup:
        return interval(now);
      case NodeKind::kSet:
        return points(now.args);
      case NodeKind::kUnion:
        return combined(now, depth);
      case NodeKind::kRelation:
        return relation(now, depth);
      case NodeKind::kList:
        return list(now, depth);
      default:
        return std::nullopt;
    }
  }

  const std::string& unknown() const { return unknown_; }

 private:
  bool name(const std::string& unknown) {
    if (!unknown_.empty() && unknown_ != unknown) return false;
    unknown_ = unknown;
    return true;
  }

  std::optional<RealSet> interval(const Node& group) const {
    if (group.args.size() != 2) return std::nullopt;
    const auto low = endpoint(expression_, group.args[0]);
    const auto high = endpoint(expression_, group.args[1]);
    if (!low || !high) return std::nullopt;
    // (2, 1) and (0, 0) are pairs, no intervals.
    const auto order = low->infinite == 0 && high->infinite == 0
                           ? order_of(expression_, group.args[0], expression_, group.args[1])
                           : std::optional(low->infinite < high->infinite ? -1 : 1);
    if (!order || *order > 0 || (*order == 0 && group.text != "[]")) return std::nullopt;
    return RealSet::of({*low, *high, group.text[0] == '[' && low->infinite == 0,
                        group.text[1] == ']' && high->infinite == 0});
  }

  std::optional<RealSet> points(const std::vector<int>& entries) const {
    RealSet result;
    for (const int entry : entries) {
      const auto end = endpoint(expression_, entry);
      if (!end || end->infinite != 0) return std::nullopt;
      result = result.united(RealSet::point(expression_, entry));
    }
    return result;
  }

  std::optional<RealSet> combined(const Node& node, int depth) {
    const auto left = set(node.args[0], depth + 1);
    const auto right = set(node.args[1], depth + 1);
    if (!left || !right) return std::nullopt;
    if (node.text == "cup") return left->united(*right);
    return left->intersected(node.text == "cap" ? *right : right->complement());
  }

  // "x < 1 or x > 2", "x > 1 and x < 2", "x != 1, 2".
  std::optional<RealSet> list(const Node& node, int depth) {
    const Node& first = expression_.at(node.args[0]);
    const bool excludes = std::any_of(node.args.begin(), node.args.end(), [&](int arg) {
      const Node& entry = expression_.at(arg);
      return entry.kind == NodeKind::kRelation && entry.text == "!=";
    });
    if (first.kind == NodeKind::kRelation && excludes && node.text != "or") {
      auto result = relation(first, depth);
      for (std::size_t i = 1; result && i < node.args.size(); ++i) {
        const Node& entry = expression_.at(node.args[i]);
        const auto next =
            entry.kind == NodeKind::kRelation ? relation(entry, depth) : excluded(node.args[i]);
        if (!next) return std::nullopt;
        result = result->intersected(*next);
      }
      return result;
    }
    if (node.text.empty()) return std::nullopt;
    std::optional<RealSet> result;
    for (const int arg : node.args) {
      if (expression_.at(arg).kind != NodeKind::kRelation) return std::nullopt;
      const auto part = set(arg, depth + 1);
      if (!part) return std::nullopt;
      result = !result             ? *part
               : node.text == "or" ? result->united(*part)
                                   : result->intersected(*part);
    }
    return result;
  }

  std::optional<RealSet> excluded(int node) const {
    const auto end = endpoint(expression_, node);
    if (!end || end->infinite != 0) return std::nullopt;
    return RealSet::point(expression_, node).complement();
  }

  std::optional<RealSet> relation(const Node& node, int depth) {
    if (node.text == "in" || node.text == "notin") {
      const Node& left = expression_.at(node.args[0]);
      if (!is_unknown(left) || !name(left.text)) return std::nullopt;
      const auto inner = set(node.args[1], depth + 1);
      if (!inner) return std::nullopt;
      return node.text == "in" ? *inner : inner->complement();
    }
    if (node.text == "!=") {
      const Node& left = expression_.at(node.args[0]);
      if (!is_unknown(left) || !name(left.text)) return std::nullopt;
      return excluded(node.args[1]);
    }
    if (!is_order(node.text)) return std::nullopt;
    const Node& left = expression_.at(node.args[0]);
    if (left.kind != NodeKind::kRelation) return one_side(node.text, node.args[0], node.args[1]);
    // a < x < b reads as (a < x) < b; both signs must point the same way.
    if (!is_order(left.text) || left.text[0] != node.text[0]) return std::nullopt;
    const auto first = relation(left, depth + 1);
    const auto second = one_side(node.text, left.args[1], node.args[1]);
    if (!first || !second) return std::nullopt;
    return first->intersected(*second);
  }

  static RealSet half_line(std::string_view relation, const Endpoint& bound) {
    const bool closed = relation.size() == 2 && bound.infinite == 0;
    if (relation[0] == '<') {
      return RealSet::of({{.infinite = -1}, bound, false, closed});
    }
    return RealSet::of({bound, {.infinite = 1}, closed, false});
  }

  std::optional<RealSet> one_side(std::string_view relation, int left, int right) {
    const auto turned = [&]() -> std::string {
      std::string other(relation);
      other[0] = relation[0] == '<' ? '>' : '<';
      return other;
    };
    if (const auto bound = endpoint(expression_, right);
        bound && is_unknown(expression_.at(left))) {
      if (!name(expression_.at(left).text)) return std::nullopt;
      return half_line(relation, *bound);
    }
    if (const auto bound = endpoint(expression_, left);
        bound && is_unknown(expression_.at(right))) {
      if (!name(expression_.at(right).text)) return std::nullopt;
      return half_line(turned(), *bound);
    }
    return solve_ ? solved(relation, left, right) : std::nullopt;
  }

  // --- the gold's inequalities may need a step --------------------------------------------------

  std::optional<Linear> linear(int node, int depth = 0) {
    const Node& now = expression_.at(node);
    if (depth > kDepthMax) return std::nullopt;
    if (now.is_number()) return Linear{Rational(), now.value};
    if (is_unknown(now))
      return name(now.text) ? std::optional(Linear{Rational(1), Rational()}) : std::nullopt;
    const auto arg = [&](std::size_t i) { return linear(now.args[i], depth + 1); };
    if (now.kind == NodeKind::kNegate) {
      const auto inner = arg(0);
      return inner ? std::optional(Linear{-inner->slope, -inner->offset}) : std::nullopt;
    }
    if (now.kind != NodeKind::kSum && now.kind != NodeKind::kProduct &&
        now.kind != NodeKind::kQuotient) {
      return std::nullopt;
    }
    const auto a = arg(0);
    const auto b = arg(1);
    if (!a || !b) return std::nullopt;
    if (now.kind == NodeKind::kSum) return Linear{a->slope + b->slope, a->offset + b->offset};
    if (now.kind == NodeKind::kQuotient) {
      if (b->slope.sign() != 0 || b->offset.sign() == 0) return std::nullopt;
      return Linear{a->slope / b->offset, a->offset / b->offset};
    }
    if (a->slope.sign() != 0 && b->slope.sign() != 0) return std::nullopt;
    return Linear{a->slope * b->offset + b->slope * a->offset, a->offset * b->offset};
  }

  // slope x + offset RELATION 0.
  std::optional<RealSet> solved_linear(std::string_view relation, const Linear& side) {
    if (side.slope.sign() == 0) return std::nullopt;
    std::string sign(relation);
    if (side.slope.sign() < 0) sign[0] = sign[0] == '<' ? '>' : '<';
    return half_line(sign, own_number(-side.offset / side.slope));
  }

  std::optional<RealSet> solved(std::string_view relation, int left, int right) {
    const auto a = linear(left);
    const auto b = linear(right);
    if (a && b) return solved_linear(relation, {a->slope - b->slope, a->offset - b->offset});
    const Node& side = expression_.at(left);
    if (side.kind != NodeKind::kAbsolute || !expression_.at(right).is_number()) return std::nullopt;
    const auto inner = linear(side.args[0]);
    if (!inner) return std::nullopt;
    // |f| < c is f < c and f > -c; |f| > c is the rest.
    const Rational& bound = expression_.at(right).value;
    const bool smaller = relation[0] == '<';
    const bool closed = (relation.size() == 2) == smaller;
    const auto below = solved_linear(closed ? "<=" : "<", {inner->slope, inner->offset - bound});
    const auto above = solved_linear(closed ? ">=" : ">", {inner->slope, inner->offset + bound});
    if (!below || !above) return std::nullopt;
    const RealSet middle = below->intersected(*above);
    return smaller ? middle : middle.complement();
  }

  static Endpoint own_number(Rational value) {
    auto made = std::make_shared<Expression>();
    Node number;
    number.value = std::move(value);
    made->nodes.push_back(std::move(number));
    made->root = 0;
    return {.expression = made.get(), .node = 0, .owned = made};
  }

  const Expression& expression_;
  bool solve_;
  std::string unknown_;
};

}  // namespace

std::optional<Described> describe_set(const Expression& expression, int node, bool solve) {
  Describer describer(expression, solve);
  auto set = describer.set(node);
  if (!set || set->broken()) return std::nullopt;
  return Described{*std::move(set), describer.unknown()};
}

}  // namespace drp::answers
