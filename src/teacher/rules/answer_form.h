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

}  // namespace drp::teacher
