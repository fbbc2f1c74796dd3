// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

#include "records/evaluation.h"

// What a table can and cannot tell, in plain sentences made from its own figures.
namespace drp::evaluate {

// Of one student: how well its accuracy is known.
std::string arm_note(const ArmSummary& arm);

// Which way a change goes, where both its 95 % interval and its test show one: -1, +1; else 0. Of
// few problems the two may disagree, and then nothing is claimed.
int shown_direction(const Estimate& change, double p);

// Of two: the change of accuracy that so many problems would show, and what was shown here. After
// accuracy_p_holm is set. `unit` is what lengths are in: "tokens" or "characters".
std::string comparison_note(const PairedComparison& comparison, std::string_view unit = "tokens");

// The comparison in one sentence that claims no more than its intervals and its tests do.
std::string verdict_sentence(const PairedComparison& comparison, std::string_view unit = "tokens");

}  // namespace drp::evaluate
