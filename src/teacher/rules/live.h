// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <vector>

#include "teacher/rules/draft.h"

namespace drp::teacher {

// Which units the answer rests on by value: from the anchor back, each number that a live unit uses
// makes live the first kept unit that computes it rightly, else states it, else names it; of a
// correction only the right computation counts, not the slip that it names. Units that hold
// formulas with unknowns are live where a later live unit has one of their unknowns. All units are
// live where there is no anchor.
std::vector<bool> live_units(const Draft& draft);

}  // namespace drp::teacher
