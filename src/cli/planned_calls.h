// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "pipeline/cost_estimate.h"
#include "pipeline/recipe.h"

namespace drp::cli {

// What the teacher of this recipe is going to be asked about a trace: the very requests that its
// protocol makes. A later call of a dialogue shows what came of the ones before it; there replies
// of a likely length stand in for what is not known yet. Calls that are only made where a reply
// cannot be read are left out. Throws Error{kConfig} for options that do not go together.
pipeline::CallShape planned_calls(const pipeline::Recipe& recipe);

}  // namespace drp::cli
