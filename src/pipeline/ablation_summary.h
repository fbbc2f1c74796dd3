// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <vector>

#include "pipeline/ablation_plan.h"
#include "records/ablation.h"

namespace drp::pipeline {

// Sums up the finished run folders of a student's cells. A held-out problem that several seeds
// share is one problem with several samples, so that intervals take it for what it is.
StudentAblation summarise_ablation(const StudentPlan& student, const std::vector<CellPlan>& cells);

}  // namespace drp::pipeline
