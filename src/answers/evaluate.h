// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>

#include "answers/expression.h"

namespace drp::answers {

enum class Sameness { kSame, kDifferent, kUnknown };

// Whether the node and all below it are numbers, symbols and operations with one value.
bool is_scalar(const Expression& expression, int node);
bool has_variables(const Expression& expression, int node);

// Compares two scalars in ball arithmetic of growing precision (Arb): disjoint balls prove a
// difference; balls that still meet at 1,024 bits with no less than 256 good bits count as the
// same. With variables the values at 8 fixed points decide: positive points always, negative ones
// where both sides are real. Never an absolute epsilon.
Sameness same_value(const Expression& a, int node_a, const Expression& b, int node_b);

// Whether the scalar, without variables, rounds to `decimal`, which has `decimals` digits after the
// point (halves either way). Nothing where that cannot be decided.
std::optional<bool> rounds_to(const Expression& expression, int node, const Rational& decimal,
                              int decimals);

// Whether left - right of one equation is a nonzero constant multiple of that of the other. The
// nodes are kRelation with scalar sides.
Sameness same_equation(const Expression& a, int node_a, const Expression& b, int node_b);

}  // namespace drp::answers
