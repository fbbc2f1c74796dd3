// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "teacher/model/protocol.h"
#include "teacher/model/synthesis.h"
#include "teacher/span/prompt.h"

namespace drp::teacher {

struct SpanOptions {
  SplitBy split = SplitBy::kSkill;
  path::KeepChecks keep_checks = path::KeepChecks::kMending;
  Synthesis synthesis = Synthesis::kStitch;
  bool second_look = false;
  bool grammar = false;  // gives the grammar of the reply along, for models that take one
};

// The span protocol: the trace goes to the teacher in numbered units, and one call brings back
// where steps end, what they do and what becomes of them. Only new text is written out, so a kept
// step is the student's word for word and the steps tile the trace by construction. A reply that
// breaks the format is asked for once more with the fault named, then rejected (kBadReply). With
// second_look the teacher sees the path that its plan gives and may change lines of it; the change
// is taken where the gates do not like it less.
class SpanProtocol final : public Protocol {
 public:
  explicit SpanProtocol(const SpanOptions& options = {}) : options_(options) {}

  std::string identity() const override;
  std::unique_ptr<Dialogue> open(const Problem& problem, const Trace& trace) const override;

 private:
  SpanOptions options_;
};

}  // namespace drp::teacher
