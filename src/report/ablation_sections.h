// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <vector>

#include "records/ablation.h"
#include "report/sections.h"

namespace drp::report {

// Of each student the cells (charts and tables) and the cells beside the paper's figures.
std::vector<Section> ablation_sections(const Ablation& ablation);

}  // namespace drp::report
