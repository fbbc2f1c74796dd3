// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <functional>
#include <optional>
#include <string>

#include "base/expected.h"
#include "base/stop.h"
#include "records/path.h"
#include "records/plan.h"
#include "records/problem.h"
#include "records/trace.h"

namespace drp::teacher {

// A trace that wants a plan. The ticket is the caller's and comes back as it was.
struct PlanJob {
  Problem problem;
  Trace trace;
  std::size_t ticket = 0;
};

struct RunOptions {
  int threads = 1;  // of this machine, for what is computed here
  // Looked at before the teacher is asked: a rejection is the outcome then. Called by any thread.
  std::function<std::optional<Rejection>(const Problem&, const Trace&)> refuse;
};

// Makes plans: rules, a model behind an API, a local model, the student itself, or a mix.
class Teacher {
 public:
  using Source = std::function<std::optional<PlanJob>()>;  // nothing: no more jobs
  using Sink = std::function<void(PlanJob, expected<Plan, Rejection>)>;

  virtual ~Teacher() = default;

  // What a plan depends on besides the trace: kind, version, options, prompts, model. Two teachers
  // of one identity give the same plans.
  virtual std::string identity() const = 0;

  // A plan whose steps tile the trace's reasoning, or why there is none. Throws Error only where
  // the teacher itself is out of order (service, model).
  virtual expected<Plan, Rejection> plan(const Problem& problem, const Trace& trace) = 0;

  // Whether plan() may be called by several threads at a time.
  virtual bool threadsafe() const = 0;

  // Works off a stream of jobs with whatever concurrency the teacher has. `next` and `done` are
  // called by the calling thread; every job comes to `done` once, in any order. Here: plan(), on
  // several threads where it may, in the order of the jobs. Throws what plan() throws and what
  // stop.check() throws; outcomes handed out before stay valid.
  virtual void run(const Source& next, const Sink& done, const RunOptions& options,
                   const StopFlag& stop);
};

}  // namespace drp::teacher
