// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "teacher/rules/draft.h"

namespace drp::teacher {

enum class Operands { kAny, kOthers };

// Whether the unit's last computation gives the answer, rightly; under kOthers from other numbers
// than the answer's.
bool computes_answer(const Draft& draft, const path::Flow& flow, Operands operands);

// Whether the unit has the answer's value in another form than was asked for: 3/12 where the answer
// is 1/4, "15 - 40 = -25" where it is 25.
bool has_other_form(const Draft& draft, const UnitFacts& unit);

// Whether unit `to` has the answer's number for another thing than units [from, to): "So that would
// be 2 * 3 = 6 scoops" after "2 * $3.00 = $6.00".
bool counts_answer_as_another(const Draft& draft, std::size_t from, std::size_t to);

}  // namespace drp::teacher
