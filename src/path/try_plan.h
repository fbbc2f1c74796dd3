// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/expected.h"
#include "path/apply_plan.h"
#include "records/problem.h"
#include "records/trace.h"

namespace drp::path {

// The plan applied to its trace, or what the first gate that says no sees. Lengths are in bytes
// here, and the answer section stays whole.
expected<AppliedPlan, Rejection> try_plan(const Problem& problem, const Trace& trace,
                                          const Plan& plan);

}  // namespace drp::path
