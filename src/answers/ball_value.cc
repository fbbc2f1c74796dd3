// SPDX-License-Identifier: Apache-2.0
#include "answers/ball_value.h"

#include <string_view>
#include <vector>

#include "answers/evaluate.h"
#include "base/random.h"

namespace drp::answers {
namespace {

void set_symbol(Ball& out, const Node& node, int point, slong bits) {
  if (node.text == "pi") return acb_const_pi(out.get(), bits);
  if (node.text == "i") return acb_onei(out.get());
  if (node.text != "e") {
    return acb_set_fmpq(out.get(), variable_value(node.text, point).raw(), bits);
  }
  acb_one(out.get());
  acb_exp(out.get(), out.get(), bits);
}

void set_root(Ball& out, const Ball& radicand, const Node& index, const Ball& index_value,
              slong bits) {
  const auto n = index.is_number() ? index.value.to_int() : std::nullopt;
  if (!n || *n < 1 || *n > 1000) {
    Ball power;
    acb_inv(power.get(), index_value.get(), bits);
    return acb_pow(out.get(), radicand.get(), power.get(), bits);
  }
  const bool odd_real =
      *n % 2 == 1 && is_real(radicand) && arb_is_negative(acb_realref(radicand.get())) != 0;
  if (odd_real) acb_neg(out.get(), radicand.get());
  acb_root_ui(out.get(), odd_real ? out.get() : radicand.get(), static_cast<ulong>(*n), bits);
  if (odd_real) acb_neg(out.get(), out.get());
}

void set_whole(Ball& out, const Ball& x, bool up, slong bits) {
  if (!is_real(x)) return acb_indeterminate(out.get());
  acb_zero(out.get());
  (up ? arb_ceil : arb_floor)(acb_realref(out.get()), acb_realref(x.get()), bits);
}

// n! as gamma(n + 1), so that n(n-1)! = n! holds at any point.
void set_factorial(Ball& out, const Ball& x, slong bits) {
  acb_add_si(out.get(), x.get(), 1, bits);
  acb_gamma(out.get(), out.get(), bits);
}

void set_binomial(Ball& out, const Ball& n, const Ball& k, slong bits) {
  Ball below;
  Ball rest;
  acb_sub(rest.get(), n.get(), k.get(), bits);
  set_factorial(rest, rest, bits);
  set_factorial(below, k, bits);
  set_factorial(out, n, bits);
  acb_div(out.get(), out.get(), below.get(), bits);
  acb_div(out.get(), out.get(), rest.get(), bits);
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
  if (name == "sinh") return acb_sinh(out.get(), x.get(), bits);
  if (name == "cosh") return acb_cosh(out.get(), x.get(), bits);
  if (name == "tanh") return acb_tanh(out.get(), x.get(), bits);
  if (name == "exp") return acb_exp(out.get(), x.get(), bits);
  if (name == "floor" || name == "ceil") return set_whole(out, x, name == "ceil", bits);
  if (name == "ln" || name == "log") return acb_log(out.get(), x.get(), bits);
  if (name == "log10") {
    Ball ten;
    acb_set_si(ten.get(), 10);
    acb_log(ten.get(), ten.get(), bits);
    acb_log(out.get(), x.get(), bits);
    return acb_div(out.get(), out.get(), ten.get(), bits);
  }
  acb_indeterminate(out.get());
}

class PointEvaluation {
 public:
  PointEvaluation(const Expression& expression, int point, slong bits)
      : expression_(expression), point_(point), bits_(bits) {}

  Ball run(int node) {
    values_.resize(static_cast<std::size_t>(node) + 1);
    for (int i : nodes_below(expression_, node)) {
      set(i);
      real_ = real_ && is_real(value(i));
    }
    return value(node);
  }
  // Whether every part was real at the last run.
  bool real() const { return real_; }

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
        if (expression_.at(node.args[0]).is_symbol("e")) return acb_exp(out, arg(1), bits_);
        return acb_pow(out, arg(0), arg(1), bits_);
      case NodeKind::kRoot:
        return set_root(value(index), value(node.args[0]), expression_.at(node.args[1]),
                        value(node.args[1]), bits_);
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
        return set_call(index, node);
      case NodeKind::kFactorial:
        if (node.text == "double") return acb_indeterminate(out);
        return set_factorial(value(index), value(node.args[0]), bits_);
      case NodeKind::kBinomial:
        return set_binomial(value(index), value(node.args[0]), value(node.args[1]), bits_);
      case NodeKind::kWord:
      case NodeKind::kPlusMinus:
      case NodeKind::kRatio:
      case NodeKind::kList:
      case NodeKind::kSet:
      case NodeKind::kGroup:
      case NodeKind::kMatrix:
      case NodeKind::kUnion:
      case NodeKind::kRelation:
        return acb_indeterminate(out);
    }
  }

  void set_call(int index, const Node& node) {
    Ball& out = value(index);
    set_function(out, node.text, value(node.args[0]), bits_);
    if (node.args.size() < 2) return;
    if (node.text != "log" && node.text != "ln") return acb_indeterminate(out.get());
    Ball base = value(node.args[1]);
    acb_log(base.get(), base.get(), bits_);
    acb_div(out.get(), out.get(), base.get(), bits_);
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
  bool real_ = true;
};

}  // namespace

Rational variable_value(std::string_view name, int point) {
  const std::uint64_t draw = derive_seed(20'251'124, name, static_cast<std::uint64_t>(point));
  const Rational size = Rational(static_cast<std::int64_t>(draw % 3989 + 211)) / Rational(1171);
  return point < kPositivePoints ? size : -size;
}

bool is_real(const Ball& ball) { return acb_is_real(ball.get()) != 0; }

Ball ball_value(const Expression& expression, int node, int point, slong bits) {
  return PointEvaluation(expression, point, bits).run(node);
}

bool real_throughout(const Expression& expression, int node, int point) {
  constexpr slong kBits = 128;
  PointEvaluation evaluation(expression, point, kBits);
  evaluation.run(node);
  return evaluation.real();
}

Ball log_size(const Expression& expression, int node, slong bits) {
  const Node& now = expression.at(node);
  Ball result;
  const Ball exponent =
      now.kind == NodeKind::kPower ? ball_value(expression, now.args[1], 0, bits) : Ball();
  if (now.kind == NodeKind::kPower && is_real(exponent)) {
    const Ball base = log_size(expression, now.args[0], bits);
    acb_mul(result.get(), base.get(), exponent.get(), bits);
    return result;
  }
  const Ball value = ball_value(expression, node, 0, bits);
  if (acb_is_finite(value.get()) == 0 || acb_contains_zero(value.get()) != 0) {
    acb_indeterminate(result.get());
    return result;
  }
  acb_abs(acb_realref(result.get()), value.get(), bits);
  acb_log(result.get(), result.get(), bits);
  return result;
}

}  // namespace drp::answers
