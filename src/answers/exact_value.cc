// SPDX-License-Identifier: Apache-2.0
#include "answers/exact_value.h"

#include <memory>
#include <vector>

#include "answers/ball_value.h"
#include "answers/calcium_shim.h"
#include "answers/evaluate.h"

namespace drp::answers {
namespace {

constexpr std::size_t kNodesMax = 60;
constexpr std::int64_t kExponentSizeMax = 64;
constexpr std::int64_t kRootIndexMax = 12;
constexpr std::size_t kNumberBitsMax = 100'000;

// The sign of a real number that is surely not zero.
std::optional<int> real_sign(const Expression& expression, int node) {
  constexpr slong kBits = 256;
  const Ball value = ball_value(expression, node, 0, kBits);
  if (acb_is_finite(value.get()) == 0 || !is_real(value)) return std::nullopt;
  if (arb_is_positive(acb_realref(value.get())) != 0) return 1;
  if (arb_is_negative(acb_realref(value.get())) != 0) return -1;
  return std::nullopt;
}

struct Free {
  void operator()(drp_calcium* calcium) const { drp_calcium_free(calcium); }
};

// Puts the nodes of both sides into slots of one Calcium context.
class ConstantPair {
 public:
  ConstantPair(const Expression& a, int node_a, const Expression& b, int node_b) {
    const std::vector<int> left = nodes_below(a, node_a);
    const std::vector<int> right = nodes_below(b, node_b);
    count_ = left.size() + right.size();
    if (count_ > kNodesMax) return;
    calcium_.reset(drp_calcium_new(2 * count_));  // each node has a spare slot
    if (calcium_ == nullptr) return;
    fine_ = fill(a, left) && fill(b, right);
    left_ = left.size() - 1;
    right_ = count_ - 1;
  }

  std::optional<bool> same() const {
    if (!fine_) return std::nullopt;
    const int equal = drp_calcium_equal(calcium_.get(), left_, right_);
    return equal < 0 ? std::nullopt : std::optional(equal == 1);
  }

 private:
  bool fill(const Expression& expression, const std::vector<int>& nodes) {
    std::vector<std::size_t> slots(static_cast<std::size_t>(nodes.back()) + 1);
    for (const int index : nodes) {
      slots[static_cast<std::size_t>(index)] = next_;
      if (!set(expression, expression.at(index), slots)) return false;
      ++next_;
    }
    return true;
  }

  void apply(DrpCalciumOp op, std::size_t a = 0, std::size_t b = 0) {
    drp_calcium_apply(calcium_.get(), next_, op, a, b);
  }

  bool set(const Expression& expression, const Node& node, const std::vector<std::size_t>& slots) {
    const auto arg = [&](std::size_t i) { return slots[static_cast<std::size_t>(node.args[i])]; };
    switch (node.kind) {
      case NodeKind::kNumber:
        if (node.value.bits() > kNumberBitsMax) return false;
        drp_calcium_rational(calcium_.get(), next_, node.value.raw());
        return true;
      case NodeKind::kSymbol:
        return set_symbol(node.text);
      case NodeKind::kSum:
        apply(kCalciumAdd, arg(0), arg(1));
        return true;
      case NodeKind::kProduct:
        apply(kCalciumMul, arg(0), arg(1));
        return true;
      case NodeKind::kQuotient:
        apply(kCalciumDiv, arg(0), arg(1));
        return true;
      case NodeKind::kNegate:
        apply(kCalciumNeg, arg(0));
        return true;
      case NodeKind::kAbsolute:
        apply(kCalciumAbs, arg(0));
        return true;
      case NodeKind::kPower:
        if (expression.at(node.args[0]).is_symbol("e")) {
          apply(kCalciumExp, arg(1));
          return true;
        }
        return set_power(expression.at(node.args[1]), arg(0), arg(1));
      case NodeKind::kRoot:
        return set_root(expression, node.args[0], expression.at(node.args[1]), arg(0));
      case NodeKind::kUnit:
        return node.text == "degree" && set_degrees(arg(0));
      case NodeKind::kFunction:
        return set_function(node, slots);
      default:
        return false;
    }
  }

