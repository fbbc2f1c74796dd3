// SPDX-License-Identifier: Apache-2.0
#include "answers/evaluate.h"

#include <string_view>
#include <vector>

#include "answers/ball.h"
#include "base/random.h"

namespace drp::answers {
namespace {

constexpr slong kFirstBits = 128;
constexpr slong kLastBits = 1024;
constexpr slong kGoodBits = 256;
constexpr int kPoints = 8;
constexpr int kPositivePoints = 6;

bool is_constant(const Node& node) {
  return node.text == "pi" || node.text == "e" || node.text == "i";
}

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
      return true;
    case NodeKind::kSymbol:
      return node.text != "infty" && node.text != "emptyset" && node.text != "reals";
    case NodeKind::kFunction:
      return node.text != "overline";
    case NodeKind::kWord:
    case NodeKind::kPlusMinus:
    case NodeKind::kFactorial:
    case NodeKind::kBinomial:
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

// The node and all nodes below it, in increasing order, so parts come before wholes.
std::vector<int> reachable(const Expression& expression, int node) {
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

void set_variable(Ball& out, std::string_view name, int point) {
  const std::uint64_t draw = derive_seed(20'251'124, name, static_cast<std::uint64_t>(point));
  const auto size = static_cast<slong>(draw % 3989 + 211);
  acb_set_si(out.get(), point < kPositivePoints ? size : -size);
  acb_div_si(out.get(), out.get(), 1171, kLastBits);
}

void set_symbol(Ball& out, const Node& node, int point, slong bits) {
  if (node.text == "pi") return acb_const_pi(out.get(), bits);
  if (node.text == "i") return acb_onei(out.get());
  if (node.text != "e") return set_variable(out, node.text, point);
  acb_one(out.get());
  acb_exp(out.get(), out.get(), bits);
}

bool is_real(const Ball& ball) { return acb_is_real(ball.get()) != 0; }

void set_root(Ball& out, const Ball& radicand, const Node& index, slong bits) {
  const auto n = index.is_number() ? index.value.to_int() : std::nullopt;
  if (!n || *n < 1 || *n > 1000) return acb_indeterminate(out.get());
  const bool odd_real =
      *n % 2 == 1 && is_real(radicand) && arb_is_negative(acb_realref(radicand.get())) != 0;
  if (odd_real) acb_neg(out.get(), radicand.get());
  acb_root_ui(out.get(), odd_real ? out.get() : radicand.get(), static_cast<ulong>(*n), bits);
  if (odd_real) acb_neg(out.get(), out.get());
}

void set_function(Ball& out, std::string_view name, const Ball& x, slong bits) {
  if (name == "sin") return acb_sin(out.get(), x.get(), bits);
  if (name == "cos") return acb_cos(out.get(), x.get(), bits);
  if (name == "tan") return acb_tan(out.get(), x.get(), bits);
  if (name == "cot") return acb_cot(out.get(), x.get(), bits);
  if (name == "sec") return acb_sec(out.get(), x.get(), bits);
  if (name == "csc") return acb_csc(out.get(), x.get(), bits);
  if (name == "arcsin") return acb_asin(out.get(), x.get(), bits);
  if (name == "arccos") return acb_acos(out.get(), x.get(), bits);
  if (name == "arctan") return acb_atan(out.get(), x.get(), bits);
  if (name == "exp") return acb_exp(out.get(), x.get(), bits);
  acb_log(out.get(), x.get(), bits);
}

class PointEvaluation {
 public:
  PointEvaluation(const Expression& expression, int point, slong bits)
      : expression_(expression), point_(point), bits_(bits) {}

  Ball run(int node) {
    values_.resize(static_cast<std::size_t>(node) + 1);
    for (int i : reachable(expression_, node)) set(i);
    return value(node);
  }

 private:
  Ball& value(int node) { return values_[static_cast<std::size_t>(node)]; }

  void set(int index) {
    const Node& node = expression_.at(index);
    acb_ptr out = value(index).get();
    const auto arg = [&](std::size_t i) -> acb_ptr { return value(node.args[i]).get(); };
    switch (node.kind) {
      case NodeKind::kNumber:
      case NodeKind::kBased:
        return acb_set_fmpq(out, node.value.raw(), bits_);
      case NodeKind::kSymbol:
        return set_symbol(value(index), node, point_, bits_);
      case NodeKind::kSum:
        return acb_add(out, arg(0), arg(1), bits_);
      case NodeKind::kProduct:
        return acb_mul(out, arg(0), arg(1), bits_);
      case NodeKind::kQuotient:
        return acb_div(out, arg(0), arg(1), bits_);
      case NodeKind::kPower:
        return acb_pow(out, arg(0), arg(1), bits_);
      case NodeKind::kRoot:
        return set_root(value(index), value(node.args[0]), expression_.at(node.args[1]), bits_);
      case NodeKind::kNegate:
        return acb_neg(out, arg(0));
      case NodeKind::kAbsolute:
        acb_zero(out);
        return acb_abs(acb_realref(out), arg(0), bits_);
      case NodeKind::kPercent:
        return acb_div_si(out, arg(0), 100, bits_);
      case NodeKind::kUnit:
        return set_unit(out, arg(0), node.text);
      case NodeKind::kFunction:
        set_function(value(index), node.text, value(node.args[0]), bits_);
        if (node.args.size() < 2) return;
        acb_log(arg(1), arg(1), bits_);
        return acb_div(out, out, arg(1), bits_);
      case NodeKind::kWord:
      case NodeKind::kPlusMinus:
      case NodeKind::kFactorial:
      case NodeKind::kBinomial:
      case NodeKind::kList:
      case NodeKind::kSet:
      case NodeKind::kGroup:
      case NodeKind::kMatrix:
      case NodeKind::kUnion:
      case NodeKind::kRelation:
        return acb_indeterminate(out);
    }
  }

  // Inside a formula a degree is pi/180; other units are the caller's business.
  void set_unit(acb_ptr out, acb_srcptr inner, std::string_view unit) const {
    acb_set(out, inner);
    if (unit != "degree") return;
    Ball pi;
    acb_const_pi(pi.get(), bits_);
    acb_mul(out, out, pi.get(), bits_);
    acb_div_si(out, out, 180, bits_);
  }

  const Expression& expression_;
  int point_;
  slong bits_;
  std::vector<Ball> values_;
};

Ball evaluate(const Expression& expression, int node, int point, slong bits) {
  return PointEvaluation(expression, point, bits).run(node);
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

}  // namespace

bool is_scalar(const Expression& expression, int node) {
  for (int i : reachable(expression, node)) {
    if (!scalar_kind(expression.at(i))) return false;
  }
  return true;
}

bool has_variables(const Expression& expression, int node) {
  for (int i : reachable(expression, node)) {
    const Node& part = expression.at(i);
    if (part.kind == NodeKind::kSymbol && !is_constant(part)) return true;
  }
  return false;
}

Sameness same_value(const Expression& a, int node_a, const Expression& b, int node_b) {
  const bool variables = has_variables(a, node_a) || has_variables(b, node_b);
  Sameness result = Sameness::kUnknown;
  for (int point = 0; point < (variables ? kPoints : 1); ++point) {
    const auto left = [&](slong bits) { return evaluate(a, node_a, point, bits); };
    const auto right = [&](slong bits) { return evaluate(b, node_b, point, bits); };
    if (point >= kPositivePoints && (!is_real(left(kFirstBits)) || !is_real(right(kFirstBits)))) {
      continue;
    }
    const Sameness here = compare_at(left, right);
    if (here == Sameness::kDifferent) return here;
    if (here == Sameness::kSame) result = here;
  }
  return result;
}

std::optional<bool> rounds_to(const Expression& expression, int node, const Rational& decimal,
                              int decimals) {
  const Rational half = Rational::power_of_ten(-decimals) / Rational(2);
  const Ball value = evaluate(expression, node, 0, kLastBits);
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
  const auto side = [](const Expression& e, int relation, int point, slong bits) {
    const Node& node = e.at(relation);
    Ball left = evaluate(e, node.args[0], point, bits);
    const Ball right = evaluate(e, node.args[1], point, bits);
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
