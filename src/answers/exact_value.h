// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>

#include "answers/expression.h"

namespace drp::answers {

// Whether two scalars are the same number, by Calcium; letters have their values of ball_value.h's
// first point. Nothing where it cannot tell, and for more work than it is good at (many nodes,
// roots of high index, huge exponents).
std::optional<bool> same_constant(const Expression& a, int node_a, const Expression& b, int node_b);

// Whether two scalars that are made of numbers and letters by + - * / and whole powers are the same
// rational function: both are taken at points drawn from a fixed seed, modulo primes of 62 bits. A
// difference is proven; sameness is wrong with a chance below 2^-100. Nothing for other scalars.
std::optional<bool> same_rational_function(const Expression& a, int node_a, const Expression& b,
                                           int node_b);

// The same for two equations: whether left - right of one is a constant multiple of that of the
// other.
std::optional<bool> same_rational_equation(const Expression& a, int relation_a, const Expression& b,
                                           int relation_b);

}  // namespace drp::answers
