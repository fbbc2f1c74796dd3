// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/random.h"
#include "problems/generator.h"

namespace drp::problems {

// Ways to speak about one operation.

// "multiply 4 by 6" and "multiply".
std::string operation_phrase(const Operation& operation);
std::string_view operation_verb(char sign);

// An operation somebody might do by mistake with the same numbers; its arithmetic is right.
Operation mistaken_operation(const Operation& operation);
// A wrong result near the right one; above 1.
std::int64_t mistaken_result(const Operation& operation, Random& random);

// "24 / 6 = 4" for 4 * 6 = 24.
Operation inverse_operation(const Operation& operation);
// Tens and ones apart: "27 + 30 = 57, 57 + 8 = 65"; nothing where the operation is easy.
std::optional<std::string> split_chain(const Operation& operation);
// By repeated addition or with the operands swapped; nothing where neither fits.
std::optional<std::string> other_way_chain(const Operation& operation);
// "less than" or "more than" the left operand; nothing where neither holds.
std::optional<std::string_view> compared_to_left(const Operation& operation);

}  // namespace drp::problems
