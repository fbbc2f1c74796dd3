// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string_view>
#include <vector>

#include "answers/expression.h"

namespace drp::answers {

// max, min, gcd, lcm of the values, floor or ceil of the one value; nothing where it is not defined
// (gcd and lcm of fractions).
std::optional<Rational> apply_function(std::string_view name, const std::vector<Rational>& values);

// The determinant of a kMatrix of numbers; nothing where it is not square or holds anything else.
std::optional<Rational> determinant(const std::vector<Node>& nodes, int matrix);

}  // namespace drp::answers
