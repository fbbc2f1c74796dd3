// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "base/random.h"
#include "problems/generator.h"

namespace drp::problems {

// Solutions of a problem in the voice of a terse textbook: letters for the quantities, equations
// without blanks, nobody who thinks. It is the foreign voice of `drp ablate`, so it shares no
// wording with worked_solution.h. Several of growing length, each of them the whole way to the
// answer and ending in it, so that a length can be met. The same texts for the same problem and
// random state.
std::vector<std::string> concise_solutions(const GeneratedProblem& problem, Random& random);

}  // namespace drp::problems
