// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string_view>

#include "answers/ball.h"
#include "answers/expression.h"

namespace drp::answers {

// Variables have fixed values at each point: positive ones below kPositivePoints, negative ones
// from there to kEvaluationPoints. The values are the same in every run.
inline constexpr int kEvaluationPoints = 8;
inline constexpr int kPositivePoints = 6;

// The value of a letter at a point.
Rational variable_value(std::string_view name, int point);

bool is_real(const Ball& ball);

// The scalar at a point as a ball that holds the true value, with `bits` bits to compute with; not
// finite where it is not defined or too large.
Ball ball_value(const Expression& expression, int node, int point, slong bits);

// Whether the scalar and all its parts are real at the point: sqrt(x) sqrt(y) is not where both are
// negative, though its value is.
bool real_throughout(const Expression& expression, int node, int point);

// log |node| of a scalar without variables, also where the value itself is too large for a ball: a
// power gives exponent times log |base|.
Ball log_size(const Expression& expression, int node, slong bits);

}  // namespace drp::answers
