// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string_view>

#include "teacher/model/protocol.h"
#include "teacher/paper/correction.h"
#include "teacher/paper/paper_prompt.h"

namespace drp::teacher {

// What the path is made of: the student's trace, or a solution of the teacher's own (the paper's
// comparison of targets).
enum class Target { kTrace, kOwn };

// "trace", "own"; throws Error{kConfig} for any other name.
Target target_from(std::string_view name);

struct PaperOptions {
  SplitBy split = SplitBy::kSkill;
  path::KeepChecks keep_checks = path::KeepChecks::kMending;
  Synthesis synthesis = Synthesis::kTeacher;  // kStitch: new texts beside the actions
  Target target = Target::kTrace;
  Correction correction = Correction::kNone;  // not of the teacher's own solution
  double coverage_min = 0.9;  // share of the trace's words that the re-typed steps must hold
};

// The two calls of the paper (arXiv 2505.13975; docs/teacher.md says where this differs): the
// teacher types the trace off in steps with a skill each, then names one of the four actions for
// every step and writes the shorter reasoning. The typed steps are aligned back to bytes of the
// trace, so kept text and every table stand on the trace itself; what share of it they hold is
// recorded, and too small a share is a fault. Each call is repeated once with its fault named. With
// a correction, a path that comes to another answer is corrected in a further call
// (Plan::corrected).
class PaperProtocol final : public Protocol {
 public:
  explicit PaperProtocol(const PaperOptions& options = {}) : options_(options) {}

  std::string identity() const override;
  std::unique_ptr<Dialogue> open(const Problem& problem, const Trace& trace) const override;

 private:
  PaperOptions options_;
};

}  // namespace drp::teacher
