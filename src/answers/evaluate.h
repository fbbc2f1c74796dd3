// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string_view>
#include <vector>

#include "answers/expression.h"

namespace drp::answers {

enum class Sameness { kSame, kDifferent, kUnknown };

// The node and all nodes below it, in increasing order, so that parts come before wholes.
std::vector<int> nodes_below(const Expression& expression, int node);

// pi, e and i are constants; every other letter is a variable.
bool is_constant_name(std::string_view name);

// Whether the node and all below it are numbers, symbols and operations with one value.
bool is_scalar(const Expression& expression, int node);
bool has_variables(const Expression& expression, int node);

// Compares two scalars. Rational functions are decided modulo primes (exact_value.h). Of constants,
// balls that do not meet (Arb) prove a difference and Calcium proves sameness; what neither proves
// is kUnknown. With variables the values at 8 fixed points decide, as balls of up to 1,024 bits:
// positive points always, negative ones where both sides are real. Never an absolute epsilon.
Sameness same_value(const Expression& a, int node_a, const Expression& b, int node_b);

// -1, 0 or 1 for two real constants; nothing where their order cannot be told.
std::optional<int> order_of(const Expression& a, int node_a, const Expression& b, int node_b);

// |a - b| and |a| of two constants, nearly; nothing where one has no value.
struct Distance {
  double value = 0;
  double size = 0;
};
std::optional<Distance> distance_of(const Expression& a, int node_a, const Expression& b,
                                    int node_b);

// Whether the scalar, without variables, rounds to `decimal`, which has `decimals` digits after the
// point (halves either way). Nothing where that cannot be decided.
std::optional<bool> rounds_to(const Expression& expression, int node, const Rational& decimal,
                              int decimals);

// Whether left - right of one equation is a nonzero constant multiple of that of the other. The
// nodes are kRelation with scalar sides.
Sameness same_equation(const Expression& a, int node_a, const Expression& b, int node_b);

}  // namespace drp::answers
