// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "path/gates.h"

namespace drp::path {

// The gates that look at what a teacher wrote itself: the texts of compress actions and a
// synthesis. They pass where the plan only keeps and deletes. Grounded and early pass a teacher's
// own solution (Plan::own), which draws on no trace.

// Numbers and equations of new text stand in the trace or the question, or follow: a number that is
// one operation away from numbers of the replaced steps, or that a right equation of the text gives
// from known ones; an equation that is right, or stands in the trace as it is.
Verdict grounded_gate(const GateInput& input);

// No new text states the answer before the trace has come to it, unless the text computes it; a
// synthesis does not state it ahead of its own computation.
Verdict early_gate(const GateInput& input);

// No new text holds actions, unit numbers, markers or turns of the instructions that the trace and
// the question do not hold.
Verdict leak_gate(const GateInput& input);

Verdict gate_passed(std::string gate);
Verdict gate_failed(std::string gate, Reason reason, std::string detail);

}  // namespace drp::path
