// SPDX-License-Identifier: Apache-2.0
// Which operations a sentence writes, names or carries out.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <unordered_set>

#include "teacher/rules/draft.h"

namespace drp::teacher {

// "I should divide the pieces by those of a pack": an operation that is not carried out yet.
bool names_operation(const UnitFacts& unit);

// "200 times 1.50.", "40 boxes * $3 a box": works with numbers, though it has no result and perhaps
// only words of the question.
bool writes_operation(const UnitFacts& unit);

// "8 + 8", "$4 times 3", "25*3": figures on both sides of the sign. `lower` is in lower case.
bool spells_operation(std::string_view lower);

// Which of the four operations `lower` spells in signs or words, a bit for each: plus 1, minus 2,
// times 4, divided by 8.
unsigned operation_signs(std::string_view lower);

// "0.2 \u00d7 50." or "340 plus 775.": writes an operation and neither carries it out nor names
// anything.
bool is_bare_operation(const UnitFacts& unit);

// How many signs and words of operations the text has.
std::size_t count_operations(std::string_view lower);

using Computations = std::unordered_set<std::string>;  // by path::equation_key

void add_computations(const UnitFacts& unit, Computations& made);

// Goes over computations that were made before: a check, however it is worded.
bool only_recomputes(const UnitFacts& unit, const Computations& made);

}  // namespace drp::teacher
