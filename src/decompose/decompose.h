// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <optional>
#include <string_view>

#include "answers/grade.h"
#include "base/expected.h"
#include "records/path.h"
#include "records/plan.h"
#include "records/problem.h"
#include "records/trace.h"
#include "teacher/teacher.h"

namespace drp::decompose {

// Which traces are worth a plan.
enum class Admit {
  kRight,  // those whose answer the grader finds equal to the reference
  // And those that state another answer, where the teacher corrects it up to the reference
  // (Plan::corrected); a plan of theirs without a correction is refused as kWrongAnswer.
  kCorrected,
  kAnswered,  // those that state an answer; for traces without references
};

struct DecomposeOptions {
  Admit admit = Admit::kRight;
  const answers::ProgramJudge* judge = nullptr;  // grades the domains code and command
};

// Why a trace gets no plan: no reasoning, cut off, a loop, no answer, a wrong one (but under
// kCorrected) or an undecided one.
// Nothing where it is admitted. A problem without a reference answer is graded by nothing: under
// kRight it is refused as kGoldError.
std::optional<Rejection> refuse_trace(const Problem& problem, const Trace& trace,
                                      const DecomposeOptions& options = {});

// Whether the teacher gave up on the trace (a service that did not answer, say). That is no result:
// the row has failed, and the next call asks again.
bool gave_up(const Rejection& rejection);
bool gave_up(const PlanOutcome& outcome);

// A repeating tail: the last `kLoopBytes` of the reasoning stood there again and again before.
bool ends_in_loop(std::string_view reasoning);

// Admits the trace, asks the teacher for a plan and checks that its steps tile the reasoning. The
// plan comes back with the trace's ids and the teacher's identity set.
expected<Plan, Rejection> decompose_trace(const Problem& problem, const Trace& trace,
                                          teacher::Teacher& teacher,
                                          const DecomposeOptions& options = {});

// The same for a stream of traces, with the teacher's concurrency and up to `threads` threads for
// what is computed here. `options(problem)` says how a trace of that problem is admitted; it is
// called by any thread. Otherwise as Teacher::run.
using OptionsOf = std::function<DecomposeOptions(const Problem&)>;
void decompose_traces(const teacher::Teacher::Source& next, const teacher::Teacher::Sink& done,
                      teacher::Teacher& teacher, const OptionsOf& options, int threads,
                      const StopFlag& stop);

}  // namespace drp::decompose
