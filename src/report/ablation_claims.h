// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "records/ablation.h"

namespace drp::report {

// What the paper found, cell by cell, and whether these cells show the same: a sentence each. A
// difference is shown where its interval leaves zero out and, of accuracy, the test adjusted by
// Holm is below 0.05; else it is not decided. Findings whose cells did not run are left out.
std::vector<std::string> claim_sentences(const StudentAblation& ablation);

// How long each cell's targets came out beside those of skill, which random and foreign are to
// match; empty without skill.
std::string target_lengths(const StudentAblation& ablation);

}  // namespace drp::report
