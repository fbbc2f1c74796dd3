// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "base/expected.h"
#include "records/path.h"
#include "records/plan.h"
#include "records/problem.h"
#include "records/trace.h"

namespace drp::teacher {

// Makes plans: rules, a model behind an API, a local model, the student itself, or a mix.
class Teacher {
 public:
  virtual ~Teacher() = default;

  // What a plan depends on besides the trace: kind, version, options, prompts, model. Two teachers
  // of one identity give the same plans.
  virtual std::string identity() const = 0;

  // A plan whose steps tile the trace's reasoning, or why there is none. Throws Error only where
  // the teacher itself is out of order (service, model); may be called from several threads.
  virtual expected<Plan, Rejection> plan(const Problem& problem, const Trace& trace) = 0;
};

}  // namespace drp::teacher
