// SPDX-License-Identifier: Apache-2.0
#include "answers/exact_functions.h"

#include <flint/fmpq_mat.h>
#include <flint/fmpz.h>

#include <algorithm>

namespace drp::answers {
namespace {

std::optional<Rational> rounded(const Rational& value, bool up) {
  Rational result;
  fmpz* whole = fmpq_numref(result.raw());
  (up ? fmpz_cdiv_q : fmpz_fdiv_q)(whole, fmpq_numref(value.raw()), fmpq_denref(value.raw()));
  return result;
}

std::optional<Rational> combined_integers(bool least_multiple,
                                          const std::vector<Rational>& values) {
  Rational result(least_multiple ? 1 : 0);
  for (const Rational& value : values) {
    if (!value.is_integer() || result.bits() > kPowerBitsMax) return std::nullopt;
    fmpz* out = fmpq_numref(result.raw());
    (least_multiple ? fmpz_lcm : fmpz_gcd)(out, out, fmpq_numref(value.raw()));
  }
  return result;
}

}  // namespace

std::optional<Rational> apply_function(std::string_view name, const std::vector<Rational>& values) {
  if (values.empty()) return std::nullopt;
  const auto less = [](const Rational& a, const Rational& b) { return a.compare(b) < 0; };
  if (name == "max") return *std::max_element(values.begin(), values.end(), less);
  if (name == "min") return *std::min_element(values.begin(), values.end(), less);
  if (name == "mod") {
    if (values.size() != 2 || !values[0].is_integer() || !values[1].is_integer() ||
        values[1].sign() == 0) {
      return std::nullopt;
    }
    Rational rest;
    fmpz_mod(fmpq_numref(rest.raw()), fmpq_numref(values[0].raw()), fmpq_numref(values[1].raw()));
    return rest;
  }
  if (name == "gcd" || name == "lcm") return combined_integers(name == "lcm", values);
  return rounded(values.front(), name == "ceil");
}

std::optional<Rational> determinant(const std::vector<Node>& nodes, int matrix) {
  constexpr int kSizeMax = 16;
  const Node& node = nodes[static_cast<std::size_t>(matrix)];
  const int size = node.decimals;
  if (node.kind != NodeKind::kMatrix || size < 1 || size > kSizeMax ||
      node.args.size() != static_cast<std::size_t>(size) * static_cast<std::size_t>(size)) {
    return std::nullopt;
  }
  for (const int arg : node.args) {
    if (!nodes[static_cast<std::size_t>(arg)].is_number()) return std::nullopt;
  }
  fmpq_mat_t entries;
  fmpq_mat_init(entries, size, size);
  for (int i = 0; i < size * size; ++i) {
    const Node& entry = nodes[static_cast<std::size_t>(node.args[static_cast<std::size_t>(i)])];
    fmpq_set(fmpq_mat_entry(entries, i / size, i % size), entry.value.raw());
  }
  Rational result;
  fmpq_mat_det(result.raw(), entries);
  fmpq_mat_clear(entries);
  return result;
}

}  // namespace drp::answers
