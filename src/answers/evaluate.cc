// SPDX-License-Identifier: Apache-2.0
#include "answers/evaluate.h"

#include <string_view>
#include <vector>

#include "answers/ball_value.h"
#include "answers/exact_value.h"

namespace drp::answers {
namespace {

constexpr slong kFirstBits = 128;
constexpr slong kLastBits = 1024;
constexpr slong kGoodBits = 256;
constexpr slong kMostBits = 4096;

bool scalar_kind(const Node& node) {
  switch (node.kind) {
    case NodeKind::kNumber:
    case NodeKind::kSum:
    case NodeKind::kProduct:
    case NodeKind::kQuotient:
    case NodeKind::kPower:
    case NodeKind::kRoot:
    case NodeKind::kNegate:
    case NodeKind::kAbsolute:
    case NodeKind::kPercent:
    case NodeKind::kUnit:
    case NodeKind::kBased:
    case NodeKind::kBinomial:
      return true;
    case NodeKind::kFactorial:
      return node.text.empty();
    case NodeKind::kSymbol:
      return node.text != "infty" && node.text != "emptyset" && node.text != "reals";
    case NodeKind::kFunction:
      return node.text != "overline" && node.text != "det" && node.text != "sum" &&
             node.text != "prod";
    case NodeKind::kWord:
    case NodeKind::kPlusMinus:
    case NodeKind::kRatio:
    case NodeKind::kList:
    case NodeKind::kSet:
    case NodeKind::kGroup:
    case NodeKind::kMatrix:
    case NodeKind::kUnion:
    case NodeKind::kRelation:
      return false;
  }
  return false;
}

bool accurate(const Ball& ball) {
  if (acb_is_finite(ball.get()) == 0) return false;
  // A ball about zero has no relative accuracy; its radius must be far below all rounding then.
  if (acb_contains_zero(ball.get())) {
    Ball bound;
    acb_one(bound.get());
    acb_mul_2exp_si(bound.get(), bound.get(), -kGoodBits);
    arb_t size;
    arb_init(size);
    acb_abs(size, ball.get(), kFirstBits);
    const bool tiny = arb_lt(size, acb_realref(bound.get())) != 0;
    arb_clear(size);
    return tiny;
  }
  return acb_rel_accuracy_bits(ball.get()) >= kGoodBits;
}

// Same, different or unknown for two values computed at growing precision.
template <class ValueA, class ValueB>
Sameness compare_at(const ValueA& a, const ValueB& b) {
  for (slong bits = kFirstBits; bits <= kLastBits; bits *= 8) {
    const Ball left = a(bits);
    const Ball right = b(bits);
    if (acb_is_finite(left.get()) == 0 || acb_is_finite(right.get()) == 0) {
      return Sameness::kUnknown;
    }
    if (acb_overlaps(left.get(), right.get()) == 0) return Sameness::kDifferent;
    if (bits == kLastBits && accurate(left) && accurate(right)) return Sameness::kSame;
  }
  return Sameness::kUnknown;
}

// Numbers too large for a ball differ where their logarithms do.
bool sizes_differ(const Expression& a, int node_a, const Expression& b, int node_b) {
  const Ball left = log_size(a, node_a, kFirstBits);
  const Ball right = log_size(b, node_b, kFirstBits);
  return acb_is_finite(left.get()) != 0 && acb_is_finite(right.get()) != 0 &&
         acb_overlaps(left.get(), right.get()) == 0;
}

// Balls that do not meet prove a difference, Calcium proves the rest or says nothing.
Sameness same_constants(const Expression& a, int node_a, const Expression& b, int node_b) {
  const auto apart = [&](slong bits) {
    const Ball left = ball_value(a, node_a, 0, bits);
    const Ball right = ball_value(b, node_b, 0, bits);
    return acb_overlaps(left.get(), right.get()) == 0;
  };
  if (apart(kFirstBits) || sizes_differ(a, node_a, b, node_b)) return Sameness::kDifferent;
  if (const auto same = same_constant(a, node_a, b, node_b)) {
    return *same ? Sameness::kSame : Sameness::kDifferent;
  }
  return apart(kMostBits) ? Sameness::kDifferent : Sameness::kUnknown;
}

}  // namespace

std::vector<int> nodes_below(const Expression& expression, int node) {
  std::vector<bool> seen(static_cast<std::size_t>(node) + 1, false);
  seen[static_cast<std::size_t>(node)] = true;
  std::vector<int> result;
  for (int i = node; i >= 0; --i) {
    if (!seen[static_cast<std::size_t>(i)]) continue;
    result.push_back(i);
    for (int arg : expression.at(i).args) seen[static_cast<std::size_t>(arg)] = true;
  }
  return {result.rbegin(), result.rend()};
}

bool is_constant_name(std::string_view name) { return name == "pi" || name == "e" || name == "i"; }

bool is_scalar(const Expression& expression, int node) {
  for (int i : nodes_below(expression, node)) {
    if (!scalar_kind(expression.at(i))) return false;
  }
  return true;
}

bool has_variables(const Expression& expression, int node) {
  for (int i : nodes_below(expression, node)) {
    const Node& part = expression.at(i);
    if (part.kind == NodeKind::kSymbol && !is_constant_name(part.text)) return true;
  }
  return false;
}

Sameness same_value(const Expression& a, int node_a, const Expression& b, int node_b) {
  if (const auto same = same_rational_function(a, node_a, b, node_b)) {
    return *same ? Sameness::kSame : Sameness::kDifferent;
  }
  if (!has_variables(a, node_a) && !has_variables(b, node_b)) {
    return same_constants(a, node_a, b, node_b);
  }
  Sameness result = Sameness::kUnknown;
  for (int point = 0; point < kEvaluationPoints; ++point) {
    const auto left = [&](slong bits) { return ball_value(a, node_a, point, bits); };
    const auto right = [&](slong bits) { return ball_value(b, node_b, point, bits); };
    if (point >= kPositivePoints &&
        (!real_throughout(a, node_a, point) || !real_throughout(b, node_b, point))) {
      continue;
    }
    const Sameness here = compare_at(left, right);
    if (here == Sameness::kDifferent) return here;
    if (here == Sameness::kSame) result = here;
  }
  // What differs by less than the balls see (\pi x and \pi x + 10^{-400}) Calcium may still tell.
  const bool told_apart =
      result == Sameness::kSame && same_constant(a, node_a, b, node_b) == std::optional(false);
  return told_apart ? Sameness::kDifferent : result;
}

std::optional<int> order_of(const Expression& a, int node_a, const Expression& b, int node_b) {
  const Node& left = a.at(node_a);
  const Node& right = b.at(node_b);
  if (left.is_number() && right.is_number()) {
    const int order = left.value.compare(right.value);
    return (order > 0) - (order < 0);
  }
  if (same_value(a, node_a, b, node_b) == Sameness::kSame) return 0;
  const Ball first = ball_value(a, node_a, 0, kMostBits);
  const Ball second = ball_value(b, node_b, 0, kMostBits);
  if (!is_real(first) || !is_real(second)) return std::nullopt;
  if (arb_lt(acb_realref(first.get()), acb_realref(second.get())) != 0) return -1;
  if (arb_gt(acb_realref(first.get()), acb_realref(second.get())) != 0) return 1;
  return std::nullopt;
}

std::optional<Distance> distance_of(const Expression& a, int node_a, const Expression& b,
                                    int node_b) {
  const Ball left = ball_value(a, node_a, 0, kLastBits);
  const Ball right = ball_value(b, node_b, 0, kLastBits);
  if (acb_is_finite(left.get()) == 0 || acb_is_finite(right.get()) == 0) return std::nullopt;
  Ball difference;
  acb_sub(difference.get(), left.get(), right.get(), kLastBits);
  const auto size = [](const Ball& value) {
    Ball absolute;
    acb_abs(acb_realref(absolute.get()), value.get(), kFirstBits);
    return arf_get_d(arb_midref(acb_realref(absolute.get())), ARF_RND_NEAR);
  };
  return Distance{size(difference), size(left)};
}

std::optional<bool> rounds_to(const Expression& expression, int node, const Rational& decimal,
                              int decimals) {
  const Rational half = Rational::power_of_ten(-decimals) / Rational(2);
  const Ball value = ball_value(expression, node, 0, kLastBits);
  if (acb_is_finite(value.get()) == 0 || !is_real(value)) return std::nullopt;
  Ball low;
  Ball high;
  acb_set_fmpq(low.get(), (decimal - half).raw(), kLastBits);
  acb_set_fmpq(high.get(), (decimal + half).raw(), kLastBits);
  const auto* real = acb_realref(value.get());
  if (arb_lt(real, acb_realref(low.get())) || arb_gt(real, acb_realref(high.get()))) return false;
  if (arb_gt(real, acb_realref(low.get())) && arb_lt(real, acb_realref(high.get()))) return true;
  return std::nullopt;
}

Sameness same_equation(const Expression& a, int node_a, const Expression& b, int node_b) {
  if (const auto same = same_rational_equation(a, node_a, b, node_b)) {
    return *same ? Sameness::kSame : Sameness::kDifferent;
  }
  const auto side = [](const Expression& e, int relation, int point, slong bits) {
    const Node& node = e.at(relation);
    Ball left = ball_value(e, node.args[0], point, bits);
    const Ball right = ball_value(e, node.args[1], point, bits);
    acb_sub(left.get(), left.get(), right.get(), bits);
    return left;
  };
  // d_a(p) d_b(q) = d_a(q) d_b(p) for points p, q makes them proportional.
  Sameness result = Sameness::kUnknown;
  for (int point = 1; point < kPositivePoints; ++point) {
    const auto cross = [&](int p, int q, slong bits) {
      Ball product = side(a, node_a, p, bits);
      const Ball other = side(b, node_b, q, bits);
      acb_mul(product.get(), product.get(), other.get(), bits);
      return product;
    };
    const Sameness here = compare_at([&](slong bits) { return cross(0, point, bits); },
                                     [&](slong bits) { return cross(point, 0, bits); });
    if (here == Sameness::kDifferent) return here;
    if (here == Sameness::kSame) result = here;
  }
  return result;
}

}  // namespace drp::answers
