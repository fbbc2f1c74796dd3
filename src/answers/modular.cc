// SPDX-License-Identifier: Apache-2.0
#include <flint/fmpz.h>
#include <flint/nmod_vec.h>
#include <flint/ulong_extras.h>

#include <vector>

#include "answers/evaluate.h"
#include "answers/exact_value.h"
#include "base/random.h"

namespace drp::answers {
namespace {

constexpr int kPoints = 2;  // that must be defined on both sides
constexpr int kPointsTried = 12;
constexpr ulong kBits = 62;

// Values modulo one prime at one point.
class ModularPoint {
 public:
  ModularPoint(std::uint64_t prime, std::uint64_t point) : point_(point) {
    const std::uint64_t draw = derive_seed(20'261'125, "prime", prime);
    nmod_init(&modulus_, n_nextprime((1UL << (kBits - 1)) + draw % (1UL << (kBits - 2)), 0));
  }

  // Whether the scalar is of the kinds that can be taken modulo a prime.
  static bool can(const Expression& expression, const std::vector<int>& nodes) {
    for (const int index : nodes) {
      const Node& node = expression.at(index);
      switch (node.kind) {
        case NodeKind::kNumber:
        case NodeKind::kSum:
        case NodeKind::kProduct:
        case NodeKind::kQuotient:
        case NodeKind::kNegate:
        case NodeKind::kPercent:
          break;
        case NodeKind::kSymbol:
          if (is_constant_name(node.text) || node.text == "infty") return false;
          break;
        case NodeKind::kPower: {
          const Node& exponent = expression.at(node.args[1]);
          if (!exponent.is_number() || !exponent.value.is_integer()) return false;
          break;
        }
        default:
          return false;
      }
    }
    return true;
  }

  // Nothing where a divisor is zero here.
  std::optional<ulong> value(const Expression& expression, const std::vector<int>& nodes) {
    std::vector<ulong> values(static_cast<std::size_t>(nodes.back()) + 1);
    for (const int index : nodes) {
      const auto value = one(expression, expression.at(index), values);
      if (!value) return std::nullopt;
      values[static_cast<std::size_t>(index)] = *value;
    }
    return values.back();
  }

  // Left side less right side of a relation; nothing where a divisor is zero here.
  std::optional<ulong> difference(const Expression& expression, const Node& relation) {
    const auto left = value(expression, nodes_below(expression, relation.args[0]));
    const auto right = value(expression, nodes_below(expression, relation.args[1]));
    if (!left || !right) return std::nullopt;
    return nmod_sub(*left, *right, modulus_);
  }

  ulong product(ulong a, ulong b) const { return nmod_mul(a, b, modulus_); }

 private:
  std::optional<ulong> divided(ulong a, ulong b) const {
    if (b == 0) return std::nullopt;
    return nmod_div(a, b, modulus_);
  }

  std::optional<ulong> number(const Rational& value) const {
    return divided(fmpz_fdiv_ui(fmpq_numref(value.raw()), modulus_.n),
                   fmpz_fdiv_ui(fmpq_denref(value.raw()), modulus_.n));
  }

  std::optional<ulong> power(ulong base, const Rational& exponent) const {
    if (base == 0) {
      return exponent.sign() > 0 ? std::optional<ulong>(0) : std::nullopt;
    }
    // By Fermat the exponent counts modulo p - 1 only.
    const ulong reduced = fmpz_fdiv_ui(fmpq_numref(exponent.raw()), modulus_.n - 1);
    return nmod_pow_ui(base, reduced, modulus_);
  }

  std::optional<ulong> one(const Expression& expression, const Node& node,
                           const std::vector<ulong>& values) const {
    const auto arg = [&](std::size_t i) { return values[static_cast<std::size_t>(node.args[i])]; };
    switch (node.kind) {
      case NodeKind::kNumber:
        return number(node.value);
      case NodeKind::kSymbol:
        return derive_seed(20'261'125, node.text, point_) % modulus_.n;
      case NodeKind::kSum:
        return nmod_add(arg(0), arg(1), modulus_);
      case NodeKind::kProduct:
        return nmod_mul(arg(0), arg(1), modulus_);
      case NodeKind::kQuotient:
        return divided(arg(0), arg(1));
      case NodeKind::kNegate:
        return nmod_neg(arg(0), modulus_);
      case NodeKind::kPercent:
        return divided(arg(0), 100);
      case NodeKind::kPower:
        return power(arg(0), expression.at(node.args[1]).value);
      default:
        return std::nullopt;
    }
  }

  std::uint64_t point_;
  nmod_t modulus_{};
};

}  // namespace

std::optional<bool> same_rational_function(const Expression& a, int node_a, const Expression& b,
                                           int node_b) {
  const std::vector<int> left = nodes_below(a, node_a);
  const std::vector<int> right = nodes_below(b, node_b);
  if (!ModularPoint::can(a, left) || !ModularPoint::can(b, right)) return std::nullopt;
  int defined = 0;
  for (std::uint64_t point = 0; point < kPointsTried && defined < kPoints; ++point) {
    ModularPoint here(point, point);
    const auto first = here.value(a, left);
    const auto second = here.value(b, right);
    if (!first || !second) continue;
    if (*first != *second) return false;
    ++defined;
  }
  return defined == kPoints ? std::optional(true) : std::nullopt;
}

std::optional<bool> same_rational_equation(const Expression& a, int relation_a, const Expression& b,
                                           int relation_b) {
  const Node& left = a.at(relation_a);
  const Node& right = b.at(relation_b);
  for (const int side : {0, 1}) {
    const auto at = static_cast<std::size_t>(side);
    if (!ModularPoint::can(a, nodes_below(a, left.args[at])) ||
        !ModularPoint::can(b, nodes_below(b, right.args[at]))) {
      return std::nullopt;
    }
  }
  // d_a(p) d_b(q) = d_a(q) d_b(p) for points p, q makes the differences proportional.
  int defined = 0;
  for (std::uint64_t prime = 0; prime < kPointsTried && defined < kPoints; ++prime) {
    ModularPoint first(prime, 2 * prime);
    ModularPoint second(prime, 2 * prime + 1);
    const auto a_first = first.difference(a, left);
    const auto a_second = second.difference(a, left);
    const auto b_first = first.difference(b, right);
    const auto b_second = second.difference(b, right);
    if (!a_first || !a_second || !b_first || !b_second) continue;
    // An equation of nothing (0 = 0) is a multiple of itself only.
    if ((*a_first == 0) != (*b_first == 0)) return false;
    if (first.product(*a_first, *b_second) != first.product(*a_second, *b_first)) return false;
    ++defined;
  }
  return defined == kPoints ? std::optional(true) : std::nullopt;
}

}  // namespace drp::answers
