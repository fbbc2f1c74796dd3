// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <vector>

#include "teacher/rules/draft.h"

namespace drp::teacher {

// Which units the answer rests on by value: from the anchor back, each number that a live unit uses
// makes live the nearest kept unit before it that computes or states it, so that a corrected value
// wins over the slip before it. Units that hold formulas with unknowns are live where a later live
// unit has one of their unknowns. All units are live where there is no anchor.
std::vector<bool> live_units(const Draft& draft);

}  // namespace drp::teacher