  bool set_degrees(std::size_t value) {
    const std::size_t spare = count_ + next_;
    drp_calcium_apply(calcium_.get(), spare, kCalciumPi, 0, 0);
    drp_calcium_rational(calcium_.get(), next_, (Rational(1) / Rational(180)).raw());
    apply(kCalciumMul, next_, spare);
    apply(kCalciumMul, next_, value);
    return true;
  }

  bool set_symbol(std::string_view name) {
    if (name == "pi") {
      apply(kCalciumPi);
    } else if (name == "i") {
      apply(kCalciumI);
    } else if (name == "e") {
      drp_calcium_rational(calcium_.get(), next_, Rational(1).raw());
      apply(kCalciumExp, next_);
    } else {
      drp_calcium_rational(calcium_.get(), next_, variable_value(name, 0).raw());
    }
    return true;
  }

  bool set_power(const Node& exponent, std::size_t base, std::size_t power) {
    if (exponent.is_number()) {
      const Rational limit(kExponentSizeMax);
      if (exponent.value.absolute().compare(limit) > 0 || exponent.value.bits() > 32) return false;
    }
    apply(kCalciumPow, base, power);
    return true;
  }

  // A root of a negative number of odd index is the real one, which Calcium's power is not.
  bool set_root(const Expression& expression, int radicand, const Node& index, std::size_t value) {
    const auto size = index.is_number() ? index.value.to_int() : std::nullopt;
    if (!size || *size < 2 || *size > kRootIndexMax) return false;
    if (*size == 2) {
      apply(kCalciumSqrt, value);
      return true;
    }
    const std::optional<int> sign = real_sign(expression, radicand);
    if (!sign || (*sign < 0 && *size % 2 == 0)) return false;
    const std::size_t spare = count_ + next_;
    if (*sign < 0) drp_calcium_apply(calcium_.get(), spare, kCalciumNeg, value, 0);
    drp_calcium_rational(calcium_.get(), next_, (Rational(1) / Rational(*size)).raw());
    apply(kCalciumPow, *sign < 0 ? spare : value, next_);
    if (*sign < 0) apply(kCalciumNeg, next_);
    return true;
  }

  bool set_function(const Node& node, const std::vector<std::size_t>& slots) {
    struct Named {
      std::string_view name;
      DrpCalciumOp op;
    };
    static constexpr Named kOps[] = {
        {"sin", kCalciumSin},     {"cos", kCalciumCos},     {"tan", kCalciumTan},
        {"arcsin", kCalciumAsin}, {"arccos", kCalciumAcos}, {"arctan", kCalciumAtan},
        {"exp", kCalciumExp},     {"log", kCalciumLog},     {"ln", kCalciumLog},
        {"floor", kCalciumFloor}, {"ceil", kCalciumCeil}};
    const auto arg = [&](std::size_t i) { return slots[static_cast<std::size_t>(node.args[i])]; };
    for (const auto& [name, op] : kOps) {
      if (name != node.text) continue;
      apply(op, arg(0));
      if (node.args.size() < 2) return true;
      return set_log_base(arg(1));
    }
    return false;
  }

  // log_b x is log x / log b; the logarithm of the base goes into the slot's helper.
  bool set_log_base(std::size_t base) {
    const std::size_t spare = count_ + next_;
    drp_calcium_apply(calcium_.get(), spare, kCalciumLog, base, 0);
    apply(kCalciumDiv, next_, spare);
    return true;
  }

  std::unique_ptr<drp_calcium, Free> calcium_;
  std::size_t next_ = 0;
  std::size_t count_ = 0;
  std::size_t left_ = 0;
  std::size_t right_ = 0;
  bool fine_ = false;
};

}  // namespace

std::optional<bool> same_constant(const Expression& a, int node_a, const Expression& b,
                                  int node_b) {
  return ConstantPair(a, node_a, b, node_b).same();
}

}  // namespace drp::answers
