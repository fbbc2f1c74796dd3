// SPDX-License-Identifier: Apache-2.0
#include <cmath>

#include "answers/equality.h"

namespace drp::answers {
namespace {

constexpr int kSignificantDigitsMin = 6;

Rational half_unit(int decimals) { return Rational::power_of_ten(-decimals) / Rational(2); }

bool rounds_to(const Rational& value, const Rational& decimal, int decimals) {
  return (value - decimal).absolute().compare(half_unit(decimals)) <= 0;
}

// Whether a decimal was written with digits enough to stand for an exact value.
bool precise(const Node& decimal) {
  const Rational scaled = decimal.value.absolute() * Rational::power_of_ten(decimal.decimals);
  return scaled.compare(Rational::power_of_ten(kSignificantDigitsMin - 1)) >= 0;
}

bool is_decimal(const Node& node) { return node.is_number() && node.decimals >= 0; }

}  // namespace

Outcome Equality::numbers(const Node& gold, const Node& pred) const {
  if (gold.value == pred.value) return {Verdict::kEqual, "same number"};
  if (gold.decimals >= 0 && rounds_to(pred.value, gold.value, gold.decimals)) {
    return {Verdict::kEqual, "rounds to the reference decimal"};
  }
  if (pred.decimals >= 0 && gold.decimals < 0 && !gold.value.terminates() && precise(pred) &&
      rounds_to(gold.value, pred.value, pred.decimals)) {
    return {Verdict::kEqual, "correctly rounded to six digits or more"};
  }
  return {Verdict::kUnequal, "different numbers"};
}

// 31_7 equals itself and the bare digits 31.
Outcome Equality::based(const Node& gold, const Node& pred) const {
  const bool both = gold.kind == NodeKind::kBased && pred.kind == NodeKind::kBased;
  if (both) {
    const bool same = gold.value == pred.value && gold.text == pred.text;
    return {same ? Verdict::kEqual : Verdict::kUnequal,
            same ? "same number in the same base" : "different base or digits"};
  }
  const Node& with_base = gold.kind == NodeKind::kBased ? gold : pred;
  const Node& other = gold.kind == NodeKind::kBased ? pred : gold;
  const Literal digits{with_base.text.size(), with_base.text};
  const auto bare_digits = Rational::from(digits);
  const bool same = other.is_number() && bare_digits && *bare_digits == other.value;
  return {same ? Verdict::kEqual : Verdict::kUnequal,
          same ? "same digits, base left out" : "different digits"};
}

// By the tolerance that was asked for, for two real constants.
std::optional<Outcome> Equality::near(int gold, int pred) const {
  if (options_.precision.exact() || has_variables(gold_, gold) || has_variables(pred_, pred) ||
      !is_scalar(gold_, gold) || !is_scalar(pred_, pred)) {
    return std::nullopt;
  }
  const auto distance = distance_of(gold_, gold, pred_, pred);
  if (!distance) return std::nullopt;
  const double allowed = options_.precision.places ? std::pow(10.0, -*options_.precision.places) / 2
                                                   : options_.precision.relative * distance->size;
  const bool same = distance->value <= allowed;
  return Outcome{
      same ? Verdict::kEqual : Verdict::kUnequal,
      same ? "equal at the precision asked for" : "different at the precision asked for"};
}

Outcome Equality::scalars(int gold, int pred) const {
  const Node& left = gold_.at(gold);
  const Node& right = pred_.at(pred);
  if (const auto outcome = near(gold, pred)) return *outcome;
  if (left.is_number() && right.is_number()) return numbers(left, right);
  if (left.kind == NodeKind::kBased || right.kind == NodeKind::kBased) return based(left, right);
  if (!spend(16 + static_cast<std::size_t>(gold + pred) / 4)) {
    return {Verdict::kUndecided, "too much work"};
  }
  if (!is_scalar(gold_, gold) || !is_scalar(pred_, pred)) {
    return {Verdict::kUndecided, "a form that is not compared"};
  }
  const bool variables = has_variables(gold_, gold) || has_variables(pred_, pred);
  if (!variables && is_decimal(left)) {
    if (answers::rounds_to(pred_, pred, left.value, left.decimals).value_or(false)) {
      return {Verdict::kEqual, "rounds to the reference decimal"};
    }
    return {Verdict::kUnequal, "does not round to the reference decimal"};
  }
  if (!variables && is_decimal(right)) {
    if (precise(right) &&
        answers::rounds_to(gold_, gold, right.value, right.decimals).value_or(false)) {
      return {Verdict::kEqual, "correctly rounded to six digits or more"};
    }
    if (same_value(gold_, gold, pred_, pred) == Sameness::kSame) {
      return {Verdict::kEqual, "same value"};
    }
    return {Verdict::kUnequal, "a decimal for an exact value"};
  }
  switch (same_value(gold_, gold, pred_, pred)) {
    case Sameness::kSame:
      return {Verdict::kEqual, "same value"};
    case Sameness::kDifferent:
      return {Verdict::kUnequal, "different values"};
    case Sameness::kUnknown:
      return {Verdict::kUndecided, "the values could not be told apart"};
  }
  return {};
}

// x% equals x% and, on either side, the bare x and x/100.
Outcome Equality::percent_and_bare(const Bare& gold, const Bare& pred) const {
  const Node& left = gold_.at(gold.node);
  const Node& right = pred_.at(pred.node);
  if (gold.percent && pred.percent) return scalars(gold.node, pred.node);
  const Bare& other = gold.percent ? pred : gold;
  if (!other.unit.empty()) return {Verdict::kUnequal, "a percentage and a unit"};
  if (!left.is_number() || !right.is_number()) return scalars(gold.node, pred.node);
  const Outcome face = numbers(left, right);
  if (face.equal()) return {Verdict::kEqual, "same number, one with a percent sign"};
  const Rational& percent = gold.percent ? left.value : right.value;
  const Rational& value = gold.percent ? right.value : left.value;
  if (percent / Rational(100) == value) return {Verdict::kEqual, "a percentage and its fraction"};
  return {Verdict::kUnequal, "different numbers"};
}

}  // namespace drp::answers
