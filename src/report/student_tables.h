// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "records/evaluation.h"
#include "report/sections.h"

namespace drp::report {

// Each student alone: accuracy and tokens, and where there is something to see, accuracy by the way
// an answer is looked for and over several samples of a problem.
void add_student_tables(const Evaluation& evaluation, Section& section);

}  // namespace drp::report
