// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "records/evaluation.h"

// What a table can and cannot tell, in plain sentences made from its own figures.
namespace drp::evaluate {

// Of one student: how well its accuracy is known.
std::string arm_note(const ArmSummary& arm);

// Of two: the change of accuracy that so many problems would show, and what was shown here. After
// accuracy_p_holm is set.
std::string comparison_note(const PairedComparison& comparison);

// The comparison in one sentence that claims no more than its intervals do.
std::string verdict_sentence(const PairedComparison& comparison);

}  // namespace drp::evaluate
