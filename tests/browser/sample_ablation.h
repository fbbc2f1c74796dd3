// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "records/ablation.h"

namespace drp::report {

// An ablation of two students, the second by one seed and with hostile names, for the browser test.
Ablation sample_ablation();

}  // namespace drp::report
